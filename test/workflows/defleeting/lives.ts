import { applicationKey } from '../../../src/domain/application';
import type { DefleetingPlan } from '../../../workflows/contract/defleetings';
import { decideDefleeting } from '../../../workflows/defleeting/decide';
import {
  beginDefleeting,
  carriedOver,
  type DefleetingCommand,
  type DefleetingEvent,
  type DefleetingState,
} from '../../../workflows/defleeting/state';
import { Random } from '../../simulation/random';
import { DAY, HOUR, ORDER, PLAN, START } from './story';

/** One vehicle at one application, as it is: what the defleeting may only look at. */
interface Site {
  readonly key: string;
  /** Whether the provider's books hold an open clearance. */
  isOpen: boolean;
  /** When its last activation was ended by force. */
  terminatedAt?: number;
  activation: 'none' | 'lives' | 'leaves' | 'ended';
  /** When the activation that leaves has its proof. */
  goneAt: number;
  /** DELETE was sent. */
  isDeleted: boolean;
  /** A row without a brand. */
  readonly brand: string | null;
  /** Nothing gets through until then. */
  awayUntil: number;
  /** When somebody began again. */
  readonly opened: number[];
  /** From when on there is such an application. */
  readonly since: number;
}

type Untimed<E> = E extends unknown ? Omit<E, 'at'> : never;
interface Due {
  readonly at: number;
  readonly run: number;
  readonly does: () => Untimed<DefleetingEvent> | null;
}

export interface Life {
  readonly outcome: DefleetingState['outcome'];
  readonly problems: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

/** Four months of one vehicle that leaves, drawn from a seed: faults, people who change their minds, crashes. Then all comes to rest. */
export function live(seed: number, decide: typeof decideDefleeting = decideDefleeting): Life {
  const random = new Random(seed);
  const end = START + 120 * DAY;
  const calm = START + 40 * DAY;
  const problems: string[] = [];
  const counts: Record<string, number> = {};
  const count = (name: string): void => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  const names = ['high-mobility:default', 'otonomo:default', 'high-mobility:leasing', 'otonomo:later'].slice(
    0,
    random.between(1, 4),
  );
  const sites = names.map((key): Site => {
    const activation = random.pick(['none', 'lives', 'lives', 'ended'] as const);
    const isOpen = activation === 'lives' ? random.chance(0.9) : random.chance(0.4);
    return {
      key,
      isOpen,
      activation,
      goneAt: Number.POSITIVE_INFINITY,
      isDeleted: false,
      brand: random.chance(0.9) ? 'bmw' : null,
      awayUntil: 0,
      opened: [],
      // The vehicle comes to it while it is scheduled, or leaves.
      since: key === 'otonomo:later' ? START + random.next() * 20 * DAY : START,
    };
  });
  const isLater = random.chance(0.3);
  let now = START;
  let run = 0;
  let state = beginDefleeting({ ...ORDER, eventDate: isLater ? '2026-12-07' : null });
  let wakeAt: number | null = null;
  const queue: Due[] = [];
  const later = (within: number, does: Due['does'], ofRun = run): void =>
    void queue.push({ at: now + Math.round(random.next() * within), run: ofRun, does });
  let certificates = 0;
  let statements = 0;
  const inFlight = new Set<string>();

  const thereNow = () => sites.filter(({ since }) => since <= now);
  /** What began so short a time ago may be overseen. */
  const isNew = (at: number): boolean => at > now - 0.3 * HOUR;

  const planOf = (): DefleetingPlan => {
    const beginsAt = isLater ? START + 10 * DAY : Math.max(now, START);
    const applications = thereNow().map(({ key }) => {
      const [provider = '', application = ''] = key.split(':');
      return { provider, application };
    });
    return { ...PLAN, beginsAt, deadlineAt: beginsAt + random.between(1, 6) * DAY, applications };
  };

  /** How an activation leaves: quickly, or only when a carmaker has decided, or not before somebody helps. */
  const leave = (site: Site): void => {
    if (site.activation === 'leaves') return;
    site.activation = 'leaves';
    site.goneAt = now + (random.chance(0.7) ? random.next() * DAY : random.next() * 20 * DAY);
    site.isDeleted = random.chance(0.7);
  };
  const settle = (site: Site): void => {
    if (site.activation !== 'leaves' || site.goneAt > now) return;
    site.activation = 'ended';
    site.isOpen = false;
    // Its signal may be lost: then a look finds it.
    if (random.chance(0.7)) later(HOUR, () => ({ type: 'activation-ended', part: site.key }), -1);
  };

  function carryOut(command: DefleetingCommand): void {
    count(command.do);
    if ('part' in command) {
      const key = applicationKey(command.part);
      const site = sites.find((one) => one.key === key) as Site;
      if (inFlight.has(key)) problems.push(`two commands at ${key} at the same time`);
      inFlight.add(key);
      if (state.plan && now < state.plan.beginsAt) problems.push(`${command.do} before it begins`);
      const begun = now;
      later(random.chance(0.9) ? HOUR / 60 : 3 * HOUR, () => {
        inFlight.delete(key);
        if (site.awayUntil > now)
          return { type: 'part-failed', part: key, why: 'The provider does not answer' };
        if (command.do === 'read') {
          const clearance = site.isOpen
            ? { status: 'approved' as const, reason: null, brand: site.brand }
            : null;
          return { type: 'read', part: key, begun, read: { clearance } };
        }
        if (command.do === 'ask' && site.activation === 'lives') leave(site);
        if (command.do === 'take-over') {
          if (command.part.brand === null) problems.push('taken over without a brand');
          leave(site);
        }
        const known = { reason: null, brand: 'bmw', owner: 'carmaker', action: 'Wait.' };
        if (site.activation === 'leaves')
          return { type: 'found', part: key, found: { kind: 'leaving', status: 'pending', ...known } };
        if (site.activation === 'lives')
          return { type: 'found', part: key, found: { kind: 'staying', why: 'It was told to stay' } };
        if (site.activation === 'ended') {
          return {
            type: 'found',
            part: key,
            found: { kind: 'ended', status: 'revoked', answer: null, calls: 1 },
          };
        }
        const { terminatedAt } = site;
        const last = terminatedAt === undefined ? {} : { endedAt: terminatedAt };
        return { type: 'found', part: key, found: { kind: 'none', ...last } };
      });
      return;
    }
    switch (command.do) {
      case 'plan':
        later(HOUR, () => ({ type: 'planned', moving: command.moving, plan: planOf() }));
        break;
      case 'take-back':
        later(HOUR, () => {
          const told = [...command.applications, ...command.others].map(applicationKey);
          const leaving = sites.filter(
            ({ activation, key }) => activation === 'leaves' && told.includes(key),
          );
          if (leaving.some(({ isDeleted }) => isDeleted))
            return { type: 'stayed', refusal: 'A DELETE was sent: it goes on.' };
          for (const site of leaving) site.activation = 'lives';
          return { type: 'stayed', refusal: null };
        });
        break;
      case 'state':
        if (!command.facts.accesses.some(({ outcome }) => outcome === 'open'))
          problems.push('a statement that nothing is open');
        later(HOUR, () => {
          if (random.chance(0.2) && now < calm) return { type: 'failed', why: 'no key' };
          statements += 1;
          return { type: 'stated' };
        });
        break;
      case 'certify':
        // What is said must have been so, after it was asked for, and not long ago.
        for (const { provider, application, readBack } of command.facts.accesses) {
          const site = sites.find(({ key }) => key === `${provider}:${application}`) as Site;
          const at = Date.parse(readBack?.at ?? '');
          if (now - at > 2 * DAY) problems.push(`${site.key} was read ${(now - at) / DAY} days ago`);
        }
        // Also at those that have come, and where somebody has begun again, since most was read.
        for (const { key, isOpen, since, opened } of thereNow()) {
          if (isOpen && ![since, ...opened].some(isNew)) problems.push(`certified while ${key} is open`);
        }
        later(HOUR, () => {
          if (random.chance(0.2) && now < calm) return { type: 'failed', why: 'nobody signs' };
          certificates += 1;
          return {
            type: 'certified',
            certificate: { number: certificates, issuedAt: new Date(now).toISOString() },
          };
        });
    }
  }

  function tell(event: Untimed<DefleetingEvent>): void {
    const before = state;
    const decision = decide(state, { ...event, at: now } as DefleetingEvent);
    ({ state, wakeAt } = decision);
    count(event.type);
    decision.commands.forEach(carryOut);
    if (decision.notices.length > 0) count('notice');
    const isToldToStay = state.answers.some(
      ({ outcome, next }) => outcome === 'taken' && next.includes('stays'),
    );
    if (isToldToStay && state.outcome !== 'taken-back') problems.push('it was told to stay, and leaves');
    if (before.step === 'ended' && decision.commands.length > 0)
      problems.push('something is done after the end');
  }

  /** People and faults, at any time. */
  function trouble(): void {
    const site = random.pick(sites);
    const id = `m${random.between(1, 6)}`;
    const act = random.between(1, 8);
    if (act === 1) tell({ type: 'message', asking: { kind: 'take-back', id, by: null, via: 'message' } });
    if (act === 2) tell({ type: 'message', asking: { kind: 'move', id, by: null, eventDate: '2026-12-07' } });
    if (act === 3) site.awayUntil = now + random.next() * 2 * DAY;
    if (act === 4 && site.activation === 'ended' && random.chance(0.3)) {
      // Somebody activates the vehicle again.
      Object.assign(site, { activation: 'lives', isOpen: true, isDeleted: false });
      site.opened.push(now);
      count('begun again');
    }
    if (act === 5) {
      // A fresh run: what is under way is begun again, its result is never heard.
      run += 1;
      inFlight.clear();
      state = carriedOver(JSON.parse(JSON.stringify(state)));
      tell({ type: 'begun' });
      count('fresh run');
    }
    if (act === 6 && site.activation === 'leaves') site.isDeleted = true;
    if (act === 7) tell({ type: 'time-passed' });
    if (act === 8 && site.activation === 'leaves' && random.chance(0.3)) {
      // Terminated by force: the clearance is left behind.
      Object.assign(site, { activation: 'none', terminatedAt: now });
      count('terminated');
    }
  }

  // The command line tells one activation at once, whatever the defleeting has done.
  const [first] = sites;
  if (first?.activation === 'lives' && !isLater && random.chance(0.5)) leave(first);
  // Somebody thinks better of it at once.
  const asking = { kind: 'take-back', id: 'soon', by: null, via: 'message' } as const;
  if (random.chance(0.1)) later(HOUR / 60, () => ({ type: 'message', asking }), -1);
  tell({ type: 'begun' });
  let troubleAt = now + random.next() * DAY;
  for (let turn = 0; now < end && state.step !== 'ended'; turn += 1) {
    if (turn > 5_000) {
      problems.push('it never rests');
      break;
    }
    queue.sort((a, b) => a.at - b.at);
    const next = Math.min(
      queue[0]?.at ?? end,
      wakeAt ?? end,
      now < calm ? troubleAt : end,
      ...sites.map(({ activation, goneAt }) => (activation === 'leaves' ? goneAt : end)),
    );
    now = Math.max(now, Math.min(next, end));
    for (const site of sites) settle(site);
    if (queue[0] && queue[0].at <= now) {
      const due = queue.shift() as Due;
      // Of a run that is over: what it did is done, and nobody hears of it.
      const event = due.does();
      if (event && (due.run === run || due.run === -1)) tell(event);
    } else if (now < calm && troubleAt <= now) {
      trouble();
      troubleAt = now + random.next() * 2 * DAY;
    } else if (wakeAt !== null && wakeAt <= now) tell({ type: 'time-passed' });
  }
  if (state.outcome === 'taken-back' && sites.some(({ activation }) => activation === 'leaves'))
    problems.push('it is taken back, and leaves');
  if (state.outcome === 'left' && certificates === 0) problems.push('it has left without a certificate');
  if (state.outcome !== 'left' && state.certificate) problems.push('a certificate of one that has not left');
  if (state.step === 'open' && state.plan && now > state.plan.deadlineAt + DAY && statements === 0) {
    problems.push('the deadline is over, and nothing was signed');
  }
  const hopeless = state.parts.some(({ brand, state: of }) => of !== 'gone' && brand === null);
  if (state.outcome === null && !hopeless) problems.push(`it has not ended: ${JSON.stringify(state.parts)}`);
  for (const command of ['look', 'read', 'ask']) {
    if ((counts[command] ?? 0) > 120 * 10 * sites.length)
      problems.push(`${counts[command]} times ${command}`);
  }
  count(state.outcome ?? 'open');
  return { outcome: state.outcome, problems, counts };
}
