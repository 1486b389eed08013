import type { Locked, Stay } from '../../../workflows/contract/parking';
import type { ParkingNotice } from '../../../workflows/parking/alerts';
import type { ParkingCommand, ParkingEvent, ParkingState } from '../../../workflows/parking/state';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const START = Date.UTC(2026, 0, 1);

interface Use {
  readonly id: string;
  readonly startedAt: number;
  readonly endedAt: number;
  locks: number;
}

/** The truth at the provider, and who asks it. */
export class World {
  now = START;
  isMember: boolean;
  addedAt = START - 30 * DAY;
  readonly uses: Use[] = [];
  readonly given: { readonly at: number; readonly type: ParkingCommand['type'] }[] = [];
  readonly notices: ParkingNotice[] = [];
  /** Until when what is taken shows nowhere. */
  private readonly deafUntil: number;
  /** The uses that were over, or went on, when the vehicle was removed. */
  removedWith: readonly Use[] = [];

  constructor(
    private readonly random: () => number,
    readonly policy: ParkingState['policy'],
    public trouble: number,
  ) {
    this.isMember = random() < 0.2;
    this.deafUntil = random() < 0.3 ? START + random() * 70 * DAY : START;
  }

  chance(part: number): boolean {
    return this.random() < part;
  }

  pass(milliseconds: number): void {
    this.now += milliseconds;
  }

  park(): void {
    if (!this.isMember) return;
    const startedAt = this.now;
    const endedAt = startedAt + Math.floor(this.random() ** 3 * 20 * DAY);
    this.uses.push({ id: `use-${this.uses.length}`, startedAt, endedAt, locks: 0 });
  }

  shown({ id, startedAt, endedAt }: Use): Stay {
    const end = endedAt <= this.now ? endedAt : null;
    return {
      id,
      type: 'PARKING',
      operator: null,
      place: null,
      startedAt,
      endedAt: end,
      cost: null,
      invoicing: null,
    };
  }

  /** Carries a command out, or not, and tells what the workflow hears of it. */
  answer(command: ParkingCommand): ParkingEvent {
    this.given.push({ at: this.now, type: command.type });
    const isFailed = this.chance(this.trouble);
    const isDone = !isFailed || this.chance(0.5);
    const locked = isDone ? this.carryOut(command) : [];
    this.pass(Math.floor(this.random() * 60_000));
    const at = this.now;
    if (isFailed) return { type: 'failed', at, words: 'broke off', mayPass: true };
    if (command.type === 'look')
      return { type: 'looked', at, member: this.isMember ? { addedAt: this.addedAt } : null };
    if (command.type === 'lock') return { type: 'locked', at, to: command.to, locked };
    return { type: 'done', at };
  }

  private carryOut(command: ParkingCommand): Locked[] {
    const isDeaf = this.now < this.deafUntil && (command.type === 'add' || command.type === 'remove');
    if (isDeaf) return [];
    if (command.type === 'add' && !this.isMember) {
      this.isMember = true;
      this.addedAt = this.now;
    }
    if (command.type === 'remove') {
      this.removedWith = this.isMember
        ? this.uses.filter(({ startedAt }) => startedAt <= this.now)
        : this.removedWith;
      this.isMember = false;
    }
    if (command.type !== 'lock') return [];
    const found = this.uses.filter(
      ({ endedAt }) => endedAt >= command.from && (endedAt <= command.to || endedAt > this.now),
    );
    const [out, unlisted] = [[] as Stay[], [] as Stay[]];
    for (const use of found) {
      use.locks += 1;
      (this.chance(0.1) ? unlisted : out).push(this.shown(use));
    }
    return [{ application: 'default', outcome: 'locked', words: null, locked: out, unlocked: unlisted }];
  }
}

/** What a sweep or a notification tells. */
export function message(world: World, at: number): ParkingEvent {
  const use = world.uses.at(-1);
  if (use && world.chance(0.5)) {
    const period = world.chance(0.5) ? Math.floor((at - use.startedAt) / 1_000) : null;
    return { type: 'notified', at, stay: { ...world.shown(use), endedAt: null }, period };
  }
  return {
    type: 'swept',
    at,
    stays: world.uses.slice(-3).map((one) => world.shown(one)),
    isMember: world.isMember,
  };
}
