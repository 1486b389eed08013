import { request } from 'undici';
import type { FaultInput } from '../../src/trial/simulator/high-mobility/faults';
import type { LedgerCall } from '../../src/trial/simulator/high-mobility/ledger';
import { clearanceSwept } from '../../workflows/contract/messages';
import type { Observation } from '../../workflows/lifecycle/state';
import { SECRET, signed, webhookOf } from '../gateway/support';
import type { Random } from '../simulation/random';
import { freshId, type Stage } from '../support/stage';
import type { Car } from './fleet';

/** Replies come late, so that results arrive together with what is heard meanwhile; real milliseconds. */
const DELAYS = { least: 20, most: 500 };
/** In a row, so that an activity's own waits stay short. */
const FAULTS_IN_A_ROW = 3;

type Endpoint = FaultInput['on'];
const CALLED: readonly Endpoint[] = ['submit', 'list', 'withdraw', 'data'];

/** The provider and its carmakers: news, news that is none, and all that goes wrong with calls. */
export class World {
  readonly count = { webhooks: 0, sweeps: 0, drift: 0, faults: 0, lost: 0, delays: 0 };

  constructor(
    private readonly stage: Stage,
    private readonly random: Random,
    private readonly webhooks: string,
  ) {}

  /** A webhook: mostly without news, sometimes of a status that is not so. */
  async webhook({ vin }: Car): Promise<void> {
    const status = this.stage.statusAtProvider(vin);
    if (status === null) return;
    const said = this.random.chance(0.85) ? status : this.random.pick(['pending', 'approved', 'rejected']);
    const now = new Date(this.stage.simulator.clock.now()).toISOString();
    const body = webhookOf(vin, said, now);
    this.count.webhooks += 1;
    const headers = signed(body, SECRET, freshId());
    // One that does not arrive is none: a sweep tells what is so.
    const reply = await request(this.webhooks, { method: 'POST', body, headers }).catch(() => null);
    await reply?.body.dump().catch(() => undefined);
  }

  /** What a sweep tells, without news. */
  async sweep({ vin }: Car): Promise<void> {
    const begun = Date.now();
    const row = this.stage.simulator.ledger.clearances.filter((one) => one.vin === vin).at(-1);
    const last = row?.changelog.at(-1);
    if (!row || !last) return;
    const clearance: Observation = {
      status: last.status,
      reason: last.reason,
      changedAt: last.at,
      createdAt: row.insertedAt,
      brand: row.brand,
    };
    this.count.sweeps += 1;
    await this.stage
      .handle(vin)
      .signal(clearanceSwept, { clearance, begun })
      .catch(() => undefined);
  }

  /** The carmaker ends an access, behind everybody's back. */
  drift({ vin, isPlain }: Car): void {
    if (isPlain || this.stage.statusAtProvider(vin) !== 'approved') return;
    this.count.drift += 1;
    this.stage.simulator.setStatus(vin, 'revoked');
  }

  /** The vehicles of the calls that are under way now: their results come soon. */
  underWay(): Set<string> {
    const calls: readonly LedgerCall[] = this.stage.simulator.ledger.calls.slice(-100);
    return new Set(calls.filter(({ status }) => status === null).flatMap(({ vins }) => vins));
  }

  delay(): void {
    const on = this.random.pick(CALLED);
    const kind = this.random.chance(0.5) ? 'delay' : 'late-reply';
    this.count.delays += 1;
    const milliseconds = this.random.between(DELAYS.least, DELAYS.most);
    this.stage.simulator.setFault({ on, kind, milliseconds });
  }

  fault(): void {
    const times = this.random.between(1, FAULTS_IN_A_ROW);
    const [on, commit] = [this.random.pick(CALLED), this.random.chance(0.5)];
    const faults: readonly FaultInput[] = [
      { on, kind: 'status', status: 503, times },
      { on, kind: 'status', status: 429, retryAfter: '1', times: 1 },
      { on, kind: 'drop', commit, times },
      { on, kind: 'status', status: 500, commit, times },
      { on: 'submit', kind: 'truncated' },
      { on: 'submit', kind: 'missing-row' },
      { on, kind: 'html', commit },
      { on: 'webhook', kind: this.random.pick(['lost', 'doubled', 'reordered'] as const), times },
    ];
    const fault = this.random.pick(faults);
    this.count.faults += 1;
    if ('commit' in fault && fault.commit) this.count.lost += 1;
    this.stage.simulator.setFault(fault);
  }
}
