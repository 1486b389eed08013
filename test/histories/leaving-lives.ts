import type { WithdrawAnswer } from '../../src/providers/provider';
import { ProviderError } from '../../src/providers/provider-error';
import { unreachable } from '../support/provider-double';
import type { Life, Script, ScriptedProvider } from './life';
import { continued } from './staying-lives';

type Told = Omit<Script, 'brand' | 'outcome' | 'cancelled'>;

const leaving = (outcome: string, cancelled: string, brands: string[], told: Told | Told['live']): Script[] =>
  brands.map((brand) => ({
    brand,
    outcome,
    cancelled,
    ...(typeof told === 'function' ? { live: told } : told),
  }));

const cancelsBefore: Told = {
  startDelay: '1s',
  live: async (life) => {
    await life.handle.cancel();
    await life.ended();
    if (life.provider.count('submit') > 0) throw new Error('The cancellation came too late');
  },
};

/** Cancelled while the POST is under way; `answer` says how that ends. */
const duringSubmit = (
  answer: (provider: ScriptedProvider) => void,
  after: (life: Life) => Promise<void>,
): Told => ({
  prepare: (provider) => provider.holdSubmission(),
  live: async (life) => {
    await life.provider.posted;
    await life.handle.cancel();
    answer(life.provider);
    await after(life);
  },
});

const fails = (provider: ScriptedProvider): void =>
  provider.answer(new ProviderError('PROVIDER_TIMEOUT', 'no answer in time', 'It is tried again.'));

/** Cancelled while pending, with the provider's answers to the first DELETEs. */
const whilePending =
  (answers: WithdrawAnswer[], after: (life: Life) => Promise<void>): Told['live'] =>
  async (life) => {
    await life.status('pending');
    life.provider.withdrawals.push(...answers);
    await life.handle.cancel();
    await after(life);
  };

const detail = 'the own words of the provider';
const ALREADY_REMOVED = { outcome: 'already-removed', detail } as const;
const IN_TRANSITION = { outcome: 'in-transition', detail } as const;
const TOO_EARLY = { outcome: 'too-early', detail } as const;
const ABSENT = { outcome: 'absent', detail } as const;
const NOT_SUPPORTED = { outcome: 'not-supported', detail } as const;
const REFUSED = { outcome: 'refused', detail } as const;

const canceled = (life: Life): Promise<void> => life.lets('canceled');
const revoked = (life: Life): Promise<void> => life.lets('revoked');

/** Cannot be cancelled: approved after all, and then revoked. */
async function approvedThenRevoked(life: Life): Promise<void> {
  await life.see((view) => view.defleet !== null);
  life.provider.set('approved');
  await revoked(life);
}

export const LEAVING_LIVES: Script[] = [
  ...leaving('never-sent', 'before-submit', ['bmw'], cancelsBefore),
  ...leaving(
    'canceled',
    'during-submit',
    ['mercedes-benz'],
    duringSubmit((p) => p.answer(), canceled),
  ),
  ...leaving(
    'revoked',
    'during-submit',
    ['bmw'],
    duringSubmit((p) => p.answer(), approvedThenRevoked),
  ),
  ...leaving(
    'arrived-all-the-same',
    'during-submit',
    ['audi'],
    duringSubmit((provider) => {
      provider.set('pending');
      fails(provider);
    }, canceled),
  ),
  ...leaving(
    'never-arrived',
    'during-submit',
    ['ds'],
    duringSubmit(fails, (life) => life.ended()),
  ),
  ...leaving('provider-back', 'during-submit', ['renault'], {
    prepare: (provider) => {
      provider.failure = unreachable();
    },
    live: async (life) => {
      await life.isMissed();
      await life.handle.cancel();
      await life.see(({ attempts }) => attempts.read === 1);
      life.provider.failure = null;
      await life.ended();
    },
  }),
  ...leaving('canceled', 'pending', ['peugeot'], whilePending([], canceled)),
  ...leaving('canceled', 'pending-by-message', ['audi'], async (life) => {
    await life.status('pending');
    await life.defleet();
    await canceled(life);
  }),
  ...leaving('canceled', 'pending-twice-at-once', ['cupra'], async (life) => {
    await life.status('pending');
    await Promise.all([life.defleet(), life.handle.cancel()]);
    await canceled(life);
  }),
  ...leaving('revoked', 'pending-and-uncancellable', ['toyota'], whilePending([], approvedThenRevoked)),
  ...leaving(
    'rejected',
    'pending-and-uncancellable',
    ['kia'],
    whilePending([], async (life) => {
      life.provider.set('rejected', 'unspecified');
      await life.ended();
    }),
  ),
  ...leaving('too-early', 'pending', ['skoda'], whilePending([TOO_EARLY], canceled)),
  ...leaving(
    'in-transition',
    'pending',
    ['alfaromeo'],
    whilePending([IN_TRANSITION, IN_TRANSITION], canceled),
  ),
  ...leaving(
    'already-removed',
    'pending',
    ['opel'],
    whilePending([ALREADY_REMOVED], async (life) => {
      life.provider.set('canceled');
      await life.ended();
    }),
  ),
  ...leaving(
    'absent',
    'pending',
    ['vauxhall'],
    whilePending([ABSENT], async (life) => {
      life.provider.record = null;
      await life.ended();
    }),
  ),
  ...leaving('not-supported', 'pending', ['maserati'], whilePending([NOT_SUPPORTED], approvedThenRevoked)),
  ...leaving(
    'refused',
    'pending',
    ['seat'],
    whilePending([REFUSED], async (life) => {
      await life.step('parked');
      await life.retry();
      await canceled(life);
    }),
  ),
  ...leaving('revoked', 'approved', ['volvo-cars'], async (life) => {
    await life.quiet();
    await life.handle.cancel();
    await revoked(life);
  }),
  ...leaving('revoked', 'approved-by-message', ['ford'], async (life) => {
    await life.quiet();
    await life.defleet();
    await revoked(life);
  }),
  ...leaving('in-transition', 'approved', ['polestar'], async (life) => {
    await life.quiet();
    life.provider.withdrawals.push(IN_TRANSITION);
    await life.handle.cancel();
    await revoked(life);
  }),
  ...leaving('already-removed', 'approved', ['lexus'], async (life) => {
    await life.quiet();
    life.provider.withdrawals.push(ALREADY_REMOVED);
    life.provider.set('revoked');
    await life.defleet();
    await life.ended();
  }),
  ...leaving('rejected', 'parked', ['tesla'], async (life) => {
    await life.parked('consent assignment missing');
    await life.defleet();
    await life.ended();
  }),
  ...leaving('canceled', 'continued', ['citroen'], async (life) => {
    await life.status('pending');
    await continued(life);
    await life.handle.cancel();
    await canceled(life);
  }),
];
