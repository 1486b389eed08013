import { makeFiles } from '../../../src/certificates/issue';
import { BATCH_MEMO, type BatchMemo, type BatchRow } from '../../../workflows/contract/batch';
import { CERTIFICATES } from '../../../workflows/contract/certificates';
import { DEFLEETING_MEMO, type DefleetingView } from '../../../workflows/contract/defleetings';
import { type NoticeRecord, noticesId } from '../../../workflows/contract/notices';
import {
  type Locked,
  PARKING_MEMO,
  type ParkingListed,
  type ParkingView,
} from '../../../workflows/contract/parking';
import type { SweepSummary } from '../../../workflows/contract/sweep-report';
import { facts, newKey, signerWith } from '../../certificates/support';
import { APP } from '../../support/application';
import { APPROVED, activationOf, type Execution, INACTIVE, LEAVING, REJECTED, stories } from './stories';

const PARKED: ParkingListed = {
  provider: 'autopay',
  plate: 'NO-AA12345',
  vin: APPROVED,
  fleet: 'acme',
  externalId: 'A-1',
  step: 'in-fleet',
  addedAt: '2026-01-02T10:00:00.000Z',
  waitingFor: null,
  nextAt: null,
  trouble: null,
};

const STAY = {
  id: 'stay-1',
  type: 'PARKING',
  operator: 'Oslo kommune',
  place: 'Sentrum, sone 1',
  startedAt: Date.parse('2026-01-04T09:00:00.000Z'),
  endedAt: Date.parse('2026-01-04T11:30:00.000Z'),
  cost: { gross: 84, currency: 'NOK' },
  invoicing: null,
} as const;
const PARKING: ParkingView = {
  ...PARKED,
  stays: [{ ...STAY, end: 'known', isAlerted: false }],
  totals: [{ currency: 'NOK', gross: 84, count: 1 }],
  locked: [],
  history: [{ at: '2026-01-02T10:00:00.000Z', note: 'added to the fleet' }],
};
const CREDENTIAL = 'autopay:default';
const LOCKED: Locked = {
  application: CREDENTIAL,
  outcome: 'locked',
  words: null,
  locked: [STAY],
  unlocked: [],
};

const LISTED_DEFLEETING = {
  vin: LEAVING,
  id: 'd-1',
  fleet: 'north',
  reason: 'sold',
  note: null,
  role: 'operator',
  onBehalfOf: null,
  channel: 'cli',
  askedAt: '2026-01-04T08:00:00.000Z',
  eventDate: '2026-01-04',
  zone: 'Europe/Oslo',
  beginsAt: '2026-01-04T08:00:00.000Z',
  deadlineAt: '2026-01-07T23:00:00.000Z',
  step: 'watching',
  outcome: null,
  parts: [
    {
      ...APP,
      state: 'leaving',
      status: 'revoking',
      reason: null,
      owner: null,
      action: null,
      askedAt: '2026-01-04T08:00:05.000Z',
      readBackAt: null,
    },
  ],
  statementAt: null,
  certificate: null,
} as const satisfies Omit<DefleetingView, 'answers' | 'history'>;
export const DEFLEETING: DefleetingView = {
  ...LISTED_DEFLEETING,
  answers: [],
  history: [{ at: '2026-01-04T08:00:00.000Z', note: 'asked to leave' }],
};

export const NOTICE = {
  id: 'n1',
  kind: 'reminder',
  vin: INACTIVE,
  fleet: 'acme',
  status: 'pending',
  reason: 'privacy mode is enabled',
  level: 1,
  audience: 'owner',
  owner: 'driver',
  action: 'Turn privacy mode off in the vehicle.',
  decidedAt: '2026-01-01T12:00:00.000Z',
  handedOverAt: '2026-01-01T12:00:00.000Z',
  deliveries: [
    {
      channel: 'webhook',
      outcome: 'delivered',
      at: '2026-01-01T12:00:02.000Z',
      where: 'https://fleet.example',
      id: 'n1',
      why: null,
    },
  ],
} as const satisfies NoticeRecord;

const BATCH: BatchMemo = {
  ...APP,
  kind: 'retry',
  by: 'ops',
  fleets: '*',
  chosen: 'fleet acme',
  words: 'x',
  token: null,
  counts: {
    ...{ vehicles: 2, problems: 1, todo: 0, taken: 1, refused: 1 },
    ...{ queued: 0, ended: 0, failed: 0, 'not-found': 0, 'not-known': 0 },
  },
  stoppedBy: null,
};
const BATCH_ROWS = [
  {
    vin: INACTIVE,
    outcome: 'taken',
    status: 'pending',
    next: 'It is done.',
    code: null,
    problem: null,
    remedy: null,
  },
  {
    vin: REJECTED,
    outcome: 'refused',
    status: 'rejected',
    next: null,
    code: 'MESSAGE_REFUSED',
    problem: 'It is rejected for good.',
    remedy: 'Leave it.',
  },
] as unknown as BatchRow[];

export const SUMMARY: SweepSummary = {
  ...APP,
  full: true,
  at: '2026-01-05T11:00:00.000Z',
  duration: 2_400,
  listDuration: 900,
  rows: 5,
  broken: 0,
  changed: 2,
  differences: 1,
  signals: 1,
  untold: { count: 0, first: [] },
  drift: {
    unmanaged: { count: 1, first: [{ vin: 'WBA8E9G50GNT00007', brand: 'bmw', theirs: 'approved' }] },
    lost: { count: 1, first: [{ vin: REJECTED, ours: 'pending' }] },
    disagreeing: { count: 1, first: [{ vin: INACTIVE, ours: 'pending', theirs: 'approved' }] },
  },
};

/** What activities answer that are asked by themselves. */
export function questions(): Readonly<Record<string, unknown>> {
  const key = newKey();
  const issuedAt = '2026-12-02T09:00:00.000Z';
  const { full, buyer } = makeFiles(facts(1), { number: 1, previous: null, issuedAt }, signerWith(key));
  const head = { number: 1, sha256: '0'.repeat(64), issuedAt, endedAt: '2026-12-02T08:00:00.000Z' };
  return {
    certificateFiles: [{ ...head, files: { full, buyer } }],
    vehicleStatements: [],
    eraseVehicle: [1],
    certificateKeys: [key.publicPem],
    showServices: [{ application: CREDENTIAL, outcome: 'shown', words: null, services: [STAY], left: 0 }],
    lockNow: [LOCKED],
    declineNow: { application: CREDENTIAL, stay: STAY },
  };
}

/** Some days, as they are kept. */
const DAYS = Object.fromEntries(
  ['2026-01-03', '2026-01-04', '2026-01-05'].map((day, index) => [
    day,
    {
      countedAt: `${day}T11:00:00.000Z`,
      // The first one was counted by 0.2.0.
      ...(index > 0 && {
        beside: {
          parkings: { open: 1, begun: 0, ended: 0 },
          defleetings: { open: 1, begun: index - 1, ended: 0 },
        },
      }),
      applications: {
        'high-mobility:default': {
          stand: { open: { pending: 4 - index, approved: 10 }, waiting: { driver: 1 }, old: index },
          flow: { approved: 1, rejected: index, ended: 0, took: [86_400, 86_400, 93_600] },
          calls: { bmw: { submit: 2 }, volkswagen: { all: 5 + index } },
        },
      },
    },
  ]),
);

/** All that runs, and what has just ended. */
export function executions(): Execution[] {
  return [
    ...stories().map(activationOf),
    {
      type: 'parking',
      workflowId: 'parking:autopay:NO-AA12345',
      startedAt: '2026-01-02T10:00:00.000Z',
      memo: { [PARKING_MEMO]: PARKED },
      answers: { status: PARKING },
    },
    { type: 'certificates', workflowId: CERTIFICATES, startedAt: '2026-01-02T10:00:00.000Z', memo: {} },
    {
      type: 'batch',
      workflowId: 'batch:b-1',
      startedAt: '2026-01-05T09:00:00.000Z',
      endedAt: '2026-01-05T09:00:20.000Z',
      memo: { [BATCH_MEMO]: BATCH },
      answers: { rows: BATCH_ROWS },
    },
    {
      type: 'defleeting',
      workflowId: `defleeting:${LEAVING}`,
      startedAt: DEFLEETING.askedAt,
      memo: { [DEFLEETING_MEMO]: LISTED_DEFLEETING },
      answers: { defleeting: DEFLEETING },
    },
    { type: 'days', workflowId: 'days:2026-01', startedAt: '2026-01-03T00:00:00.000Z', memo: DAYS },
    ...['owner', 'operations'].map((audience) => ({
      type: 'notices',
      workflowId: noticesId(APP, audience as 'owner'),
      startedAt: '2026-01-01T12:00:00.000Z',
      memo: {},
      answers: { noticeLog: audience === 'owner' ? [NOTICE] : [] },
    })),
  ];
}
