import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { temporaryFolder } from '../../src/base/temporary-folder';
import { changeTokens } from '../../src/gateway/api/token-file';
import { makeToken, type Role } from '../../src/gateway/api/tokens';
import { pagesOf, readSnapshot } from '../../src/snapshot/read-snapshot';
import { readTemporalConfig } from '../../src/temporal/connection';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes';
import { type Cuttable, startCuttable } from '../gateway/cuttable';
import { eventually, type RunningCommand, vin as runVin, serve } from '../support/command-line';
import { ownServer } from '../support/own-server';
import { Stage, WEBHOOK_SECRET } from '../support/stage';
import { DECIDED, FLEET, isParked, isStanding } from './fleet';

/** Real parts, on a Temporal server that is theirs alone and has its web UI. */
export interface World {
  readonly stage: Stage;
  /** The way of the gateways to Temporal. */
  readonly way: Cuttable;
  /** Tokens for all fleets. */
  readonly tokens: Readonly<Record<Role, string>>;
  /** The gateway that has been there from the beginning. */
  readonly gateway: Gateway;
  startGateway(): Promise<Gateway>;
  close(): Promise<void>;
}

export interface Gateway {
  readonly url: string;
  /** Signs in once, with the token that may operate. */
  readonly pageUrl: string;
}

/** Starts them, and has the fleet onboarded through the HTTP API until it stands where it should. */
export async function openWorld(): Promise<World> {
  const ends: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.reverse()) await end();
  };
  try {
    const server = await ownServer({ ui: true, searchAttributes: SEARCH_ATTRIBUTES });
    ends.push(() => server.stop());
    const way = await startCuttable(server.address);
    ends.push(() => way.cut());
    const folder = temporaryFolder('vin-browser-');
    ends.push(() => folder.remove());
    const { tokens, operateFile, tokenFile } = await makeTokens(folder.path);
    const stage = await Stage.open({
      temporal: readTemporalConfig({ TEMPORAL_ADDRESS: server.address }),
      // As it is delivered: what stands stays where it is while somebody looks.
      environment: { VIN_SPEED: '1', VIN_SWEEP_INTERVAL: '15m' },
    });
    ends.push(() => stage.close());
    const startGateway = async (): Promise<Gateway> => {
      const gateway = serve(['gateway', '--port', '0', '-o', 'json', '--page-link', operateFile], {
        ...stage.environment,
        TEMPORAL_ADDRESS: way.address,
        VIN_API_TOKENS: tokenFile,
        VIN_TEMPORAL_UI: server.uiAddress,
      });
      ends.push(() => endOf(gateway));
      return (await gateway.ready) as Gateway;
    };
    const gateway = await startGateway();
    await stage.worker(600);
    await onboard(stage, gateway.url, tokens.operate);
    return { stage, way, tokens, gateway, startGateway, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function makeTokens(folder: string) {
  const make = (role: Role) => makeToken({ name: role, role, fleets: '*', expiresAt: null }, Date.now());
  const [operate, read] = [make('operate'), make('read')];
  const tokenFile = join(folder, 'tokens.json');
  await changeTokens(tokenFile, () => [operate.token, read.token]);
  const operateFile = join(folder, 'operate');
  writeFileSync(operateFile, operate.text, { mode: 0o600 });
  return { tokens: { operate: operate.text, read: read.text }, operateFile, tokenFile };
}

async function endOf(command: RunningCommand): Promise<void> {
  command.kill('SIGTERM');
  await command.ended;
}

/** As an onboarding system does it; then the provider's webhooks and a sweep tell what became of them. */
async function onboard(stage: Stage, gateway: string, token: string): Promise<void> {
  const { simulator, client, environment } = stage;
  simulator.setWebhook({ url: `${gateway}/webhooks/high-mobility/default`, secret: WEBHOOK_SECRET });
  for (const { vin, life, brand, fleet, tags } of FLEET) {
    simulator.script(vin, life);
    const { statusCode, text } = await eventually(
      async () => {
        const reply = await request(`${gateway}/v1/activations`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ vin, brand, fleet, ...(tags && { tags }) }),
        });
        return { statusCode: reply.statusCode, text: await reply.body.text() };
      },
      // Temporal has not answered in time.
      (answer) => answer.statusCode !== 503,
    );
    if (statusCode >= 300) throw new Error(`${vin} was not taken: ${statusCode} ${text}`);
  }
  const readPage = pagesOf(client);
  const rows = () => readSnapshot(readPage).then(({ activations }) => activations);
  await eventually(rows, (all) => all.length === FLEET.length && isStanding(DECIDED, all));
  // It confirms what webhooks have told, and brings the reasons of what is pending, which come by no webhook.
  const { code, stderr } = await runVin(['sweep'], environment);
  if (code !== 0) throw new Error(`the sweep ended with ${code}: ${stderr}`);
  await eventually(rows, (all) => isStanding(FLEET, all) && isParked(all));
}
