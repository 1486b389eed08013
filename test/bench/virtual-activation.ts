import type { Calls } from '../../activities/calls';
import type { Rules } from '../../src/domain/rules';
import type { ClearanceProvider } from '../../src/providers/provider';
import type { RunningActivation } from '../../src/sweep/activations-at-provider';
import type { Claim, LifecycleEvent } from '../../workflows/events';
import { decide } from '../../workflows/lifecycle';
import { type ActivationInput, HIGH_MOBILITY } from '../../workflows/messages';
import { type ActivationState, begin, type Command, type Observation } from '../../workflows/state';
import type { Clock } from '../simulation/clock';

/** What tells of changes that we have not made ourselves. */
const HEARD = { claimed: true, observed: true };

type Untimed<E> = E extends unknown ? Omit<E, 'at'> : never;
type Message = Untimed<LifecycleEvent>;

export interface Surroundings {
  readonly clock: Clock;
  /** Runs something later, on the virtual clock. */
  readonly at: (time: number, run: () => void) => void;
  readonly calls: Calls;
  readonly provider: Pick<ClearanceProvider, 'withdraw' | 'firstData'>;
  readonly failed: (error: unknown) => void;
  /** Told how long after the provider's change it was learned of, in milliseconds. */
  readonly learned: (delay: number) => void;
}

/** An activation on a virtual clock: it stands for the workflow and its activities, as long as nothing goes wrong. */
export class VirtualActivation {
  state: ActivationState;
  private timer = 0;

  constructor(
    input: ActivationInput,
    private readonly rules: Rules,
    private readonly around: Surroundings,
  ) {
    this.state = begin(input, HIGH_MOBILITY, around.clock.now);
  }

  start(): void {
    this.tell({ type: 'started', rules: this.rules, submission: null });
  }

  claimed(claim: Claim): void {
    this.tell({ type: 'claimed', ...claim });
  }

  /** False when it has ended. */
  swept(clearance: Observation | null): boolean {
    if (this.state.ended) return false;
    this.tell({ type: 'observed', source: 'sweep', clearance });
    return true;
  }

  leave(): void {
    this.tell({ type: 'defleet-asked', via: 'defleet', by: 'bench', reason: 'sold' });
  }

  /** As a search finds it. */
  get found(): RunningActivation {
    const { vehicle, clearance, startedAt } = this.state;
    const { status, reason } = clearance;
    return { vin: vehicle.vin, status, reason, startedAt: startedAt - this.around.clock.now + Date.now() };
  }

  private tell(message: Message): void {
    if (this.state.ended) return;
    const { clock, learned } = this.around;
    const before = this.state.clearance;
    const { state, commands } = decide(this.state, { ...message, at: clock.now } as LifecycleEvent);
    this.state = state;
    const { status, changedAt } = state.clearance;
    if (status !== before.status) {
      const changed = message.type === 'claimed' ? message.providerTime : changedAt;
      if (message.type in HEARD && changed !== null) learned(clock.now - changed);
    }
    for (const command of commands) this.run(command);
    this.setTimer();
  }

  private setTimer(): void {
    const timer = ++this.timer;
    const { wake, ended } = this.state;
    if (!wake || ended) return;
    this.around.at(wake.at, () => {
      if (timer === this.timer) this.tell({ type: 'deadline-reached' });
    });
  }

  private run(command: Command): void {
    this.answer(command).then((message) => this.tell(message), this.around.failed);
  }

  private async answer(command: Command): Promise<Message> {
    const { calls, provider } = this.around;
    const { vehicle } = this.state;
    const { vin } = vehicle;
    const whenever = Number.POSITIVE_INFINITY;
    switch (command) {
      case 'submit':
        return { type: 'submitted', result: await calls.submit(vehicle, whenever) };
      case 'read':
        return { type: 'observed', source: 'poll', clearance: await calls.read(vin, whenever) };
      case 'withdraw':
        return { type: 'withdrawn', answer: await provider.withdraw(vin) };
      case 'check-data':
        return { type: 'data-checked', answer: await provider.firstData(vin) };
      default:
        throw new Error(`${vin}: the ten days were not made for ${command}`);
    }
  }
}
