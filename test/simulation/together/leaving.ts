import { applicationKey } from '../../../src/domain/application';
import type { DefleetingOrder, DefleetingPlan } from '../../../workflows/contract/defleetings';
import type { decideDefleeting } from '../../../workflows/defleeting/decide';
import {
  beginDefleeting,
  carriedOver,
  type DefleetingCommand,
  type DefleetingEvent,
  type DefleetingState,
  type Part,
  type PartCommand,
  type ReadBack,
} from '../../../workflows/defleeting/state';
import { ORDER } from '../../workflows/defleeting/story';
import { type Clock, DAY, HOUR, MINUTE, SECOND } from '../clock';
import type { Random } from '../random';
import type { Desk } from './desk';
import type { Witness } from './witness';

type Untimed<E> = E extends unknown ? Omit<E, 'at'> : never;

/** The defleeting of the vehicle: its own rules, its commands carried out at all three in virtual time. */
export class Leaving {
  calm = false;
  state: DefleetingState | null = null;
  freshRuns = 0;
  /** Told what a message came to, and how it has ended. */
  onAnswer: (answer: DefleetingState['answers'][number]) => void = () => {};
  onEnd: (outcome: DefleetingState['outcome']) => void = () => {};
  begunAt = 0;
  #run = 0;
  #wakes = 0;

  constructor(
    private readonly parts: {
      readonly clock: Clock;
      readonly random: Random;
      readonly desk: Desk;
      readonly witness: Witness;
      readonly plan: (at: number, order: DefleetingOrder) => DefleetingPlan;
      /** Its id, and on which day; null: at once. */
      readonly id: string;
      readonly eventDate: string | null;
      readonly decide: typeof decideDefleeting;
      readonly trace: (line: string) => void;
    },
  ) {}

  begin(): void {
    const { clock, id, eventDate } = this.parts;
    this.begunAt = clock.now;
    this.state = beginDefleeting({ ...ORDER, id, eventDate, askedAt: new Date(clock.now).toISOString() });
    this.tell({ type: 'begun' });
    this.#troubles();
  }

  tell(event: Untimed<DefleetingEvent>): void {
    const { clock, decide, witness, trace } = this.parts;
    const before = this.state;
    if (!before || before.step === 'ended') return;
    const decision = decide(before, { ...event, at: clock.now } as DefleetingEvent);
    this.state = decision.state;
    const wanted = decision.commands.map((one) =>
      'part' in one ? `${one.do} ${applicationKey(one.part)}` : one.do,
    );
    trace(
      `${new Date(clock.now).toISOString()} defleeting: ${JSON.stringify(event).slice(0, 200)} -> ${wanted.join(', ') || '-'}`,
    );
    for (const answer of decision.state.answers) if (!before.answers.includes(answer)) this.onAnswer(answer);
    witness.decided(before, decision);
    if (decision.state.step === 'ended') this.onEnd(decision.state.outcome);
    for (const command of decision.commands) this.#carryOut(command);
    const wake = ++this.#wakes;
    if (decision.wakeAt === null) return;
    clock.at(Math.max(decision.wakeAt, clock.now + 1), () => {
      if (wake === this.#wakes) this.tell({ type: 'time-passed' });
    });
  }

  /** What came of it is told to the run that has asked for it. */
  #carryOut(command: DefleetingCommand): void {
    const run = this.#run;
    const heard = (event: Untimed<DefleetingEvent>): void => {
      if (run === this.#run) this.tell(event);
    };
    const failed = (error: Error): void => {
      if ('part' in command)
        heard({ type: 'part-failed', part: applicationKey(command.part), why: error.message });
    };
    if ('part' in command) void this.#atPart(command).then(heard, failed);
    else this.#forAll(command, heard);
  }

  async #atPart(command: {
    readonly do: PartCommand;
    readonly part: Part;
  }): Promise<Untimed<DefleetingEvent>> {
    const { clock, desk } = this.parts;
    const part = applicationKey(command.part);
    const begun = clock.now;
    const answer = await desk.carryOut(command.do, command.part);
    return 'kind' in answer
      ? { type: 'found', part, found: answer }
      : { type: 'read', part, begun, read: answer as ReadBack };
  }

  #forAll(command: DefleetingCommand, heard: (event: Untimed<DefleetingEvent>) => void): void {
    const { clock, random, witness, plan, desk } = this.parts;
    if (command.do === 'take-back') {
      const stayed = (refusal: string | null): void => heard({ type: 'stayed', refusal });
      void desk.askToStay(command, this.begunAt).then(stayed, (error) => stayed(String(error)));
      return;
    }
    const isFailed = !this.calm && random.chance(0.2);
    clock.after(random.between(SECOND, isFailed ? HOUR : MINUTE), () => {
      if (command.do === 'plan')
        heard({ type: 'planned', moving: command.moving, plan: plan(clock.now, command.order) });
      if (command.do === 'state') {
        if (isFailed) return heard({ type: 'failed', why: 'no key' });
        witness.stated(command.facts);
        heard({ type: 'stated' });
      }
      if (command.do !== 'certify') return;
      // Signed, and its answer may be lost: asked again it is the same one.
      const isSigned = !isFailed || random.chance(0.5);
      const number = isSigned ? witness.certified(command.facts) : 0;
      if (isFailed) return heard({ type: 'failed', why: 'nobody signs' });
      const issuedAt = new Date(clock.now).toISOString();
      heard({ type: 'certified', certificate: { number, issuedAt } });
    });
  }

  /** Fresh runs, whose calls under way nobody hears of. */
  #troubles(): void {
    const { clock, random } = this.parts;
    clock.after(random.between(HOUR, 6 * DAY), () => {
      if (this.calm || !this.state || this.state.step === 'ended') return;
      this.#troubles();
      if (random.chance(0.5)) return this.tell({ type: 'time-passed' });
      this.#run += 1;
      this.freshRuns += 1;
      this.state = carriedOver(JSON.parse(JSON.stringify(this.state)));
      this.tell({ type: 'begun' });
    });
  }
}
