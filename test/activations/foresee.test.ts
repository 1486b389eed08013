import { foresee } from '../../src/activations/foresee';
import type { ActivationRow } from '../../src/activations/reports';

const row = (more: Partial<ActivationRow>): ActivationRow =>
  ({
    execution: 'RUNNING',
    status: 'pending',
    step: 'waiting',
    owner: null,
    brand: 'bmw',
    ...more,
  }) as ActivationRow;

describe('what a list shows tells of a message', () => {
  test.each([
    ['retry', {}, 'would-be-taken', 'It is looked at now (it is pending).'],
    ['retry', { status: 'rejected', step: 'parked' }, 'would-be-taken', 'submitted again (it is rejected)'],
    ['retry', { step: 'withdrawing' }, 'would-be-refused', 'It is leaving'],
    ['retry', { execution: 'COMPLETED' }, 'ended', 'has ended'],
    ['resume', { step: 'parked' }, 'would-be-taken', 'goes on'],
    ['resume', {}, 'would-be-refused', 'It is not parked'],
    ['acknowledge', { owner: 'driver' }, 'would-be-taken', 'The reminders stop (driver).'],
    ['acknowledge', {}, 'would-be-taken', 'Nobody has to act'],
    ['amend', {}, 'would-be-taken', 'is changed'],
    ['defleet', {}, 'would-be-taken', 'Its access is ended (it is pending).'],
    ['defleet', { step: 'withdrawing' }, 'would-be-taken', 'It is leaving already'],
    ['defleet', { execution: 'FAILED' }, 'ended', 'nothing left to do'],
  ] as const)('%s of %j is %s', (kind, more, outcome, says) => {
    expect(foresee(kind, row(more))).toEqual({ outcome, says: expect.stringContaining(says) });
  });

  test('another brand is refused while a clearance is open, and the same one is not', () => {
    expect(foresee('amend', row({}), 'mini').outcome).toBe('would-be-refused');
    expect(foresee('amend', row({}), 'bmw').outcome).toBe('would-be-taken');
    expect(foresee('amend', row({ status: 'rejected' }), 'mini').outcome).toBe('would-be-taken');
  });
});
