import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Clearance } from '../../src/domain/clearance';
import type { ClearanceProvider } from '../../src/providers/provider';

export type Seen = Pick<Clearance, 'status' | 'reason'>;

export interface WatchingActivities {
  submit(vin: string): Promise<Seen>;
  read(vin: string): Promise<Seen>;
  /** Fails until the clearance is not any more as it was; the server repeats it. */
  awaitChange(vin: string, known: Seen): Promise<Seen>;
  withdraw(vin: string): Promise<void>;
  notify(vin: string, reason: string): Promise<void>;
}

/** The activities of both workflows that watch. */
export function createWatching(provider: ClearanceProvider, notices: unknown[]): WatchingActivities {
  const read = async (vin: string): Promise<Seen> => {
    const [record] = await provider.list({ vins: [vin] });
    return { status: record?.status ?? 'absent', reason: record?.reason ?? null };
  };
  return {
    submit: async (vin) => {
      await provider.submit([{ vin, brand: 'volkswagen', tags: {} }]);
      return { status: 'pending', reason: null };
    },
    read,
    awaitChange: async (vin, known) => {
      const seen = await read(vin);
      if (seen.status !== known.status || seen.reason !== known.reason) return seen;
      const message = `still ${seen.status}`;
      throw ApplicationFailure.create({
        message,
        type: 'Pending',
        category: ApplicationFailureCategory.BENIGN,
      });
    },
    withdraw: async (vin) => void (await provider.withdraw(vin)),
    notify: async (...notice) => void notices.push(notice),
  };
}
