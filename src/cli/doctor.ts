import type { Client } from '@temporalio/client';
import { VinError } from '../base/errors';
import { readSigningKey } from '../certificates/keys';
import { type KnownApplication, readCredentials } from '../config/applications';
import { budgetsFor } from '../config/budgets';
import { readCertificateSettings } from '../config/certificates';
import { readChannels } from '../config/channels';
import { readConfig } from '../config/config';
import { createLog } from '../config/log';
import { notificationDoors, parkingCredentials } from '../config/parkings';
import { exitOf, type Finding, failed, good, looked, note, problem, unknown } from '../doctor/finding';
import { lookAtParking } from '../doctor/parking';
import { lookAtProvider } from '../doctor/provider';
import { lookAtReceivers } from '../doctor/receivers';
import { lookAtServer } from '../doctor/server';
import { lookAtWebhook } from '../doctor/webhook';
import { lookAtWorkers } from '../doctor/workers';
import { applicationKey } from '../domain/application';
import { readTokens } from '../gateway/api/token-file';
import { isExpired } from '../gateway/api/tokens';
import { webhookPath } from '../gateway/webhooks/address';
import { readUrl } from '../http/address';
import type { KnownCredential } from '../providers/parking';
import { readSettings, variableName } from '../providers/settings';
import {
  CALL_TIMEOUT,
  type ConnectedClient,
  connectClient,
  readTemporalConfig,
} from '../temporal/connection';
import { applications, channels } from './handed-in';
import { type Format, printAnswer } from './output';
import { usageError } from './usage-error';

export interface DoctorOptions {
  readonly gatewayUrl?: string;
  readonly output: Format;
}

/** Looks at everything, tells it, and sets the exit code. */
export async function runDoctor({ gatewayUrl, output }: DoctorOptions): Promise<void> {
  if (gatewayUrl !== undefined && !readUrl(gatewayUrl)) {
    throw usageError('--gateway-url: is no address.', 'Write it as https://vin.example.com.');
  }
  const findings = await examined(gatewayUrl);
  const healthy = !findings.some(({ state }) => state === 'problem');
  printAnswer(output, { healthy, findings }, () => asText(findings));
  process.exitCode = exitOf(findings);
}

async function examined(gatewayUrl: string | undefined): Promise<Finding[]> {
  const served = readOrProblem(() => applications().servedApplications(process.env));
  const known = served instanceof Error ? [] : served;
  const credentialsHere = readOrProblem(() => parkingCredentials(process.env));
  const credentials = credentialsHere instanceof Error ? [] : credentialsHere;
  const { findings, connected } = await connect();
  try {
    const client = connected?.client ?? null;
    const temporal = client ? await lookAtTemporal(client, known, credentials) : [];
    const providers = await Promise.all(known.map((one) => lookAtOne(one, client, gatewayUrl)));
    const parkings = await Promise.all(credentials.map((one) => lookAtCredential(one, client)));
    return [
      ...findings,
      ...temporal,
      ...(served instanceof Error ? [failed({ check: 'settings', of: null }, served)] : []),
      ...providers.flat(),
      ...(credentialsHere instanceof Error
        ? [failed({ check: 'parking', of: null }, credentialsHere)]
        : parkings.flat()),
      ...(await receivers()),
      await looked('certificates', null, certificates),
      await looked('api', null, apiTokens),
    ];
  } finally {
    await connected?.close();
  }
}

function readOrProblem<T>(read: () => T): T | VinError {
  try {
    return read();
  } catch (error) {
    if (error instanceof VinError) return error;
    throw error;
  }
}

/** The connection, where there is one, and what is said of it. */
async function connect(): Promise<{ findings: Finding[]; connected?: ConnectedClient }> {
  try {
    const config = readTemporalConfig(process.env);
    const connected = await connectClient(config, { callTimeout: CALL_TIMEOUT });
    const { address, namespace } = config;
    const findings = [
      good('temporal', `A Temporal server answers at ${address}.`),
      good('namespace', `It has the namespace "${namespace}".`),
    ];
    return { findings, connected };
  } catch (error) {
    const isThere = error instanceof VinError && error.code === 'TEMPORAL_NAMESPACE_MISSING';
    const found = failed({ check: isThere ? 'namespace' : 'temporal', of: null }, error);
    const rest = unknown('worker', 'Not looked at: Temporal cannot be asked.', null);
    return { findings: [...(isThere ? [good('temporal', 'A Temporal server answers.')] : []), found, rest] };
  }
}

async function lookAtTemporal(
  client: Client,
  served: readonly KnownApplication[],
  credentials: readonly KnownCredential[],
): Promise<Finding[]> {
  const { VIN_BUDGETS: orders } = readConfig(process.env, ['VIN_BUDGETS']);
  const polled = served.map(({ app, profile }) => ({
    app,
    budgets: budgetsFor(orders, app, profile.budgets),
  }));
  const { VIN_CERTIFICATES: folder } = readConfig(process.env, ['VIN_CERTIFICATES']);
  return [
    ...(await lookAtServer(client)),
    ...(await lookAtWorkers(client, polled, {
      certificates: folder !== undefined,
      parkings: [...new Set(credentials.map(({ app }) => app.provider))],
    })),
  ];
}

async function lookAtOne(
  known: KnownApplication,
  client: Client | null,
  gatewayUrl: string | undefined,
): Promise<Finding[]> {
  const { app, profile } = known;
  const settings = () => readCredentials(known, process.env);
  const findings = await lookAtProvider({ app, profile, settings, client });
  const { VIN_GATEWAY_PORT: port } = readConfig(process.env, ['VIN_GATEWAY_PORT']);
  const base = (gatewayUrl ?? `http://127.0.0.1:${port}`).replace(/\/+$/, '');
  const name = profile.webhook?.secrets[0];
  // Unset is said as such; it is no reason to look no further.
  const isSet = name !== undefined && Boolean(process.env[variableName(app, name)]?.trim());
  const secret = isSet ? String(readSettings(profile, app, process.env, [name])[name]) : undefined;
  const url = `${base}${webhookPath(app)}`;
  return [...findings, await lookAtWebhook({ app, profile, url, secret, environment: process.env })];
}

function lookAtCredential({ app, profile }: KnownCredential, client: Client | null): Promise<Finding[]> {
  const settings = () => readSettings(profile, app, process.env, profile.credentials);
  const doors = () => {
    const open = notificationDoors(process.env).filter(
      (door) => applicationKey(door.app) === applicationKey(app),
    );
    return (profile.notifications?.doors ?? []).map(({ under, tokens: [part = ''] }) => ({
      path: `${webhookPath(app)}${under}`,
      variable: variableName(app, part),
      isOpen: open.some((door) => door.under === under),
    }));
  };
  return lookAtParking({ app, profile, settings, doors, client });
}

async function receivers(): Promise<Finding[]> {
  try {
    const settings = readChannels(channels(), process.env);
    return await lookAtReceivers(channels(), settings, {
      log: createLog('doctor'),
      environment: process.env,
    });
  } catch (error) {
    return [failed({ check: 'receiver', of: null }, error)];
  }
}

function certificates(): Finding {
  const settings = readCertificateSettings(process.env);
  if (!settings)
    return note('certificates', 'None are issued.', 'Set VIN_CERTIFICATES (docs/certificates.md).');
  try {
    const { kid } = readSigningKey(settings.pem);
    return good('certificates', `They are signed with the key ${kid}, and kept in ${settings.folder}.`);
  } catch (error) {
    const found = problem(
      'certificates',
      `The key of certificates cannot be used: ${(error as Error).message}.`,
      'Take the file that vin certificate create-key has written.',
    );
    return { ...found, code: 'CERTIFICATE_KEY_UNUSABLE' };
  }
}

async function apiTokens(): Promise<Finding> {
  const { VIN_API_TOKENS: file } = readConfig(process.env, ['VIN_API_TOKENS']);
  if (!file) return note('api', 'HTTP API and fleet page are off.', 'Set VIN_API_TOKENS (docs/api.md).');
  const tokens = await readTokens(file);
  const expired = tokens.filter((token) => isExpired(token, Date.now())).map(({ name }) => name);
  const fix = 'Make one with vin token create --role operate.';
  if (tokens.length === expired.length) return problem('api', `${file} has no token that is good.`, fix);
  if (expired.length === 0) return good('api', `${file} has ${tokens.length} good tokens.`);
  return note('api', `Tokens have expired: ${expired.join(', ')}.`, 'Make new ones with vin token create.');
}

const MARKS = { good: '✓', note: '·', problem: '✗', unknown: '?' } as const;

/** A line for each finding, the fix below it, and one line on top that says it all. */
export function asText(findings: readonly Finding[]): string {
  const problems = findings.filter(({ state }) => state === 'problem').length;
  const lines = findings.flatMap(({ check, of, state, says, fix }) => [
    `${MARKS[state]} ${check.padEnd(12)} ${of ? `${of}: ` : ''}${says}`,
    ...(fix && state !== 'good' ? [`${' '.repeat(15)}→ ${fix}`] : []),
  ]);
  const sum = problems === 0 ? 'Nothing is wrong.' : `${problems} problem${problems === 1 ? '' : 's'}.`;
  return [...lines, '', sum].join('\n');
}
