import { applicationKey } from '../../../src/domain/application';
import type { DefleetingOrder, DefleetingPlan } from '../../../workflows/contract/defleetings';
import type { decideDefleeting } from '../../../workflows/defleeting/decide';
import { PLAN } from '../../workflows/defleeting/story';
import { type Clock, DAY, HOUR, MINUTE } from '../clock';
import { appOf } from '../other-provider';
import type { Random } from '../random';
import type { Site } from '../site';
import type { Desk } from './desk';
import { Leaving } from './leaving';
import { PARKING, type Parked } from './parked';
import type { Witness } from './witness';

interface Parts {
  readonly clock: Clock;
  readonly random: Random;
  /** The chance of what only some vehicles meet: others live as they did. */
  readonly aside: Random;
  readonly desk: Desk;
  readonly sites: readonly Site[];
  readonly parked: Parked;
  readonly witness: Witness;
  readonly decide: typeof decideDefleeting;
  readonly trace: (line: string) => void;
}

/**
 * The defleetings of a vehicle, one after the other: it may be ordered for a day to come and moved, be taken back, be begun again
 * by hand meanwhile, and come back once it has left. The last one ends with the vehicle gone.
 */
export class Rounds {
  /** The oldest first. */
  readonly all: Leaving[] = [];
  readonly met = new Set<'moved' | 'taken-back' | 'not-taken-back' | 'by-hand' | 'came-back'>();
  #isCalm = false;
  #isLast = true;

  constructor(private readonly parts: Parts) {}

  get last(): Leaving | undefined {
    return this.all.at(-1);
  }

  get isOver(): boolean {
    return this.#isLast && this.last?.state?.step === 'ended';
  }

  calm(): void {
    this.#isCalm = true;
    for (const leaving of this.all) leaving.calm = true;
  }

  begin(): void {
    const { clock, random, aside, desk, witness, decide, trace } = this.parts;
    const isFirst = this.all.length === 0;
    this.#isLast = !isFirst || aside.chance(0.5);
    const inDays = isFirst && aside.chance(0.3) ? aside.between(1, 10) : 0;
    const day = inDays > 0 ? dayOf(clock.now + inDays * DAY) : null;
    const id = `order-${this.all.length + 1}`;
    desk.order = id;
    witness.begins(day === null ? 0 : Date.parse(day));
    const plan = (at: number, order: DefleetingOrder): DefleetingPlan => this.#planOf(at, order);
    const leaving = new Leaving({ clock, random, desk, witness, plan, decide, trace, id, eventDate: day });
    leaving.calm = this.#isCalm;
    leaving.onAnswer = ({ id: asked, outcome }) => {
      const moved = /^move-to-(.*)$/.exec(asked)?.[1];
      if (moved === undefined) this.met.add(outcome === 'taken' ? 'taken-back' : 'not-taken-back');
      else if (outcome === 'taken') {
        this.met.add('moved');
        witness.notBefore = Date.parse(moved);
      }
    };
    leaving.onEnd = (outcome) => this.#ended(outcome);
    this.all.push(leaving);
    leaving.begin();
    if (day !== null && aside.chance(0.6))
      clock.after(aside.between(MINUTE, inDays * DAY), () => this.#move(leaving));
    if (this.#isLast) return;
    if (aside.chance(0.6)) {
      witness.mayStay = true;
      clock.after(aside.between(MINUTE, aside.pick([HOUR, 3 * DAY, 12 * DAY])), () => takeBack(leaving));
    }
    if (aside.chance(0.5)) clock.after(aside.between(HOUR, 6 * DAY), () => this.#beginByHand());
  }

  activationEnded(part: string): void {
    this.last?.tell({ type: 'activation-ended', part });
  }

  #planOf(at: number, { eventDate }: DefleetingOrder): DefleetingPlan {
    const applications = this.parts.sites.map(({ world }) => appOf(world));
    const today = dayOf(at);
    const day = eventDate ?? today;
    const beginsAt = day > today ? Date.parse(day) : at;
    const dates = { eventDate: day, beginsAt, deadlineAt: beginsAt + 2 * DAY };
    return { ...PLAN, ...dates, applications, keepingRecords: applications.slice(1), parkings: [PARKING] };
  }

  #move(leaving: Leaving): void {
    const { clock, aside } = this.parts;
    const day = dayOf(clock.now + aside.between(-1, 12) * DAY);
    const asking = { kind: 'move', id: `move-to-${day}`, by: 'ops', eventDate: day } as const;
    leaving.tell({ type: 'message', asking });
  }

  /** Somebody who does not know of its defleeting begins it at one provider, where it has left already. */
  #beginByHand(): void {
    const { clock, sites, aside } = this.parts;
    const { state } = this.all[0] as Leaving;
    if (this.all.length > 1 || state?.step === 'ended') return;
    const left = sites.find(({ vehicle }) => vehicle.closed !== null);
    if (!left) clock.after(aside.between(MINUTE, HOUR), () => this.#beginByHand());
    else {
      this.met.add('by-hand');
      begin(left);
    }
  }

  #ended(outcome: string | null): void {
    const { clock, sites, parked, aside } = this.parts;
    if (this.#isLast) return;
    const isBack = outcome === 'left';
    // `--again`: it waits until the defleeting is over.
    if (isBack)
      clock.after(aside.between(5 * MINUTE, 3 * DAY), () => {
        this.met.add('came-back');
        for (const site of sites) begin(site);
        parked.begin();
      });
    clock.after(aside.between(4, 8) * DAY, () => {
      if (!isBack) this.#checkStays();
      this.begin();
    });
  }

  /** Days after it was taken back nothing of the vehicle leaves. */
  #checkStays(): void {
    const { sites, parked, witness } = this.parts;
    for (const { vehicle, world } of sites)
      if (!vehicle.closed && vehicle.state?.defleet)
        witness.complain(`was taken back, and ${applicationKey(appOf(world))} leaves`);
    const { state } = parked;
    if (state && (state.isEnded || (state.leaving && !state.leaving.next)))
      witness.complain('was taken back, and its plate leaves');
  }
}

function begin({ vehicle, begin: start }: Site): void {
  if (vehicle.lives.length > 0 && !vehicle.closed) return;
  vehicle.isOver = false;
  start({});
}

function takeBack(leaving: Leaving): void {
  const asking = { kind: 'take-back', id: 'take-back', by: 'ops', via: 'message' } as const;
  leaving.tell({ type: 'message', asking });
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
