import { type Application, applicationKey } from '../../../src/domain/application';
import { hasEnded } from '../../../src/domain/status';
import { askingId, STAY_COUNTS, stayingId } from '../../../workflows/contract/defleetings';
import type {
  ActivationFound,
  DefleetingCommand,
  Part,
  PartCommand,
  ReadBack,
} from '../../../workflows/defleeting/state';
import { type Clock, HOUR, MINUTE, SECOND } from '../clock';
import { appOf } from '../other-provider';
import type { Random } from '../random';
import type { Site } from '../site';
import type { VirtualWorkflow } from '../temporal/virtual-workflow';
import { NO_BRAND, VIN } from '../world';
import { PARKING, type Parked } from './parked';

/** As src/defleetings/desk.ts asks Temporal of one vehicle: each call may fail, and its answer be lost. */
export class Desk {
  calm = false;
  /** The id of the defleeting that asks. */
  order = '';
  /** By application: the ids of messages to the activation of now. */
  readonly asked = new Map<string, { readonly of: unknown; readonly ids: Set<string> }>();
  readonly #endedAt = new Map<VirtualWorkflow, number>();

  constructor(
    private readonly parts: {
      readonly clock: Clock;
      readonly random: Random;
      readonly sites: readonly Site[];
      readonly parked: Parked;
      readonly complain: (what: string) => void;
      /** How often one call of it fails. */
      readonly faults: number;
    },
  ) {}

  closed(workflow: VirtualWorkflow): void {
    this.#endedAt.set(workflow, this.parts.clock.now);
  }

  /** One command at one application, tried for an hour as Temporal does. @throws what the last attempt said */
  async carryOut(command: PartCommand, part: Part): Promise<ActivationFound | ReadBack> {
    const { clock, random, faults } = this.parts;
    for (const end = clock.now + HOUR; ; ) {
      await clock.wait(random.between(20, 3 * SECOND));
      try {
        const isFaulty = !this.calm && random.chance(faults);
        if (isFaulty && random.chance(0.5)) throw new Error('Temporal is away');
        const answer = await this.#attempt(command, part);
        if (isFaulty) throw new Error('The answer was lost');
        return answer;
      } catch (error) {
        const pause = 5 * MINUTE;
        if (clock.now + pause > end) throw error;
        await clock.wait(pause);
      }
    }
  }

  /** As src/defleetings/desk.ts asks all of them to stay. @returns why one cannot; null: all stay */
  async askToStay(
    { applications, others, parkings, asking }: Extract<DefleetingCommand, { do: 'take-back' }>,
    since: number,
  ): Promise<string | null> {
    const { sites, parked, clock } = this.parts;
    // Where it is in vain, all are asked to leave once more.
    this.asked.clear();
    const wanted = (apps: readonly Application[]) =>
      apps.map((app) => sites.find(({ world }) => applicationKey(appOf(world)) === applicationKey(app)));
    const isClosed = ({ vehicle }: Site) => vehicle.closed !== null || vehicle.lives.length === 0;
    const asked = wanted(applications).flatMap((site) => site ?? []);
    const maybe = wanted(others).flatMap((site) => site ?? []);
    const heard = maybe.filter(
      ({ vehicle }) =>
        vehicle.lives.length > 0 && (!vehicle.closed || (this.#endedAt.get(vehicle.workflow) ?? 0) >= since),
    );
    // One that cannot stay any more is asked first.
    for (const site of [...asked, ...heard].sort(
      (one, two) => Number(isClosed(two)) - Number(isClosed(one)),
    )) {
      if (isClosed(site)) return 'Its access has ended already.';
      const id = stayingId(this.order, asking.id);
      const notAfter = new Date(clock.now + STAY_COUNTS).toISOString();
      site.vehicle.signal('stay', { id, notAfter, by: 'ops' });
      if (maybe.includes(site)) continue;
      for (let tries = 0; tries < 30 && !site.vehicle.closed; tries += 1) {
        await clock.wait(2 * MINUTE);
        if (site.vehicle.workflow.isIdle && site.vehicle.state?.rules) break;
      }
      if (site.vehicle.closed) return 'Its access has ended already.';
      if (site.vehicle.state?.defleet) return 'It cannot stay any more.';
    }
    const mayHaveHeard = parked.state !== null && (parked.endedAt ?? clock.now) >= since;
    if (parkings.length > 0 && mayHaveHeard) parked.beginAgain();
    return null;
  }

  async #attempt(command: PartCommand, part: Part): Promise<ActivationFound | ReadBack> {
    const key = applicationKey(part);
    if (key === applicationKey(PARKING)) return this.#parking(command);
    const site = this.siteOf(key);
    if (command === 'read') return this.#read(site);
    const { vehicle } = site;
    const newest = vehicle.lives.at(-1);
    if (command === 'ask' && newest && !newest.closed) this.#ask(site, part);
    if (command === 'take-over') {
      const brand = part.brand && part.brand !== NO_BRAND ? part.brand : site.world.brand;
      if (!newest || newest.closed) site.begin({ adopt: true, brand });
      this.#ask(site, part);
    }
    return this.#found(vehicle.lives.at(-1), command !== 'look');
  }

  siteOf(key: string): Site {
    const site = this.parts.sites.find(({ world }) => applicationKey(appOf(world)) === key);
    if (!site) throw new Error(`There is nothing at ${key}`);
    return site;
  }

  #parking(command: PartCommand): ActivationFound {
    const { parked } = this.parts;
    if (command === 'take-over') parked.begin();
    if (command !== 'look' && parked.state && !parked.state.leaving) parked.leave();
    return parked.found;
  }

  /** The same message for the same asking; another one only where it has not helped. */
  #ask({ vehicle, people }: Site, part: Part): void {
    const key = applicationKey(part);
    const { workflow, state } = vehicle;
    const id = askingId(this.order, part.asked);
    const known = this.asked.get(key);
    const ids = known?.of === workflow ? known.ids : new Set<string>();
    if (ids.size > 0 && !ids.has(id) && state?.defleet)
      this.parts.complain(`${key} is asked to leave once more, and it leaves`);
    this.asked.set(key, { of: workflow, ids: ids.add(id) });
    people.leaveBy({ by: 'ops', reason: 'sold', id });
  }

  async #read({ activities, world }: Site): Promise<ReadBack> {
    const attempt = { isLocal: false, attempt: 1, heartbeatDetails: undefined, heartbeat: () => {} };
    const reading = activities({ isAlive: true }, () => attempt);
    return { clearance: await reading.readClearance({ ...appOf(world), vin: VIN }) };
  }

  #found(workflow: VirtualWorkflow | undefined, isAsked: boolean): ActivationFound {
    if (!workflow) return { kind: 'none' };
    const { state, closed } = workflow;
    const known = { status: state?.clearance.status ?? 'absent', reason: state?.clearance.reason ?? null };
    if (!closed) {
      if (!isAsked && workflow.isIdle && state?.rules && !state.defleet)
        return { kind: 'staying', why: 'Its activation was told to stay' };
      const brand = state?.vehicle.brand ?? null;
      return { kind: 'leaving', ...known, brand, owner: null, action: null };
    }
    const endedAt = this.#endedAt.get(workflow) ?? this.parts.clock.now;
    const isProven = closed.as !== 'terminated' && (closed.as !== 'failed' || state?.ended === true);
    if (!isProven) return { kind: 'none', endedAt, mayBeOpen: !hasEnded(known.status) };
    const last = state?.history.findLast(({ source }) => source === 'withdraw');
    const answer = last ? { words: last.note ?? last.status, at: last.at } : null;
    const calls = state?.attempts.withdraw ?? 0;
    return { kind: 'ended', status: known.status, answer, calls, endedAt };
  }
}
