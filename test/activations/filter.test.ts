import { FILTER_NAMES, FILTERS, type FilterWords, readFilter } from '../../src/activations/filter';
import { ORDERS } from '../../src/activations/order';
import { queryOf } from '../../src/activations/search';
import { loadCatalogue } from '../../src/catalogue/catalogue';
import { OWNERS } from '../../src/domain/owner';
import { PROVIDERS } from '../../src/providers/registry';
import { COLUMN_LIST } from '../../workflows/contract/columns';

const catalogue = loadCatalogue(undefined);
const known = { catalogue, providers: PROVIDERS.map(({ id }) => id) };
const DAY = 86_400_000;

/** What is told of filters that cannot be used. */
function problemsOf(words: FilterWords): string[] {
  const read = readFilter(words, known);
  if (read.ok) return [];
  return read.problems.map(({ filter, problem, remedy }) => `${filter}: ${problem}. ${remedy}`);
}

function filterOf(words: FilterWords): object {
  const read = readFilter(words, known);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.filter;
}

describe('a filter', () => {
  test.each([
    [{ brand: 'VW' }, { brand: 'volkswagen' }],
    [{ brand: ' mercedes benz' }, { brand: 'mercedes-benz' }],
    [{ status: ' Pending' }, { status: 'pending' }],
    [{ reason: 'Privacy mode' }, { reasonKey: 'privacy-mode' }],
    [{ reason: 'unknown' }, { reasonKey: 'unknown' }],
    [{ owner: 'Fleet manager' }, { owner: 'fleet-manager' }],
    [{ owner: 'operations' }, { owner: 'operations' }],
    [
      { attention: true, inTrouble: false },
      { needsAttention: true, inTrouble: false },
    ],
    [{ overdue: true }, { overdue: true }],
    [{ olderThan: '10d' }, { olderThan: 10 * DAY }],
    [
      { fleet: ' a\u200Bcme ', externalId: 'car 7' },
      { fleet: 'acme', externalId: 'car 7' },
    ],
    [{ provider: 'High Mobility' }, { provider: 'high-mobility' }],
    [{ application: 'high-mobility:acme' }, { provider: 'high-mobility', application: 'acme' }],
    [
      { application: 'acme', provider: 'high-mobility' },
      { provider: 'high-mobility', application: 'acme' },
    ],
  ] satisfies [FilterWords, object][])('is read as people write it: %j', (words, filter) => {
    expect(filterOf(words)).toEqual(filter);
  });

  test.each([
    [{ status: 'pendig' }, 'status: "pendig" is not a status. Did you mean pending?'],
    [{ status: 'lost' }, `status: "lost" is not a status. Use one of absent, pending`],
    [{ brand: 'Folkswagen' }, 'is not a brand that the catalogue knows. Did you mean volkswagen?'],
    [{ reason: 'privacy-mod' }, 'Did you mean privacy-mode?'],
    [{ reason: 'privacy' }, 'Did you mean privacy-mode?'],
    [{ reason: 'the moon' }, 'Use one of in-progress, unspecified'],
    [{ owner: 'drivr' }, 'owner: "drivr" is not an owner. Did you mean driver?'],
    [{ provider: 'high-mobilty' }, 'Did you mean high-mobility?'],
    [{ application: 'a:b:c' }, 'Write it as provider:application.'],
    [{ application: 'nobody:acme' }, '"nobody" is not a provider'],
    [{ application: 'x; y' }, 'is not the name of an application'],
    [{ olderThan: '10' }, 'Write a duration such as 12h or 10d.'],
    [{ olderThan: '0s' }, 'is not a duration of up to 3650d'],
    [{ olderThan: '3651d' }, 'is not a duration of up to 3650d'],
    [{ fleet: '' }, 'fleet: "" is empty'],
    [{ fleet: 'a"b' }, "which Temporal's search does not find"],
    [{ externalId: 'a\\b' }, "which Temporal's search does not find"],
  ] satisfies [FilterWords, string][])('that can be nothing names what may be meant: %j', (words, told) => {
    expect(problemsOf(words)).toEqual([expect.stringContaining(told)]);
  });

  test('by the words of the provider is told the key', () => {
    const { id, texts } = catalogue.reasons.find((reason) => reason.id === 'consent-missing') as {
      id: string;
      texts: string[];
    };
    expect(problemsOf({ reason: texts[0] as string })).toEqual([expect.stringMatching(`mean .*${id}`)]);
  });

  test('of another provider than its application is a contradiction', () => {
    const read = readFilter(
      { provider: 'toy', application: 'high-mobility:acme' },
      { ...known, providers: ['toy', 'high-mobility'] },
    );
    expect(read).toMatchObject({ ok: false, problems: [{ filter: 'application' }] });
  });

  test('is told every problem at once', () => {
    expect(problemsOf({ status: 'x', owner: 'y', olderThan: 'z', brand: 'bmw' })).toHaveLength(3);
  });

  test('is there for each column that can be searched', () => {
    const words = FILTER_NAMES.map((name) => [name, FILTERS[name].takes === 'flag' ? true : SAMPLES[name]]);
    const {
      overdue: _overdue,
      olderThan: _age,
      ...columns
    } = filterOf(Object.fromEntries(words)) as Record<string, unknown>;
    const searched = COLUMN_LIST.filter(({ filter }) => filter).map(({ key }) => key as string);
    expect(Object.keys(columns).sort()).toEqual(searched.sort());
  });

  test('knows every owner of the catalogue', () => {
    const owners = [...catalogue.reasons, catalogue.unknownReason].map(({ owner }) => owner);
    expect(owners.filter((owner) => !OWNERS.includes(owner))).toEqual([]);
  });
});

/** A text for each filter that takes one. */
const SAMPLES: Readonly<Record<string, string>> = {
  provider: 'high-mobility',
  application: 'default',
  fleet: 'acme',
  externalId: '4711',
  brand: 'bmw',
  status: 'pending',
  reason: 'privacy-mode',
  owner: 'driver',
  olderThan: '1d',
};

describe('a search', () => {
  const now = Date.parse('2026-11-27T12:00:00Z');

  test('for what is overdue compares the deadline with now', () => {
    expect(queryOf({ overdue: true }, '*', now)).toContain(" AND DeadlineAt < '2026-11-27T12:00:00.000Z'");
    expect(queryOf({ overdue: false }, '*', now)).toContain(
      "(DeadlineAt IS NULL OR DeadlineAt >= '2026-11-27T12:00:00.000Z')",
    );
  });

  test('for what is older takes the reason, and the last change where there is no reason', () => {
    expect(queryOf({ olderThan: 10 * DAY }, '*', now)).toContain(
      " AND (ReasonSince < '2026-11-17T12:00:00.000Z' OR (ReasonSince IS NULL AND ChangedAt < '2026-11-17T12:00:00.000Z'))",
    );
  });

  test('quotes every text', () => {
    const { filter } = readFilter({ fleet: "O'Neil' OR Brand = 'bmw" }, known) as { filter: object };
    expect(queryOf(filter, '*', now)).toContain(String.raw`Fleet = 'O\'Neil\' OR Brand = \'bmw'`);
  });
});

test('a list is sorted, and what has no time comes last', () => {
  const rows = [
    { vin: 'B', startedAt: '3', changedAt: '3', reasonSince: '2', deadlineAt: null },
    { vin: 'A', startedAt: '2', changedAt: '9', reasonSince: null, deadlineAt: '8' },
    { vin: 'C', startedAt: '1', changedAt: '1', reasonSince: null, deadlineAt: '7' },
  ] as unknown as Parameters<(typeof ORDERS)['vin']>[0][];
  const sorted = (order: keyof typeof ORDERS) =>
    [...rows]
      .sort(ORDERS[order])
      .map(({ vin }) => vin)
      .join('');
  expect([sorted('newest'), sorted('age'), sorted('deadline'), sorted('vin')]).toEqual([
    'BAC',
    'CBA',
    'CAB',
    'ABC',
  ]);
});
