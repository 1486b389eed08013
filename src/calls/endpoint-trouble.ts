import { isNoAnswer, TRY_AGAIN, type TroubleKind, troubleOf } from '../domain/trouble';
import { ProviderError } from '../providers/provider-error';
import type { CallName } from './around-calls';
import { isOfContent } from './bisect';

/** Trouble that is open at an endpoint, in the provider's words. */
export interface OpenTrouble {
  readonly kind: TroubleKind;
  readonly endpoint: CallName;
  readonly words: string;
  /** What to do, as a sentence. */
  readonly next: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** Durations in milliseconds. */
export interface TroubleTimes {
  /** Between two calls that look whether it is over. */
  readonly pause: number;
  /** For so long no call has got through: then it is an outage. */
  readonly patience: number;
}

/** The times at the speed of a trial; never so short that a single reply is an outage. */
export function troubleTimes(speed = 1): TroubleTimes {
  return { pause: Math.max(TRY_AGAIN / speed, 5_000), patience: Math.max(300_000 / speed, 30_000) };
}

/** So many vehicles, each alone, are refused in the same words, and none is taken: then it is the application. */
export const SAME_WORDS = 8;

/** So many calls without an answer are an outage at least, and as many vehicles where a call is about one. */
const FEWEST_CALLS = 3;
/** So long words count as being about vehicles, once another vehicle was taken; milliseconds. */
const OF_VEHICLES = 3_600_000;
/** So many different words, and vehicles of each, are remembered. */
const MOST_WORDS = 20;

/** Calls that carry many vehicles, or are for all. */
const OF_MANY: readonly CallName[] = ['submit', 'list'];
/** A 403 there is about the application; elsewhere it may be about the vehicle. */
const AT_ONCE = ['PROVIDER_APPLICATION_REFUSED', 'PROVIDER_CREDENTIALS'];

interface Open {
  readonly kind: TroubleKind;
  readonly error: ProviderError;
  readonly since: number;
}

export interface Clocks {
  /** Milliseconds; a clock that only runs forward. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly date: () => number;
}

/**
 * What one endpoint of an application has answered last: enough to tell trouble of the provider from what one vehicle meets. Open, it
 * lets one call through each time that the pause is over, and keeps all others back.
 */
export class EndpointTrouble {
  #open: Open | null = null;
  #probeAt = 0;
  /** A call that looks is on its way until then at most. */
  #probingUntil = 0;
  /** Calls that may pass: who has asked before its own call. */
  #passes = 0;
  /** Since the last answer. */
  #silent: { since: number; sinceDate: number; calls: number; vins: Set<string> } | null = null;
  #refused = new Map<string, Set<string>>();
  /** Words in which some were refused while others were taken: about vehicles, until then. */
  #ofVehicles = new Map<string, number>();

  constructor(
    private readonly name: CallName,
    private readonly times: TroubleTimes,
    private readonly clocks: Clocks,
    /** Whether another endpoint is away: what fails here as well is no vehicle's fault. */
    private readonly isAwayElsewhere: () => boolean,
  ) {}

  get open(): OpenTrouble | null {
    if (!this.#open) return null;
    const { kind, error, since } = this.#open;
    return { kind, endpoint: this.name, words: error.message, next: error.next, since };
  }

  /** Nobody has come to look for twice the pause: nobody waits here. */
  get isForgotten(): boolean {
    return this.#open !== null && this.clocks.now() > this.#probeAt + 2 * this.times.pause;
  }

  forget(): void {
    this.#open = null;
    this.#silent = null;
    this.#refused.clear();
  }

  /** @throws ProviderError where it is kept back. */
  requireOpen(): void {
    if (this.#open && this.#passes === 0 && this.clocks.now() < this.#probeAt) throw this.#keptBack();
  }

  /** Whether the caller is the one who looks: its next call passes. @throws ProviderError where it is kept back. */
  isToProbe(): boolean {
    if (!this.#open) return false;
    if (this.clocks.now() < this.#probeAt) throw this.#keptBack();
    this.#reserve();
    this.#passes = 1;
    return true;
  }

  /** Right before a call. @throws ProviderError where it is kept back. */
  admit(): void {
    if (!this.#open) return;
    if (this.#passes > 0) this.#passes -= 1;
    else if (this.clocks.now() < this.#probeAt) throw this.#keptBack();
    else this.#reserve();
  }

  answered(): void {
    const until = this.clocks.now() + OF_VEHICLES;
    for (const words of this.#refused.keys()) this.#ofVehicles.set(words, until);
    for (const [words, end] of this.#ofVehicles) if (end <= this.clocks.now()) this.#ofVehicles.delete(words);
    this.forget();
  }

  /** @returns the error as the caller is to see it. */
  failed(error: unknown, vins: readonly string[]): unknown {
    this.#probingUntil = 0;
    if (!(error instanceof ProviderError)) return error;
    const kind = this.#kindOf(error, vins);
    if (kind === 'answered') this.forget();
    if (kind === 'answered' || kind === null) return error;
    const since = this.#open?.since ?? this.#silent?.sinceDate ?? this.clocks.date();
    this.#open = { kind, error, since };
    this.#probeAt = this.clocks.now() + this.times.pause;
    return this.#asTrouble(false);
  }

  #reserve(): void {
    this.#probeAt = this.clocks.now() + this.times.pause;
    this.#probingUntil = this.clocks.now() + this.#soon;
  }

  /** How soon those come again who were kept back by a call that looks. */
  get #soon(): number {
    return Math.min(60_000, this.times.pause / 3);
  }

  /** What it is a sign of: trouble, an answer all the same, or nothing new. */
  #kindOf(error: ProviderError, vins: readonly string[]): TroubleKind | 'answered' | null {
    const { code, message, status } = error;
    if (troubleOf(code) === 'away') return 'away';
    if (AT_ONCE.includes(code)) return 'application-refused';
    if (code === 'PROVIDER_FORBIDDEN' && OF_MANY.includes(this.name)) return 'application-refused';
    if (code === 'PROVIDER_FORBIDDEN' || code === 'PROVIDER_REFUSED') {
      this.#silent = null;
      if (this.#open?.kind === 'application-refused' && this.#open.error.message === message)
        return 'application-refused';
      const isOfAll = vins.length === 1 && this.#isOfAll(message, vins[0] as string);
      if (isOfAll) return 'application-refused';
      return this.#open ? 'answered' : null;
    }
    if (!isNoAnswer(code) || error.mayBeOfOne) return null;
    // Perhaps for what it holds: then its parts are sent alone, and those count.
    const isTurnedAway = this.name === 'submit' && isOfContent(status ?? 0);
    return this.#isAway(vins, isTurnedAway) || this.#open ? 'away' : null;
  }

  /** Counts the vehicles that were refused so, each alone. */
  #isOfAll(message: string, vin: string): boolean {
    if ((this.#ofVehicles.get(message) ?? 0) > this.clocks.now()) return false;
    const known = this.#refused.get(message) ?? new Set<string>();
    this.#refused.set(message, known.add(vin));
    const [oldest] = this.#refused.keys();
    if (this.#refused.size > MOST_WORDS && oldest !== undefined) this.#refused.delete(oldest);
    return known.size >= SAME_WORDS;
  }

  /** @param isTurnedAway whether one vehicle may be the reason, also of a call that carries many. */
  #isAway(vins: readonly string[], isTurnedAway: boolean): boolean {
    const { now, date } = this.clocks;
    this.#silent ??= { since: now(), sinceDate: date(), calls: 0, vins: new Set() };
    const silent = this.#silent;
    silent.calls += 1;
    const counting = isTurnedAway && vins.length > 1 ? [] : vins;
    for (const vin of counting) if (silent.vins.size < FEWEST_CALLS) silent.vins.add(vin);
    if (silent.calls < FEWEST_CALLS) return false;
    const mayBeOfOne = isTurnedAway || !OF_MANY.includes(this.name);
    const isOfOne = mayBeOfOne && silent.vins.size < FEWEST_CALLS;
    if (isOfOne) return this.isAwayElsewhere();
    return now() - silent.since >= this.times.patience;
  }

  #keptBack(): ProviderError {
    const { now } = this.clocks;
    const wait = now() < this.#probingUntil ? this.#soon : Math.max(this.#probeAt - now(), 1_000);
    return this.#asTrouble(true, wait);
  }

  #asTrouble(isUnsent: boolean, retryAfter = this.times.pause): ProviderError {
    const { kind, error } = this.#open as Open;
    const { status, requestId, details, retryAfter: named } = error;
    // A status with a wait is one that the provider has named: then the retry-after gate closes for all calls.
    const isNamed = !isUnsent && status !== undefined && named !== undefined;
    return new ProviderError(CODES[kind], error.message, error.next, {
      ...(details.cause !== undefined && { cause: details.cause }),
      ...(isNamed && { status }),
      ...(requestId !== undefined && { requestId }),
      retryAfter: isNamed ? named : retryAfter,
      isUnsent,
    });
  }
}

const CODES = { 'application-refused': 'PROVIDER_APPLICATION_REFUSED', away: 'PROVIDER_AWAY' } as const;
