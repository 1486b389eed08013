import { type MessageKind, signalOf } from '../../workflows/contract/messages';
import type { Notice } from '../../workflows/contract/notice';
import type { ActivationState } from '../../workflows/lifecycle/state';
import { type Clock, DAY, HOUR, MINUTE, SECOND } from './clock';
import type { SimulatedProvider } from './provider';
import type { Random } from './random';
import type { Vehicle } from './vehicle';
import type { World } from './world';

/** A pause is for providers that can: `#pause`. */
const KINDS: Readonly<Record<Exclude<MessageKind, 'suspend'>, true>> = {
  defleet: true,
  stay: true,
  retry: true,
  resume: true,
  amend: true,
  acknowledge: true,
  refresh: true,
  'data-seen': true,
};

/** What makes no sense, in each place of a message. */
const NONSENSE: readonly unknown[] = [
  undefined,
  null,
  7,
  'now',
  [],
  { by: 7 },
  { wat: true },
  { id: 5 },
  { until: 'soon' },
  { until: '2020-01-01' },
  { until: '2026-12-01T08:00' },
  { tags: { a: 1 } },
  { policy: { pollInterval: '1ms' } },
  { policy: { color: 'red' } },
  { brand: '' },
  { brand: 'MOON ROVER' },
  { sentAt: 'yesterday' },
];

/** The owner, who may act on what is told, and operators, who press the wrong thing at the wrong time. */
export class People {
  /** When a wish to leave reached the server that counts for sure. */
  leftAt: number | null = null;
  asks = 0;
  /** How often such a wish was taken back. */
  stays = 0;
  /** Null until a wish to leave was sent; then whether the activation shows it. */
  wasHeard: boolean | null = null;
  /** Messages that somebody has sent. */
  sent = 0;
  /** From here on nobody presses anything for no reason. */
  calm = false;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #world: World;
  readonly #provider: SimulatedProvider;
  readonly #vehicle: Vehicle;
  #isBusy = false;
  #seen: ActivationState | null = null;
  #ids = 0;
  #last: { readonly kind: MessageKind; readonly body: unknown } | null = null;

  constructor(parts: {
    clock: Clock;
    random: Random;
    world: World;
    provider: SimulatedProvider;
    vehicle: Vehicle;
  }) {
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#world = parts.world;
    this.#provider = parts.provider;
    this.#vehicle = parts.vehicle;
  }

  begin(): void {
    const random = this.#random;
    const { leaves, presses } = this.#world;
    if (leaves === 'before the submission') this.#clock.after(random.between(0, 100), () => this.leave());
    if (leaves === 'during the submission') {
      this.#clock.after(random.between(0, random.pick([3 * SECOND, 2 * MINUTE])), () => this.leave());
    }
    if (leaves === 'some day') this.#clock.after(random.between(HOUR, 38 * DAY), () => this.leave());
    if (leaves === 'with a change at the provider') this.#leaveWith(random.between(1, 6));
    for (let left = random.between(0, presses); left > 0; left--) {
      this.#clock.after(random.between(SECOND, 38 * DAY), () => this.#press());
    }
  }

  /** Another life of the vehicle begins: nobody has asked for its end. */
  beginAnew(): void {
    this.leftAt = null;
    this.wasHeard = null;
    this.#seen = null;
  }

  /** In the moments in which everything else happens as well. */
  #leaveWith(change: number): void {
    let left = change;
    this.#provider.listen(() => {
      left -= 1;
      if (left === 0) this.#clock.after(this.#random.between(0, 15 * SECOND), () => this.leave());
    });
  }

  hear(notice: Notice): void {
    if (!this.#world.ownerReacts || this.#isBusy || notice.kind === 'data-lost') return;
    this.#isBusy = true;
    this.#clock.after(this.#random.between(HOUR, 6 * DAY), () => {
      this.#isBusy = false;
      this.#provider.carmaker.mended = true;
      this.#answer();
    });
  }

  /** What has come of the wishes. */
  heard(before: ActivationState, after: ActivationState): void {
    if (this.wasHeard === false && after.defleet) this.wasHeard = true;
    if (before.defleet && !after.defleet) {
      this.wasHeard = null;
      this.stays += 1;
    }
  }

  see(state: ActivationState): void {
    this.#seen = state;
    if (this.#world.leaves !== 'once approved' || this.leftAt !== null) return;
    if (state.clearance.status !== 'approved') return;
    this.leftAt = this.#clock.now;
    this.#clock.after(this.#random.pick([0, SECOND, DAY]), () => this.leave());
  }

  /** Asks for the end of the access, in one of its ways. */
  leave(): void {
    const random = this.#random;
    this.asks += 1;
    const isCancel = random.chance(0.5);
    const body = random.chance(0.3) ? undefined : { by: 'ops', reason: 'sold', ...this.#envelope(DAY) };
    const isTaken = isCancel ? this.#vehicle.cancel() : this.#vehicle.signal('defleet', body);
    if (!isTaken) return;
    this.#hasAsked();
    if (random.chance(0.15)) {
      this.#clock.after(random.between(0, random.pick([5 * SECOND, HOUR, 3 * DAY])), () => this.#stay());
    }
    // Asked twice, or after the end.
    if (random.chance(0.2)) this.#clock.after(random.between(0, 20 * DAY), () => this.leave());
  }

  /** A defleeting asks, for everybody. @returns false where the activation has ended. */
  leaveBy(body: { readonly id: string; readonly by: string; readonly reason: string }): boolean {
    const isTaken = this.#vehicle.signal('defleet', body);
    if (isTaken) this.#hasAsked();
    return isTaken;
  }

  #hasAsked(): void {
    this.leftAt = this.#clock.now;
    this.wasHeard ??= false;
  }

  /** The vehicle does not leave after all. */
  #stay(): void {
    if (!this.calm) this.#send('stay', { by: 'ops', ...this.#envelope(HOUR) });
  }

  /** What somebody answers to a notice. */
  #answer(): void {
    const random = this.#random;
    const by = 'owner';
    const fate = random.next();
    if (fate < 0.2) this.#send('acknowledge', { by, until: random.pick(['1h', '3d', '5d']) });
    else if (fate < 0.4) this.#send('amend', { by, ...this.#amendment() });
    else this.#send(fate < 0.7 ? 'retry' : 'resume', { by, ...this.#envelope(DAY) });
  }

  /** Somebody presses a button for no reason, perhaps the wrong one, perhaps twice. */
  #press(): void {
    if (this.calm) return;
    const random = this.#random;
    if (this.#world.isOtonomo && random.chance(0.5)) {
      this.#pause();
      return;
    }
    const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[];
    // The end of the access is nobody's slip: it is drawn with the life.
    const kind = random.pick(kinds.filter((one) => one !== 'defleet'));
    const fate = random.next();
    if (fate < 0.15) this.#sendNonsense(random.pick(kinds));
    else if (fate < 0.25 && this.#last) this.#send(this.#last.kind, this.#last.body);
    else if (fate < 0.3) this.#send('defleet', { by: 'slip', reason: 'too late', ...this.#late() });
    else if (kind === 'amend') this.#send(kind, { by: 'ops', ...this.#amendment(), ...this.#envelope(HOUR) });
    else if (kind === 'acknowledge') this.#send(kind, { until: '2d', ...this.#envelope(HOUR) });
    else this.#send(kind, { by: 'ops', ...this.#envelope(HOUR) });
  }

  /** Pauses the access, at whatever time, and mostly goes on after a while. */
  #pause(): void {
    const random = this.#random;
    this.#send('suspend', { by: 'ops', ...this.#envelope(HOUR) });
    if (random.chance(0.8)) {
      const wait = random.between(0, random.pick([5 * SECOND, HOUR, 5 * DAY]));
      this.#clock.after(wait, () => this.#send('resume', { by: 'ops', ...this.#envelope(HOUR) }));
    }
  }

  /** Nothing at all is a good defleet: whoever sends that means it. */
  #sendNonsense(kind: MessageKind): void {
    this.#send(kind, this.#random.pick(kind === 'defleet' ? NONSENSE.slice(2) : NONSENSE));
  }

  #send(kind: MessageKind, body: unknown): void {
    this.sent += 1;
    this.#last = { kind, body };
    this.#vehicle.signal(signalOf(kind), body);
  }

  #envelope(within: number): Record<string, string> {
    const { now } = this.#clock;
    if (this.#random.chance(0.4)) return {};
    const [sentAt, notAfter] = [now, now + within].map((time) => new Date(time).toISOString()) as [
      string,
      string,
    ];
    // Who leaves waits for as long as it takes.
    return { id: `message-${++this.#ids}`, sentAt, ...(within < DAY && { notAfter }) };
  }

  /** A message that comes when its time is over. */
  #late(): Record<string, string> {
    const notAfter = new Date(this.#clock.now - MINUTE).toISOString();
    return { id: `message-${++this.#ids}`, notAfter };
  }

  #amendment(): Record<string, unknown> {
    const random = this.#random;
    const tags = random.chance(0.1)
      ? Object.fromEntries(
          Array.from({ length: 40 }, (_, index) => [`tag-${random.between(0, 99)}`, `${index}`]),
        )
      : { 'vw-group-customer-name': random.pick(['Fleet Ltd', null]) };
    return {
      tags,
      ...(random.chance(0.2) && {
        brand: random.pick([`${this.#seen?.vehicle.brand ?? 'bmw'} `, 'ford', 'BMW']),
      }),
      ...(random.chance(0.4) && { policy: this.#policy() }),
    };
  }

  #policy(): Record<string, unknown> {
    const random = this.#random;
    return random.pick([
      { pollInterval: random.pick(['1h', '12h']) },
      { withdrawPollInterval: '2h' },
      { drift: random.pick(['park', 'resubmit']) },
      { eligibility: random.pick(['off', 'advisory', 'blocking']) },
      { giveUp: { after: '30d', by: 'park' } },
    ]);
  }
}
