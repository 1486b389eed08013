import { applicationKey, applicationOf } from '../../src/domain/application';
import { cutTo } from '../../src/domain/cut';
import type { TroubleKind } from '../../src/domain/trouble';
import type { Notice } from '../contract/notice';
import type { HandedOver } from '../contract/notices';
import type { OpenTroubles, TroubleMet, TroubleOver } from '../contract/trouble';

/** Each text of a notice, in characters. */
const TEXT = 1_000;

/**
 * Trouble of a provider, told once when it begins and once when it is over, whoever meets it: a thousand vehicles, several
 * workers, one that was started anew. Pure.
 */
export class Troubles {
  readonly #open: Map<TroubleKind, OpenTroubles>;

  constructor(open: readonly OpenTroubles[] = []) {
    this.#open = new Map(open.map((one) => [one.kind, one]));
  }

  /** For a fresh run. */
  get open(): readonly OpenTroubles[] {
    return [...this.#open.values()];
  }

  /** @returns what is to be told: nothing of what is known. */
  met(met: TroubleMet): HandedOver | null {
    const { kind, endpoint, since } = met;
    const words = cutTo(met.words, TEXT);
    const known = this.#open.get(kind);
    const endpoints = [...new Set([...(known?.endpoints ?? []), endpoint])];
    this.#open.set(kind, { kind, words, since: known?.since ?? since, endpoints });
    if (known) return null;
    const action = `${WHAT[kind]}: ${words} ${cutTo(met.next, TEXT)} ${ALL_WAIT}`;
    return {
      notice: noticeOf(met, { kind, words, since, endpoints }, 'trouble', action, since),
      channels: met.channels,
    };
  }

  /** @returns what is to be told: of each trouble that is over with this. */
  over(over: TroubleOver): HandedOver[] {
    return this.open.flatMap((trouble) => {
      const endpoints = trouble.endpoints.filter((one) => one !== over.endpoint);
      if (endpoints.length === trouble.endpoints.length) return [];
      if (endpoints.length > 0) {
        this.#open.set(trouble.kind, { ...trouble, endpoints });
        return [];
      }
      this.#open.delete(trouble.kind);
      const action = `It is over since ${iso(over.at)}: ${ENDED[trouble.kind]}. All vehicles that waited go on by themselves: nobody has to do anything.`;
      return { notice: noticeOf(over, trouble, 'trouble-over', action, over.at), channels: over.channels };
    });
  }
}

const WHAT = {
  'application-refused': 'The provider refuses the application',
  away: 'The provider gives no answer',
} as const;
const ENDED = {
  'application-refused': 'the provider takes the application again',
  away: 'the provider answers again',
} as const;
const ALL_WAIT =
  'Nothing has to be done for the vehicles: all that need the provider wait, it is tried again every 15 minutes, and they go on by themselves.';

function noticeOf(
  of: TroubleMet | TroubleOver,
  { kind, words, since }: OpenTroubles,
  type: Extract<Notice['kind'], 'trouble' | 'trouble-over'>,
  action: string,
  at: number,
): Notice {
  const app = applicationOf(of);
  return {
    id: `${type}-${applicationKey(app)}-${kind}-${since}`,
    kind: type,
    ...app,
    // It is about no vehicle.
    ...{ vin: '', brand: '', fleet: null, externalId: null, status: 'unknown' },
    reason: words,
    level: 0,
    audience: 'operations',
    owner: type === 'trouble' ? 'operations' : 'nobody',
    action,
    since: iso(since),
    at: iso(at),
  };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
