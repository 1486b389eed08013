import type { Rules } from '../../../src/domain/rules';
import type { Call, Engine, UnderWay } from '../../../workflows/activation/engine';
import { START } from '../lifecycle/story';

/** What never comes. */
export const NEVER: UnderWay<never> = {
  result: new Promise<never>(() => undefined),
  stop: () => undefined,
};

/** An engine at a standstill, on which nothing ends. What a test is about it brings itself. */
export class BareEngine implements Engine {
  /** The rules that a fresh run reads; null: that is a call like any other. */
  rules: Rules | null = null;
  now = (): number => START;
  isFreshRunDue = (): boolean => false;
  wasBegunBefore = (): boolean => false;
  isDoneAgain = (): boolean => false;
  publish = (): void => undefined;
  call = ((activity: string, how: Call, ...args: unknown[]) =>
    activity === 'readRules' && this.rules
      ? { result: Promise.resolve({ value: this.rules, endedAt: START }), stop: () => undefined }
      : this.called(activity, how, ...args)) as Engine['call'];

  sleep(_milliseconds: number, _summary: string): UnderWay<void> {
    return NEVER;
  }

  /** What becomes of an activity. */
  protected called(_activity: string, _how: Call, ..._args: unknown[]): UnderWay<unknown> {
    return NEVER;
  }
}

/** Lets what follows from promises happen. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await null;
}
