import type { Client } from '@temporalio/client';
import { Command } from 'commander';
import type { HistoryEntry } from '../../workflows/contract/messages';
import type { NoticeRecord } from '../../workflows/contract/notices';
import type { ActivationReport } from '../activations/reports';
import type { UnderWay } from '../activations/under-way';
import { VinError } from '../base/errors';
import type { DefleetingRow } from '../defleetings/defleeting-rows';
import type { Application } from '../domain/application';
import type { ChangelogEntry } from '../domain/clearance';
import { type Format, outputOption, printAnswer, say } from './output';
import { type KnownVin, whereItIs, withActivations } from './session';
import { parkingsOf, readVehicleName, type VehicleName } from './vehicle';
import { whyAsText } from './why-words';
import { widthOf } from './wrapped';

/** The version of what `-o json` prints. */
const VERSION = 1;

/** Why a vehicle is where it is. */
export interface WhyAnswer {
  readonly version: number;
  readonly activation: ActivationReport;
  readonly underWay: UnderWay;
  /** What the provider said last, as it came here; null where it has said nothing. */
  readonly lastAnswer: HistoryEntry | null;
  /** The provider's own record, oldest first; null where it was not asked for, or does not know the vehicle. */
  readonly changelog:
    | readonly { readonly at: string; readonly status: string; readonly reason: string | null }[]
    | null;
  /** What became of its notices, newest first; null where nobody has answered. */
  readonly notices: readonly NoticeRecord[] | null;
  /** That it leaves, or has left; null where nobody has asked for that. */
  readonly defleeting: DefleetingRow | null;
}

interface Options {
  readonly output: Format;
  readonly askProvider?: boolean;
}

export function whyCommand(): Command {
  return new Command('why')
    .description(
      'Say on one screen what a vehicle waits for, whose turn it is, until when, and what was tried.',
    )
    .argument('<vin>', 'the vehicle identification number, or a plate with its country')
    .option('--ask-provider', "read the provider's own record of it now, beside our history (one call)")
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Examples:
  vin why WBA8E9G50GNT00001
  vin why NO-AA12345
  vin why WBA8E9G50GNT00001 --ask-provider
  vin why WBA8E9G50GNT00001 -o json | jq .activation.whyNoRetry`,
    )
    .action(async (text: string, { output, askProvider = false }: Options) => {
      const name = readVehicleName(text);
      const answer = await withActivations(async (activations, client) => {
        const known = await vehicleOf(name, client);
        const { vin } = known;
        return whereItIs(known, activations, async (activations) => {
          const { app } = activations;
          const [told, leaving] = [noticesFor(client, app, vin), defleetingOf(client, vin)];
          const { report, underWay } = await activations.explained(vin);
          const changelog = askProvider ? await changelogOf(client, app, vin) : null;
          return whyOf({ report, underWay, changelog, notices: await told, defleeting: await leaving });
        });
      });
      if (!answer.activation.complete)
        say('warning: No worker has answered in time, so the history is missing.');
      printAnswer(output, answer, (why) => whyAsText(why, { now: Date.now(), width: widthOf() }));
    });
}

/** The vehicle of a plate. @throws VinError `PARKING_UNKNOWN`, `ACTIVATION_UNKNOWN`. */
async function vehicleOf(name: VehicleName, client: Client): Promise<KnownVin> {
  if ('known' in name) return name.known;
  const [parking] = await parkingsOf(client, name);
  if (parking?.vin) {
    say(`note: ${parking.plate} is the plate of ${parking.vin}`);
    return { vin: parking.vin };
  }
  throw new VinError(
    'ACTIVATION_UNKNOWN',
    `Nobody has said which vehicle has the plate ${parking?.plate}`,
    `See its parking: vin parking show ${parking?.plate}.`,
  );
}

interface Found {
  readonly report: ActivationReport;
  readonly underWay: UnderWay;
  readonly changelog: readonly ChangelogEntry[] | null;
  readonly notices: readonly NoticeRecord[] | null;
  readonly defleeting: DefleetingRow | null;
}

/** What `vin why` answers. */
export function whyOf({ report, underWay, changelog, notices, defleeting }: Found): WhyAnswer {
  return {
    version: VERSION,
    activation: report,
    underWay,
    lastAnswer: report.history.findLast(({ source }) => SAID.includes(source)) ?? null,
    changelog: changelog === null ? null : changelog.map(inIso),
    notices,
    defleeting,
  };
}

function inIso({ at, status, reason }: ChangelogEntry) {
  return { at: new Date(at).toISOString(), status, reason };
}

/** Whose facts are the provider's own words. */
const SAID: readonly HistoryEntry['source'][] = ['submit', 'webhook', 'poll', 'sweep', 'withdraw'];

function noticesFor(client: Client, app: Application, vin: string): Promise<NoticeRecord[] | null> {
  const { noticesOf } = require('../activations/notices') as typeof import('../activations/notices');
  return noticesOf(client, app, { vin }).catch(() => null);
}

function defleetingOf(client: Client, vin: string): Promise<DefleetingRow | null> {
  const { Defleetings } =
    require('../defleetings/defleetings') as typeof import('../defleetings/defleetings');
  return new Defleetings(client).row(vin).catch(() => null);
}

/** How long the call may wait for its slot, in milliseconds. */
const PATIENCE = 60_000;

/** The provider's own record: one call, on the application's budget. */
async function changelogOf(
  client: Client,
  app: Application,
  vin: string,
): Promise<readonly ChangelogEntry[] | null> {
  const { connectionTo } = require('./unmanaged') as typeof import('./unmanaged');
  const { createSharedRateLimiter } =
    require('../temporal/shared-rate-limiter') as typeof import('../temporal/shared-rate-limiter');
  const source = (await connectionTo(client, app))();
  try {
    await createSharedRateLimiter(client, app).acquire('list', Date.now() + PATIENCE);
    const [clearance] = await source.list({ vins: [vin] });
    return clearance?.changelog ?? null;
  } finally {
    await source.close();
  }
}
