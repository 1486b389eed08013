import { CLEARANCE_STATUSES, type ClearanceStatus } from '../../src/domain/status';
import { agrees } from '../../src/sweep/agreement';

const belief = (status: ClearanceStatus, reason: string | null = null) => ({ vin: 'any', status, reason });
const record = (status: ClearanceStatus, reason: string | null = null) => ({
  status,
  reason,
  changedAt: 1,
  createdAt: 1,
});

test('agrees exactly when status and reason are the same', () => {
  for (const ours of CLEARANCE_STATUSES) {
    for (const theirs of CLEARANCE_STATUSES) {
      const refused = ours === 'error' && ['rejected', 'revoked', 'canceled', 'error'].includes(theirs);
      expect([ours, theirs, agrees(belief(ours), record(theirs))]).toEqual([
        ours,
        theirs,
        ours === theirs || refused,
      ]);
    }
  }
  expect(agrees(belief('pending', 'a'), record('pending', 'b'))).toBe(false);
  expect(agrees(belief('pending', 'a'), record('pending'))).toBe(false);
  expect(agrees(belief('pending', 'a'), record('pending', 'a'))).toBe(true);
});

test('an absent record disagrees with every belief that needs one', () => {
  const agreeing = CLEARANCE_STATUSES.filter((status) => agrees(belief(status), null));
  expect(agreeing).toEqual(['absent', 'rejected', 'revoked', 'canceled', 'error']);
});

test('a long reason is compared as far as an activation shows it', () => {
  const long = 'x'.repeat(199);
  expect(agrees(belief('pending', `${long}yz`.slice(0, 200)), record('pending', `${long}yz`))).toBe(true);
  expect(agrees(belief('pending', `${long}y`), record('pending', `${long}z`))).toBe(false);
});

test.each([
  ['kept as it is', (text: string) => text],
  ['replaced by the server', (text: string) => Buffer.from(text).toString()],
])('a character that the cut goes through does not make a difference for ever: %s', (_name, stored) => {
  const reason = `${'x'.repeat(199)}😀 and more`;
  expect(agrees(belief('pending', stored(reason.slice(0, 200))), record('pending', reason))).toBe(true);
});
