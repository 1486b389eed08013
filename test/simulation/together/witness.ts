import type { CertificateFacts, StatementFacts } from '../../../src/certificates/facts';
import { applicationKey } from '../../../src/domain/application';
import type { DefleetingDecision } from '../../../workflows/defleeting/decide';
import type { DefleetingState, UnnamedFacts } from '../../../workflows/defleeting/state';
import { wordOf } from '../books';
import { type Clock, MINUTE } from '../clock';
import { appOf } from '../other-provider';
import type { Site } from '../site';
import { PARKING, type Parked } from './parked';

/** What must hold of one vehicle over all its providers. What must hold at each of them, the auditors there see. */
export class Witness {
  readonly complaints: string[] = [];
  readonly certificates: UnnamedFacts<CertificateFacts>[] = [];
  statements = 0;
  /** Whether somebody has asked to take it back. */
  mayStay = false;
  /** How often one defleeting was signed more than once, as its answer was lost. */
  signedAgain = 0;
  /** Before that time nobody may be asked: the day is to come. */
  notBefore = 0;
  readonly #wantedAt = new Map<string, number>();
  #openAt: number | null = null;
  #number = 0;
  #signed = 0;

  constructor(
    private readonly parts: {
      readonly clock: Clock;
      readonly sites: readonly Site[];
      readonly parked: Parked;
      readonly trace: (line: string) => void;
    },
  ) {}

  /** Another defleeting of the vehicle begins. */
  begins(notBefore: number): void {
    this.#wantedAt.clear();
    this.#openAt = null;
    this.#number += 1;
    this.#signed = 0;
    this.notBefore = notBefore;
  }

  complain(what: string): void {
    const line = `${new Date(this.parts.clock.now).toISOString()} ${what}`;
    this.parts.trace(`COMPLAINT ${line}`);
    if (this.complaints.length < 10) this.complaints.push(line);
  }

  get keys(): readonly string[] {
    const { sites } = this.parts;
    return [...sites.map(({ world }) => applicationKey(appOf(world))), applicationKey(PARKING)].sort();
  }

  decided(before: DefleetingState, { state, commands }: DefleetingDecision): void {
    const { now } = this.parts.clock;
    if (before.step === 'ended' && commands.length > 0) this.complain('something is done after the end');
    if (now < this.notBefore && commands.some((one) => 'part' in one))
      this.complain('is asked to leave before its day');
    for (const command of commands)
      if (command.do === 'ask' && !this.#wantedAt.has(applicationKey(command.part)))
        this.#wantedAt.set(applicationKey(command.part), now);
    if (state.step === 'open') this.#openAt ??= now;
    // Whoever wants to take it back is answered first.
    if (state.asking && this.#openAt !== null) this.#openAt = now;
    if (this.#openAt !== null && now > this.#openAt + MINUTE && state.step !== 'ended') this.#checkAsked();
    const isTakenBack = state.outcome === 'taken-back' && this.mayStay;
    if (state.outcome !== null && state.outcome !== 'left' && !isTakenBack)
      this.complain(`ends as ${state.outcome}`);
  }

  /** Nobody waits until another one has let go. */
  #checkAsked(): void {
    for (const key of this.keys)
      if (!this.#wantedAt.has(key)) {
        this.complain(`${key} is not asked to leave while others are waited for`);
        this.#wantedAt.set(key, 0);
      }
  }

  stated({ accesses }: UnnamedFacts<StatementFacts>): void {
    this.statements += 1;
    this.#checkNames('a statement', accesses);
    if (!accesses.some(({ outcome }) => outcome === 'open'))
      this.complain('a statement that nothing is open');
  }

  /** @returns its number: the same for the same defleeting. */
  certified(facts: UnnamedFacts<CertificateFacts>): number {
    const { accesses } = facts;
    this.certificates.push(facts);
    this.#signed += 1;
    if (this.#signed > 1) this.signedAgain += 1;
    this.#checkNames('the certificate', accesses);
    const { parked, sites } = this.parts;
    for (const { world, vehicle, provider, auditor } of sites) {
      const key = applicationKey(appOf(world));
      if (vehicle.lives.some(({ closed }) => !closed)) this.complain(`certified, and ${key} lives`);
      const { books, lists } = provider;
      for (const row of books.open) {
        if (auditor.leftBehindByFault || !lists.wasShown(books.openSince(row))) continue;
        this.complain(`certified, and ${key} holds a clearance that is ${wordOf(row)}`);
      }
    }
    if (parked.state && !parked.state.isEnded) this.complain('certified, and the parking has not ended');
    if (parked.world.isMember) this.complain('certified, and the plate is in the fleet');
    return this.#number;
  }

  #checkNames(what: string, accesses: UnnamedFacts<StatementFacts>['accesses']): void {
    const named = accesses.map(applicationKey);
    if (named.join() !== this.keys.join()) this.complain(`${what} names ${named.join(', ')}`);
    for (const one of accesses)
      if ((one.kind === 'parking') !== (applicationKey(one) === applicationKey(PARKING)))
        this.complain(`${what} does not say what ${applicationKey(one)} is`);
  }
}
