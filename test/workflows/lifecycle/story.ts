import { loadCatalogue } from '../../../src/catalogue/catalogue';
import type { CatalogueOverrides } from '../../../src/catalogue/schema';
import { parseDuration } from '../../../src/domain/duration';
import { type Rules, rulesFor } from '../../../src/domain/rules';
import type { ActivationInput } from '../../../workflows/contract/messages';
import type { Notice } from '../../../workflows/contract/notice';
import { begin } from '../../../workflows/lifecycle/begin';
import type { LifecycleEvent } from '../../../workflows/lifecycle/events';
import { type Decision, decide } from '../../../workflows/lifecycle/lifecycle';
import type { ActivationState, Command, Observation, Running } from '../../../workflows/lifecycle/state';
import { viewOf } from '../../../workflows/lifecycle/view';
import { APP } from '../../support/application';

const VIN = 'WBA8E9G50GNT00001';
export const START = Date.UTC(2026, 0, 1);

type Untimed<E> = E extends unknown ? Omit<E, 'at'> : never;
export type StoryEvent = Untimed<LifecycleEvent>;

const KNOWN = new Map<string, Rules>();

/** Thousands of stories are told with the rules of a few brands. */
function builtInRules(brand: string): Rules {
  const rules = KNOWN.get(brand) ?? rulesFor(loadCatalogue(), brand, { speed: 1 });
  KNOWN.set(brand, rules);
  return rules;
}

/** Drives the lifecycle by hand on a clock of its own: what happened, and what the activation wants done. */
export class Story {
  state: ActivationState;
  now = START;
  commands: readonly Command[] = [];
  notices: readonly Notice[] = [];
  /** Every notice so far, as `audience level`. */
  readonly told: string[] = [];
  /** Every command so far. */
  readonly done: Command[] = [];
  readonly rules: Rules;
  /** What the worker reads when the rules are wanted anew. */
  atHand: Rules;

  constructor(input: Partial<ActivationInput> = {}, overrides?: CatalogueOverrides) {
    const vehicle = { ...APP, vin: VIN, brand: 'bmw', ...input };
    this.rules = overrides
      ? rulesFor(loadCatalogue(undefined, overrides), vehicle.brand, { speed: 1 })
      : builtInRules(vehicle.brand);
    this.atHand = this.rules;
    this.state = begin(vehicle, START);
  }

  /** A story whose activation has read its rules. */
  static begun(input?: Partial<ActivationInput>, overrides?: CatalogueOverrides): Story {
    const story = new Story(input, overrides);
    return story.tell({ type: 'started', rules: story.rules });
  }

  /** A story whose clearance is pending since the start. */
  static pending(input?: Partial<ActivationInput>, overrides?: CatalogueOverrides): Story {
    return Story.begun(input, overrides).accepted();
  }

  /** A story whose clearance is approved, as a look has confirmed, at a provider that cannot be asked for data. */
  static approved(input?: Partial<ActivationInput>, overrides?: CatalogueOverrides): Story {
    const story = Story.pending(input, overrides).hears('approved');
    return story.tell({ type: 'data-checked', answer: 'not-asked' }).reads('approved');
  }

  tell(event: StoryEvent): Story {
    if (event.type === 'started') this.atHand = event.rules;
    const first = decide(this.state, { ...event, at: this.now } as LifecycleEvent);
    const decision = this.withRules(first);
    this.state = decision.state;
    this.commands = decision.commands;
    this.notices = decision.notices;
    this.told.push(...decision.notices.map(({ audience, level }) => `${audience} ${level}`));
    this.done.push(...decision.commands);
    return this;
  }

  /** The rules of the same brand are at hand at once. */
  private withRules(decision: Decision): Decision {
    const { state, commands, notices } = decision;
    const isSameBrand = state.rules?.brand.id === state.vehicle.brand;
    if (!commands.includes('read-rules') || !isSameBrand) return decision;
    const next = decide(state, { type: 'rules-read', at: this.now, rules: this.atHand });
    return { ...next, notices: [...notices, ...next.notices] };
  }

  accepted(): Story {
    return this.tell({
      type: 'submitted',
      result: { outcome: 'accepted', status: 'pending', earlierChange: null },
    });
  }

  /** The webhook claims something. */
  hears(status: ActivationState['clearance']['status'], more: Partial<Untimed<LifecycleEvent>> = {}): Story {
    return this.tell({
      type: 'claimed',
      status,
      reason: null,
      deliveryId: null,
      providerTime: null,
      ...more,
    } as StoryEvent);
  }

  /** A read of the provider's record gives this. */
  reads(status: Observation['status'] | null, more: Partial<Observation> = {}): Story {
    const clearance = status && { status, reason: null, changedAt: null, createdAt: null, ...more };
    return this.tell({
      type: 'observed',
      source: 'poll',
      clearance,
      begun: this.state.inFlight ? null : this.now,
    });
  }

  defleet(via: 'cancel' | 'defleet' = 'defleet'): Story {
    return this.tell({ type: 'defleet-asked', via, by: 'ops', reason: 'sold' });
  }

  /** Time passes; where the nearest deadline is reached, the activation is told. */
  passes(duration: string): Story {
    const end = this.now + parseDuration(duration);
    for (let rings = 0; this.state.deadline && this.state.deadline.at <= end; rings++) {
      this.now = Math.max(this.now, this.state.deadline.at);
      this.tell({ type: 'deadline-reached' });
      if (this.commands.length > 0) return this;
      if (rings > 1_000) throw new Error(`It spins at ${this.now}: ${JSON.stringify(this.state.deadline)}`);
    }
    this.now = end;
    return this;
  }

  /** The state of one that has its rules. */
  get running(): Running {
    if (!this.state.rules) throw new Error('The story has not started');
    return this.state;
  }

  get view(): ReturnType<typeof viewOf> {
    return viewOf(this.state);
  }
}

/** Lets days pass at a provider whose record does not change. Ends where something else than a look is to be done. */
export function standsStill(story: Story, days: number): Story {
  const end = story.now + days * 86_400_000;
  const { status, reason } = story.state.clearance;
  while (story.now < end && !story.state.ended) {
    const before = story.now;
    story.passes(`${Math.min(6 * 3_600_000, end - story.now)}ms`);
    if (story.commands.includes('read')) story.reads(status === 'absent' ? null : status, { reason });
    else if (story.commands.length > 0) return story;
    if (story.now === before && !story.state.deadline) story.now = end;
  }
  return story;
}
