import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { lookAtParking, type ParkingLook } from '../../src/doctor/parking';
import { lookAtWorkers } from '../../src/doctor/workers';
import { autopay } from '../../src/providers/autopay/profile';
import { readSettings } from '../../src/providers/settings';
import { TOKENS_MEMO, type TokensListed } from '../../workflows/contract/tokens';

const APP = { provider: 'autopay', application: 'default' };
const NOW = Date.parse('2026-03-10T12:00:00.000Z');
const HOUR = 3_600_000;
const GOOD: TokensListed = {
  token: { id: 'x', sealed: 'SEALED', until: NOW + HOUR },
  trouble: null,
  nextAt: null,
};
const TROUBLE = { code: 'PROVIDER_CREDENTIALS', words: 'invalid_client', next: 'Mend the secret.', at: NOW };

function clientWith(listed: TokensListed | null): Client {
  const describe = async () => {
    if (listed === null) throw new WorkflowNotFoundError('none', 'tokens:autopay:default', undefined);
    return { memo: { [TOKENS_MEMO]: listed } };
  };
  return { workflow: { getHandle: () => ({ describe }) } } as unknown as Client;
}

async function look(
  environment: Record<string, string> = {},
  {
    listed = GOOD as TokensListed | null,
    ...more
  }: Partial<ParkingLook> & { listed?: TokensListed | null } = {},
) {
  const variables = { AUTOPAY_CLIENT_ID: 'id', AUTOPAY_CLIENT_SECRET: 'hidden', ...environment };
  const settings = () => readSettings(autopay, APP, variables, autopay.credentials);
  const found = await lookAtParking({
    ...{ app: APP, profile: autopay, settings, client: clientWith(listed), doors: () => [], now: () => NOW },
    ...more,
  });
  expect(JSON.stringify(found)).not.toMatch(/SEALED|hidden/);
  return Object.fromEntries(found.map((one) => [one.check, one]));
}

const doors = (entries: boolean, periodic: boolean) => () => [
  { path: '/webhooks/autopay/default', variable: 'AUTOPAY_WEBHOOK_TOKEN', isOpen: entries },
  {
    path: '/webhooks/autopay/default/periodic',
    variable: 'AUTOPAY_WEBHOOK_PERIODIC_TOKEN',
    isOpen: periodic,
  },
];

describe('the look at a credential for parking', () => {
  test('is content with a token that is shared, without asking for one', async () => {
    const found = await look();
    expect(Object.values(found).map(({ check, state }) => `${check} ${state}`)).toEqual([
      'settings good',
      'token good',
      'level good',
      'notifications good',
    ]);
  });

  test.each([
    ['none yet', null, 'note'],
    ['one that has ended', { ...GOOD, token: { ...GOOD.token, until: NOW - 1 } } as TokensListed, 'note'],
    ['none, and a reason why', { token: null, trouble: TROUBLE, nextAt: null }, 'problem'],
  ])('tells a token apart: %s', async (_, listed, state) => {
    expect((await look({}, { listed }))['token']?.state).toBe(state);
  });

  test('says why no new token comes, when the next is asked for, and what to do', async () => {
    const { token } = await look({}, { listed: { ...GOOD, trouble: TROUBLE, nextAt: NOW + HOUR } });
    expect(token).toMatchObject({ state: 'problem', fix: 'Mend the secret.', of: 'autopay:default' });
    expect(token?.says).toMatch(/invalid_client\. Not before 2026-03-10T13:00.*good until it ends/);
  });

  test('claims nothing of a token where Temporal cannot be asked', async () => {
    expect((await look({}, { client: null }))['token']?.state).toBe('unknown');
  });

  test('names what its level does not have', async () => {
    expect((await look({ AUTOPAY_LEVEL: 'small' }))['level']).toMatchObject({ state: 'note' });
  });

  test.each([
    ['enterprise', false, false, 'problem', 'Set AUTOPAY_WEBHOOK_TOKEN and AUTOPAY_WEBHOOK_PERIODIC_TOKEN'],
    ['enterprise', false, true, 'problem', 'Set AUTOPAY_WEBHOOK_TOKEN for'],
    ['enterprise', true, true, 'good', null],
    ['medium', true, true, 'note', 'set its LEVEL'],
    ['medium', false, false, 'good', null],
  ])('of level %s with doors open %s and %s is a %s', async (level, entries, periodic, state, fix) => {
    const { notifications } = await look({ AUTOPAY_LEVEL: level }, { doors: doors(entries, periodic) });
    expect(notifications?.state).toBe(state);
    if (fix === null) expect(notifications?.fix).toBeNull();
    else expect(notifications?.fix).toContain(fix);
  });

  test('says which variable is missing, and looks no further', async () => {
    const { settings, ...others } = await look({ AUTOPAY_CLIENT_ID: '' });
    expect(settings).toMatchObject({ state: 'problem', code: 'CONFIG_INVALID' });
    expect(others).toEqual({});
  });
});

test('the task queues of parking are looked at where there is parking', async () => {
  const client = {
    options: { namespace: 'default' },
    workflowService: { describeTaskQueue: async () => ({ pollers: [] }), listWorkers: async () => ({}) },
  } as unknown as Client;
  const of = async (parkings: readonly string[]) =>
    (await lookAtWorkers(client, [], { certificates: false, parkings })).map((found) => found.of);
  expect(await of(['autopay'])).toEqual([
    'vin-activation:parking:autopay',
    'vin-activation:parking:autopay:calls',
    'vin-activation:parking:autopay:notices',
    'vin-activation:defleetings',
  ]);
  expect(await of([])).toEqual(['vin-activation:defleetings']);
});
