import { hasEnded } from '../../src/domain/status';
import type { Belief } from '../../workflows/lifecycle/state';
import type { SimulatedProvider } from './provider';
import type { Decided } from './temporal/virtual-run';

/** What somebody has said, and what the provider had then. */
interface Word {
  readonly status: string;
  readonly posts: number;
  readonly entries: number;
  /** The record of what was over, as it had been read; null: it had not. */
  readonly known: Pick<Belief, 'changedAt' | 'rows'> | null;
}

/**
 * Who asks to try again what is over is heard: the vehicle waits for a person again only once a request was sent, or
 * something new has come.
 */
export class Words {
  readonly #provider: SimulatedProvider;
  readonly #complain: (what: string) => void;
  #word: Word | null = null;

  constructor(provider: SimulatedProvider, complain: (what: string) => void) {
    this.#provider = provider;
    this.#complain = complain;
  }

  decided({ before, event, decision: { state } }: Decided): void {
    const word = this.#word;
    // Whether an attempt was carried out may be known to nobody: then a person decides.
    const trace =
      event.type === 'submitted' ? event.result.trace : event.type === 'command-failed' ? event.trace : null;
    const isDouble = state.sent?.isDouble || trace?.isDouble;
    // What looks open again, whatever it is, is news.
    const isNews = !hasEnded(state.clearance.status) || (isDouble && isMore(state.clearance, word?.known));
    if (event.type === 'retry-asked' || event.type === 'resume-asked')
      this.#said(before, event.at, state.countsSince);
    else if (state.defleet || isNews) this.#word = null;
    else if (word && !before.parked && state.parked)
      this.#checkParked(word, state.clearance.status, state.parked.why);
  }

  #said(
    { clearance, rules, defleet, sent }: Decided['before'],
    at: number,
    countsSince: number | null | undefined,
  ): void {
    const { status, confirmed, changedAt, rows } = clearance;
    const isHeard = rules && !defleet && countsSince === at && hasEnded(status);
    const isKnown = confirmed && (changedAt !== null || rows !== undefined);
    const { posts } = this.#provider;
    const known = isKnown ? { changedAt, ...(rows !== undefined && { rows }) } : null;
    const word = { status, posts, entries: this.#entries, known };
    this.#word = isHeard && (isKnown || !sent?.isDouble) ? word : null;
  }

  /** Parked by its reason, as it was when somebody asked to try again. */
  #checkParked({ status, posts, entries }: Word, now: string, why: string): void {
    const isAsBefore = now === status && why.startsWith(`${status}:`);
    if (isAsBefore && this.#provider.posts === posts && this.#entries === entries)
      this.#complain('waits for a person again without a request, though somebody has asked to try again');
    this.#word = null;
  }

  /** All that has ever happened at the provider, or may look so. */
  get #entries(): number {
    const { books, lists, restored, lostWrites } = this.#provider;
    const happened = books.rows.reduce((sum, { entries }) => sum + entries.length, 0);
    return happened + lists.stale + lists.empty + restored + lostWrites;
  }
}

/** Whether a record says more than what was known of it: it is newer, or has more rows. */
function isMore({ changedAt, rows = 0 }: Belief, known: Word['known'] | undefined): boolean {
  if (!known) return true;
  if (changedAt !== null && changedAt > (known.changedAt ?? Number.NEGATIVE_INFINITY)) return true;
  return known.rows !== undefined && rows > known.rows;
}
