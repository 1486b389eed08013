import type { SignalDefinition } from '@temporalio/common';
import type { Application } from '../../src/domain/application';
import type { TroubleKind } from '../../src/domain/trouble';

/** What workers tell the workflow of an application's notices for operations. Times are milliseconds since 1970. */

/** An endpoint of the provider is in trouble: told again with each look that finds it still so. */
export interface TroubleMet extends Application {
  readonly kind: TroubleKind;
  readonly endpoint: string;
  readonly words: string;
  /** What to do, as a sentence. */
  readonly next: string;
  readonly since: number;
  readonly channels: readonly string[];
}

/** An endpoint has answered, after trouble or for the first time. */
export interface TroubleOver extends Application {
  readonly endpoint: string;
  readonly at: number;
  readonly channels: readonly string[];
}

/** Trouble that is open: one of a kind, whatever the number of endpoints, workers and vehicles. */
export interface OpenTroubles {
  readonly kind: TroubleKind;
  readonly words: string;
  readonly since: number;
  readonly endpoints: readonly string[];
}

export const troubleMet = { type: 'signal', name: 'troubleMet' } as SignalDefinition<[TroubleMet]>;
export const troubleOver = { type: 'signal', name: 'troubleOver' } as SignalDefinition<[TroubleOver]>;
