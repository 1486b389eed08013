/**
 * A change of the workflow's code that would break activations that are under way, made in the bundle, where the
 * code reads almost as we wrote it; and recorded lives, one of which at least notices.
 */
export const INCOMPATIBLE = [
  {
    edit: 'the activity that withdraws gets another name',
    find: /call\('withdrawClearance'/,
    put: "call('endClearance'",
    lives: /^audi-canceled-pending-by-message/,
  },
  {
    edit: 'the first step of an activation reads the rules and nothing else',
    find: /here\('beginActivation'/,
    put: "here('readRules'",
    lives: /^bmw-approved-by-webhook-uncancelled/,
  },
  {
    edit: 'the first attempts are no local activities any more',
    find: /by: 'here'/,
    put: "by: 'queue'",
    lives: /^renault-approved-by-poll-uncancelled/,
  },
  {
    edit: 'the look after a doubtful answer is dropped',
    find: /if \(state\.needsRead && !isWithdrawnFirst\(state\)\)\s+return [^;]*READ;/,
    put: '',
    // Which of them looked at once for no other reason is a matter of time.
    lives: /-(?:pending|approved)\./,
  },
  {
    edit: 'a timer is added before the wait',
    find: /alarm\.set\(state\.deadline, isHeard\);/,
    put: "await engine.sleep(1000, 'a timer').result; $&",
    lives: /^bmw-approved-by-webhook-uncancelled/,
  },
  {
    edit: 'the timer of a deadline is dropped',
    find: /own = engine\.sleep\([^;]+;/,
    put: 'own = { result: new Promise(() => undefined), stop: () => undefined };',
    lives: /^bmw-approved-by-webhook-uncancelled/,
  },
  {
    edit: 'the search attributes are no longer told',
    find: /if \(areColumnsDue && changed\.length > 0\)/,
    put: 'if (false)',
    lives: /^bmw-approved-by-webhook-uncancelled/,
  },
  {
    edit: 'the memo is no longer told',
    find: /if \(isMemoDue \|\| tags\)/,
    put: 'if (false)',
    lives: /-rejected-and-mended-uncancelled/,
  },
  {
    edit: 'what was rejected for good completes',
    find: /if \(!state\.defleet[^)]*\)/,
    put: 'if (false)',
    lives: /-rejected-for-good-uncancelled/,
  },
  {
    edit: 'a rule changes: a final rejection waits for a person',
    find: /if \(retry\.kind === 'never'\) return [^;]+;/,
    put: '',
    lives: /^bmw-rejected-for-good-uncancelled/,
  },
  {
    edit: 'a notice that is under way is given up at once',
    find: /if \(patience <= 0\)/,
    put: 'if (true)',
    lives: /^notices-/,
  },
  {
    edit: 'the lock of payments gets another name',
    find: /activities\.lockPayments\.executeWithOptions/,
    put: 'activities.lockAll.executeWithOptions',
    lives: /^house-parking\./,
  },
  {
    edit: 'a defleeting asks where it may in one go',
    find: /readClearance\.executeWithOptions/,
    put: 'readAll.executeWithOptions',
    lives: /^house-defleeting/,
  },
  {
    edit: 'the ledger signs by another activity',
    find: /const \{ signCertificates \} =/,
    put: 'const { sign: signCertificates } =',
    lives: /^house-certificates/,
  },
] as const;
