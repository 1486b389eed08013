import { isMeant } from '../../src/temporal/runtime';
import { REFUSED_WORDS } from '../../workflows/contract/messages';

const failedWith = (words: string) => ({ error: new Error(`${words}the rest of it`) });

describe('the log of a worker', () => {
  test('has no line for a vehicle that was refused for good, and one for a workflow that has failed', () => {
    expect(isMeant('Workflow failed', failedWith(REFUSED_WORDS))).toBe(true);
    expect(isMeant('Workflow failed', failedWith('The activation cannot begin. '))).toBe(false);
    expect(isMeant('Workflow failed')).toBe(false);
    expect(isMeant('Activity failed', failedWith(REFUSED_WORDS))).toBe(false);
  });

  test('has no line for what we have meant', () => {
    expect(isMeant('No workflows registered, not polling for workflow tasks')).toBe(true);
    expect(isMeant('Worker state changed')).toBe(false);
  });
});
