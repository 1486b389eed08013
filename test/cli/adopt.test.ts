import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { NewActivation, Started } from '../../src/activations/starts';
import { loadCatalogue } from '../../src/catalogue/catalogue';
import { type AdoptOrder, adoptListed, printAdopted } from '../../src/cli/adopt';
import { printList } from '../../src/cli/drift';
import { EXIT } from '../../src/cli/output';
import { createHighMobility } from '../../src/providers/high-mobility/client';
import { writeUnmanaged } from '../../src/sweep/unmanaged-list';
import { Believers, closeAll, row, stage, vin } from '../sweep/support';
import { runVin } from './scripted-vin';

const folder = mkdtempSync(join(tmpdir(), 'vin-adopt-'));
const path = join(folder, 'unmanaged.csv');
const before = process.exitCode;
const surroundings = { catalogue: loadCatalogue(), sandbox: true };

afterEach(async () => {
  process.exitCode = before;
  await closeAll();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the list of what a provider holds and nobody manages: its first vehicle is managed. */
async function listed(brand?: string) {
  const believers = new Believers();
  believers.believe(vin(1), 'approved');
  const { answer, source } = await provider();
  answer([
    { ...row(vin(1), 'approved'), brand: 'bmw' },
    { ...row(vin(2), 'approved'), brand: 'bmw', tags: { customer: 'ACME, Köln' } },
    { ...row(vin(3), 'pending'), brand: 'bmw' },
    row(vin(4), 'approved'),
    { ...row(vin(5), 'revoked'), brand: 'bmw' },
  ]);
  const list = await writeUnmanaged({
    source,
    activations: believers,
    path,
    ...(brand !== undefined && { brand }),
  });
  await source.close();
  return list;
}

async function provider() {
  const { answer, server } = await stage();
  const source = createHighMobility({ baseUrl: server.url, clientId: 'id', clientSecret: 'a-secret' });
  return { answer, source };
}

/** Activations in memory, and no certificates. */
function doubles(outcomes: Readonly<Record<string, Started['outcome'] | Error>> = {}) {
  const started: NewActivation[] = [];
  const running = { execution: 'RUNNING', brand: 'bmw' };
  const activations = {
    activate: async (vehicle: NewActivation) => {
      const outcome = outcomes[vehicle.vin] ?? 'started';
      if (outcome instanceof Error) throw outcome;
      started.push(vehicle);
      return { outcome, differs: [] };
    },
    within: <T>(_: number, work: () => Promise<T>) => work(),
    row: async () => running,
    rowIfKnown: async (one: string) => (one === vin(1) ? running : null),
  } as unknown as AdoptOrder['activations'];
  const client = {
    workflow: {
      getHandle: (id: string) => ({
        // No certificates are issued here.
        describe: () => Promise.reject(new WorkflowNotFoundError('not found', id, undefined)),
      }),
    },
  } as unknown as AdoptOrder['client'];
  return { started, order: { path, named: null, surroundings, activations, client } };
}

test('all that nobody manages is started to be taken over, with the brand and tags of the provider', async () => {
  expect(await listed()).toMatchObject({ count: 3, withoutBrand: 1 });
  const { started, order } = doubles();
  const adopted = await adoptListed(order);
  expect(started).toEqual([
    { vin: vin(2), brand: 'bmw', tags: { customer: 'ACME, Köln' }, adopt: true },
    { vin: vin(3), brand: 'bmw', tags: {}, adopt: true },
  ]);
  expect(adopted.map((one) => [one.vin, one.outcome])).toEqual([
    [vin(2), 'started'],
    [vin(3), 'started'],
    [vin(4), 'failed'],
  ]);
  expect(adopted[2]?.problem).toBe('has no brand');
});

test('a vehicle of which the provider names no brand is taken over with the brand that was given', async () => {
  expect(await listed('mini')).toMatchObject({ withoutBrand: 0 });
  const { started, order } = doubles();
  await adoptListed(order);
  expect(started.map(({ brand }) => brand)).toEqual(['bmw', 'bmw', 'mini']);
});

test('a dry run starts nothing, and says what would be started', async () => {
  await listed('bmw');
  const { started, order } = doubles();
  const adopted = await adoptListed({ ...order, dryRun: true });
  expect(adopted.map(({ outcome }) => outcome)).toEqual(['ready', 'ready', 'ready']);
  expect(started).toEqual([]);
});

test('only those that are named are started, and the others of the names have a verdict in words', async () => {
  await listed();
  const { started, order } = doubles();
  const adopted = await adoptListed({ ...order, named: [1, 2, 5].map((number) => ({ vin: vin(number) })) });
  expect(started.map((one) => one.vin)).toEqual([vin(2)]);
  expect(adopted).toMatchObject([
    { vin: vin(2), outcome: 'started' },
    { vin: vin(1), outcome: 'already-active', problem: '' },
    { vin: vin(5), outcome: 'failed', problem: 'the provider shows no open clearance of it' },
  ]);
});

test('one that Temporal does not start is a verdict, says what to do, and the exit code is 5', async () => {
  await listed('bmw');
  const { order } = doubles({ [vin(2)]: new Error('away'), [vin(3)]: 'leaving' });
  const adopted = await adoptListed(order);
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  process.exitCode = undefined;
  printAdopted(adopted, { output: 'csv' });
  const printed = write.mock.calls.map(([text]) => String(text)).join('');
  write.mockRestore();
  expect(process.exitCode).toBe(EXIT.rowsFailed);
  expect(printed.split('\n').slice(0, 2)).toEqual([
    'vin,outcome,brand,problem,remedy',
    `${vin(2)},failed,bmw,Temporal did not start it: away,Ask again: nothing starts twice.`,
  ]);
  expect(printed).toContain(`${vin(3)},leaving,bmw,`);
});

test.each([[[]], [['--all', vin(1)]], [['-', vin(1)]]])(
  'vehicles are named in one way: vin adopt %j',
  async (args) => {
    const { error, methods } = await runVin(['adopt', ...args]);
    expect(error).toMatchObject({ exitCode: EXIT.usage });
    expect(methods).toEqual([]);
  },
);

test.each([[['--unmanaged']], [['-o', 'csv']], [['--unmanaged', path, '-o', 'csv']]])(
  'the list on stdout is asked for in one way: vin drift %j',
  async (args) => {
    const { error, methods } = await runVin(['drift', ...args]);
    expect(error).toMatchObject({ exitCode: EXIT.usage });
    expect(methods).toEqual([]);
  },
);

test('what vin drift prints of the unmanaged goes straight into vin import -', async () => {
  const list = await listed();
  const said = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockReturnValue(true),
  );
  await printList(list);
  const [printed = '', note = ''] = said.map((spy) => spy.mock.calls.map(([text]) => String(text)).join(''));
  for (const spy of said) spy.mockRestore();
  expect(note).toContain('3 vehicles without an activation, 1 without a brand');
  const stdin = jest
    .spyOn(process, 'stdin', 'get')
    .mockReturnValue(Readable.from([Buffer.from(printed)]) as never);
  const result = join(folder, 'result.csv');
  const ran = await runVin(['import', '-', '--dry-run', '--result', result, '-o', 'json']);
  stdin.mockRestore();
  expect(ran.error).toBeNull();
  expect(JSON.parse(ran.stdout)).toMatchObject({ rows: 3, ready: 2, failed: 1 });
  expect(readFileSync(result, 'utf8')).toMatch(new RegExp(`${vin(2)},ready,.*"ACME, Köln"`));
});
