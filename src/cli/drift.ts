import type { Client } from '@temporalio/client';
import type { Drift, Sample, SweepSummary } from '../../workflows/contract/sweep-report';
import { VinError } from '../base/errors';
import { readCredentials } from '../config/applications';
import type { Application } from '../domain/application';
import type { ProviderClient } from '../providers/profile';
import { sweptActivations } from '../sweep/activations-at-provider';
import { runSweep } from '../sweep/sweeps';
import { requireWritable, type UnmanagedList, writeUnmanaged } from '../sweep/unmanaged-list';
import { identityOf, requireApplication } from '../temporal/ownership';
import { createSharedRateLimiter } from '../temporal/shared-rate-limiter';
import { applications } from './handed-in';
import { type Format, printAnswer, say } from './output';
import { ownApplication, withClient } from './session';
import { tableOf } from './table';
import { untoldInWords } from './untold';

/** How long the call for the list may wait for its slot, in milliseconds. */
const PATIENCE = 60_000;
/** How long the provider may take to let us in, in milliseconds. */
const CONTACT = 5_000;

/** The kinds of drift: what each is, and what to do about it. */
const KINDS = [
  {
    key: 'unmanaged',
    title: 'At the provider, and without an activation here',
    next: 'If the vehicle is yours: vin activate VIN --brand BRAND, and then vin defleet VIN if it has left. If not, find out who shares the application. Of many, vin drift --unmanaged FILE.csv makes a list for vin import.',
  },
  {
    key: 'lost',
    title: 'Believed to have a clearance, and unknown to the provider',
    next: "Their activations have been told. Look with vin status VIN, and ask the provider's support what happened.",
  },
  {
    key: 'disagreeing',
    title: 'Believed to be something else than the provider says',
    next: 'Nothing at first: their activations have been told, and look by themselves. What stays here the next day needs a look: vin status VIN.',
  },
] as const satisfies readonly { key: keyof Drift; title: string; next: string }[];

export interface DriftCommandOptions {
  readonly output: Format;
  readonly unmanaged?: string;
}

export async function runDrift({ output, unmanaged: file }: DriftCommandOptions): Promise<void> {
  if (file !== undefined) await requireWritable(file);
  const app = ownApplication();
  const answer = await withClient(async (client) => {
    const connect = file === undefined ? null : await connectionTo(client, app);
    if (connect) await checkProvider(connect);
    const report = reportOf(await runSweep(client, { ...app, full: true, onNews: say }));
    if (file === undefined || !connect) return report;
    return { ...report, list: await writeList(client, app, connect, file) };
  });
  printAnswer(output, answer, (report) =>
    'list' in report ? `${asTables(report)}\n\n${listInWords(report.list)}` : asTables(report),
  );
}

type Connect = () => ProviderClient;

/** The way to the provider, where the settings here are those of the application: another one has other vehicles. */
async function connectionTo(client: Client, app: Application): Promise<Connect> {
  const profile = applications().profileOf(app);
  const settings = readCredentials({ app, profile }, process.env);
  await requireApplication(client, app, identityOf(profile.account(settings)));
  return () => profile.connect(settings);
}

/** Says at the start what would fail at the end. */
async function checkProvider(connect: Connect): Promise<void> {
  const source = connect();
  try {
    await source.contact(CONTACT);
  } finally {
    await source.close();
  }
}

async function writeList(
  client: Client,
  app: Application,
  connect: Connect,
  path: string,
): Promise<UnmanagedList> {
  const source = connect();
  try {
    await createSharedRateLimiter(client, app).acquire('list', Date.now() + PATIENCE);
    return await writeUnmanaged({ source, activations: sweptActivations(client, app), path });
  } finally {
    await source.close();
  }
}

function listInWords({ file, count, withoutBrand }: UnmanagedList): string {
  const filled = withoutBrand > 0 ? ` Fill in the brand of ${withoutBrand} of them first.` : '';
  return `${count} vehicles without an activation are in ${file}.${filled}\n  next: vin import ${file}`;
}

/** What machines read: the drift, and of what. */
function reportOf({ provider, application, at, rows, broken, untold, drift }: SweepSummary) {
  if (drift) return { provider, application, at, rows, broken, untold, drift };
  throw new VinError('SWEEP_FAILED', 'The sweep made no report of the drift', 'Ask again.');
}

function asTables({ rows, untold, drift }: ReturnType<typeof reportOf>): string {
  const parts = KINDS.filter(({ key }) => drift[key].count > 0).map(
    ({ key, title, next }) => `${title}: ${drift[key].count}\n${asTable(drift[key])}\n  next: ${next}`,
  );
  if (untold.count > 0) parts.push(untoldInWords(untold));
  return parts.length > 0 ? parts.join('\n\n') : `No drift, in ${rows} rows at the provider.`;
}

function asTable({ count, first }: Sample<{ vin: string; ours?: string; theirs?: string }>): string {
  const table = tableOf(
    ['VIN', 'Here', 'At the provider'],
    first.map(({ vin, ours, theirs = 'absent' }) => [vin, ours || 'no activation', theirs]),
  );
  const more = count - first.length;
  return more > 0 ? `${table}\n  and ${more} more` : table;
}
