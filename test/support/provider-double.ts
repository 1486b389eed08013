import { Context } from '@temporalio/activity';
import type { Clearance, ClearanceRequest } from '../../src/domain/clearance';
import type { FirstData } from '../../src/domain/first-data';
import type { ClearanceStatus } from '../../src/domain/status';
import type {
  ClearanceProvider,
  EligibilityAnswer,
  SubmitAnswer,
  WithdrawAnswer,
} from '../../src/providers/provider';
import { ProviderError } from '../../src/providers/provider-error';

type Call = {
  readonly method: 'list' | 'submit' | 'withdraw' | 'data' | 'eligibility';
  readonly vin: string;
};

/**
 * A provider in memory for one VIN, for tests in which days are skipped: the simulator's clock cannot skip
 * along. The test says what its record holds, and what it answers.
 */
export class ProviderDouble implements ClearanceProvider {
  readonly calls: Call[] = [];
  record: Clearance | null = null;
  /** What the next withdrawals answer; when there is none left, the record decides. */
  readonly withdrawals: WithdrawAnswer[] = [];
  /** Awaited by a submission before it answers. */
  beforeSubmitAnswer: () => Promise<void> = async () => undefined;
  /** What it says when it is asked for data. */
  data: FirstData = 'not-asked';
  /** What it says when it is asked whether a vehicle is eligible. */
  verdict: EligibilityAnswer['verdict'] = 'eligible';
  /** Thrown by every call while it is set. */
  failure: ProviderError | null = null;
  /** Of the newest change; no two have the same. */
  private clock = 0;

  set(status: ClearanceStatus, reason: string | null = null): void {
    this.clock = Math.max(this.clock + 1, Date.now());
    const entry = { status, reason, at: this.clock };
    const changelog = [...(this.record?.changelog ?? []), entry];
    this.record = {
      vin: 'any',
      status,
      reason,
      brand: null,
      tags: {},
      changelog,
      newestChange: entry.at,
    };
  }

  count(method: Call['method']): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  async submit([request]: readonly ClearanceRequest[]): Promise<SubmitAnswer[]> {
    const { vin } = request as ClearanceRequest;
    this.note('submit', vin);
    await this.beforeSubmitAnswer();
    this.set('pending');
    return [{ vin, outcome: 'accepted', status: 'pending', description: null }];
  }

  async list(filter?: { readonly vins?: readonly string[] }): Promise<Clearance[]> {
    this.note('list', filter?.vins?.[0] ?? '');
    return this.record ? [{ ...this.record, vin: filter?.vins?.[0] ?? this.record.vin }] : [];
  }

  async withdraw(vin: string): Promise<WithdrawAnswer> {
    this.note('withdraw', vin);
    const scripted = this.withdrawals.shift();
    if (scripted) return scripted;
    if (!this.record) return { outcome: 'absent', detail: 'not found' };
    const status = this.record.status === 'approved' ? 'revoking' : 'canceling';
    this.set(status);
    return { outcome: 'accepted', status };
  }

  async firstData(vin: string): Promise<FirstData> {
    this.note('data', vin);
    return this.data;
  }

  async eligibility({ vin }: { readonly vin: string }): Promise<EligibilityAnswer> {
    this.note('eligibility', vin);
    return { verdict: this.verdict, dataDelivery: [], connectivity: null, primaryUserAssigned: null };
  }

  async close(): Promise<void> {}

  private note(method: Call['method'], vin: string): void {
    this.calls.push({ method, vin });
    this.clock = Math.max(this.clock, serverTime());
    if (this.failure) throw this.failure;
  }
}

/** Of the server that runs the activity, which may have skipped days; 0 outside of one. */
function serverTime(): number {
  try {
    return Context.current().info.scheduledTimestampMs;
  } catch {
    return 0;
  }
}

export function unreachable(): ProviderError {
  return new ProviderError('PROVIDER_UNREACHABLE', 'High Mobility cannot be reached', 'It is tried again.');
}
