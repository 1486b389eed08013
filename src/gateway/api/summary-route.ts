import { z } from 'zod';
import { dayOf } from '../../../workflows/contract/days';
import type { Fleets } from '../../activations/search';
import { trendsOf } from '../../days/trend';
import { type Application, applicationKey } from '../../domain/application';
import { parseStatus } from '../../domain/status';
import { countsOf } from '../../snapshot/counts';
import type { Snapshot } from '../../snapshot/snapshot';
import { todoOf } from '../../snapshot/todo';
import { seenBy } from '../../snapshot/wall';
import { fleetName } from './names';
import { type ApiSurroundings, operation } from './operation';
import { registry, statusWord, textOrNull, time, timeOrNull } from './registry';
import { requireFleet } from './vehicle';

const count = z.number().int();
const number = (description: string) => z.number().register(registry, { description });
const word = (description: string) => z.string().register(registry, { description });

const SummaryGroup = z.object({
  topic: word("What is the matter: the catalogue's key of the reason, or a word of docs/todo.md"),
  status: statusWord.nullable(),
  brands: z.array(z.string()),
  owner: word('Whose turn it is'),
  action: word('What the owner has to do'),
  count,
  oldestSince: time,
  vins: z.array(z.string()).register(registry, { description: 'Some of them, the oldest first' }),
  plates: z.array(z.string()).register(registry, { description: 'The same of parkings; else none' }),
  deadlineAt: timeOrNull('Until when somebody must have acted, of the one that comes first'),
  soon: number('How many run out within 48 hours'),
  overdue: number('For how many it is too late'),
});

const countOrNull = count.nullable();
const counts = z.record(z.string(), count).nullable();

const SummaryDay = z.object({
  day: word('A day of UTC'),
  countedAt: timeOrNull('When it was counted last; null in a gap, on which no worker ran'),
  open: counts.register(registry, { description: 'How many had each status; null in a gap' }),
  waiting: counts.register(registry, { description: 'How many waited for whom; null in a gap' }),
  old: countOrNull.register(registry, {
    description: 'Pending ones that were older than 85 of 100 approved ones of their brand took',
  }),
  approved: countOrNull,
  rejected: countOrNull,
  ended: countOrNull,
  took: z
    .array(count)
    .nullable()
    .register(registry, { description: 'p50, p85 and p90 of those approved on this day, in seconds' }),
  calls: z
    .record(z.string(), z.record(z.string(), count))
    .register(registry, { description: 'Calls at the provider by brand and endpoint' }),
});

export const Summary = z
  .object({
    at: time,
    age: number('How old these figures are, in seconds'),
    problem: textOrNull('Why there are no newer ones; null where nothing is wrong'),
    vehicles: number('How many activations are alive'),
    parkings: number('How many parkings have not ended'),
    byStatus: z
      .record(z.string(), z.number().int())
      .register(registry, { description: 'How many have each status' }),
    needAttention: number('For how many a person has to act'),
    inTrouble: number('How many wait because a command failed'),
    notLeft: number('How many should have left, and have not'),
    soon: number('How many run out within 48 hours'),
    overdue: number('For how many it is too late'),
    groups: z
      .array(SummaryGroup)
      .register(registry, { description: 'What there is to do, biggest harm first' }),
    days: z.array(SummaryDay).nullable().register(registry, {
      description:
        'The last 14 days and today so far, the oldest first, as workers have counted them. Null for a token of some fleets, where a fleet is asked for, and where nothing is known',
    }),
  })
  .register(registry, {
    id: 'Summary',
    description: 'What is stuck, whose turn it is and what to do.',
    example: {
      at: '2026-03-10T12:00:00.000Z',
      age: 7.2,
      problem: null,
      vehicles: 412,
      parkings: 0,
      byStatus: { pending: 40, approved: 372 },
      needAttention: 12,
      inTrouble: 0,
      notLeft: 0,
      soon: 3,
      overdue: 0,
      groups: [
        {
          topic: 'privacy-mode',
          status: 'pending',
          brands: ['volkswagen'],
          owner: 'driver',
          action: 'Turn privacy mode off in the vehicle.',
          count: 12,
          oldestSince: '2026-03-08T12:00:00.000Z',
          vins: ['WVWZZZ1KZAW000001'],
          plates: [],
          deadlineAt: '2026-03-12T09:00:00.000Z',
          soon: 3,
          overdue: 0,
        },
      ],
      days: [
        {
          day: '2026-03-10',
          countedAt: '2026-03-10T12:00:00.000Z',
          open: { pending: 40, approved: 372 },
          waiting: { driver: 12 },
          old: 3,
          approved: 7,
          rejected: 1,
          ended: 2,
          took: [86400, 259200, 432000],
          calls: { bmw: { submit: 3, list: 210 } },
        },
      ],
    },
  });

export const readSummary = operation({
  id: 'readSummary',
  method: 'GET',
  path: '/summary',
  summary: 'Read what there is to do, and how many stand how',
  description:
    'Of the vehicles that the token may see. It is made of one picture of all that is open, for all who ask: it may be up to a minute old, and says how old it is. Where no newer one can be read it is the last one.',
  role: 'read',
  query: z.strictObject({
    fleet: fleetName.optional().register(registry, { description: 'Only of this fleet' }),
  }),
  success: { status: 200, description: 'The figures', schema: Summary },
  problems: ['FLEET_FORBIDDEN'],
  handle: async ({ api, token, use, query, signal }) => {
    const { fleet } = query;
    if (fleet) requireFleet(token, fleet);
    // In its turn as well: to go through all that is open is work.
    const { snapshot, age, problem, body } = await use.inTurn(async () => {
      const look = await api.snapshots.look();
      return { ...look, body: figuresOf(look.snapshot, api.app, fleet ? [fleet] : token.fleets) };
    }, signal);
    const seesAll = token.fleets === '*' && !fleet;
    const days = seesAll ? await daysOf(api, dayOf(snapshot.at)) : null;
    return { body: { ...body, days, age: age / 1_000, problem: problem && 'No newer ones could be read' } };
  },
});

/** Days are kept by application, and not by fleet. */
async function daysOf(
  { days, app }: ApiSurroundings,
  today: string,
): Promise<z.output<typeof Summary>['days']> {
  const kept = await days?.look();
  const own = kept && trendsOf(kept, today).find((one) => one.application === applicationKey(app));
  return (
    own?.days.map(({ calls, took, ...day }) => ({
      ...day,
      took: took && [...took],
      calls: Object.fromEntries(Object.entries(calls).map(([brand, endpoints]) => [brand, { ...endpoints }])),
    })) ?? null
  );
}

type Figures = Omit<z.output<typeof Summary>, 'age' | 'problem' | 'days'>;
/** Made once for each picture and for those who see the same of it. */
const MADE = new WeakMap<Snapshot, Map<string, Figures>>();

function figuresOf(snapshot: Snapshot, app: Application, fleets: Fleets): Figures {
  const made = MADE.get(snapshot) ?? new Map<string, Figures>();
  MADE.set(snapshot, made);
  const key = JSON.stringify([applicationKey(app), fleets]);
  const figures = made.get(key) ?? makeFigures(snapshot, app, fleets);
  made.set(key, figures);
  return figures;
}

function makeFigures(snapshot: Snapshot, app: Application, fleets: Fleets): Figures {
  const own = seenBy(snapshot, applicationKey(app), fleets);
  const { byStatus, needAttention, inTrouble } = countsOf(own, app);
  const { vehicles, parkings, notLeft, soon, overdue, groups } = todoOf(own);
  return {
    at: new Date(snapshot.at).toISOString(),
    byStatus: { ...byStatus },
    ...{ vehicles, parkings, needAttention, inTrouble, notLeft, soon, overdue },
    groups: groups.map(({ status, brands, vins, plates, ...group }) => ({
      ...group,
      status: status === null ? null : parseStatus(status),
      brands: [...brands],
      vins: [...vins],
      plates: [...plates],
    })),
  };
}
