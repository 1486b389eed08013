import { CommanderError } from 'commander';
import { VinError } from '../../src/base/errors';
import { acknowledgeCommand } from '../../src/cli/acknowledge';
import { amendCommand } from '../../src/cli/amend';
import { addApplicationOption } from '../../src/cli/application-option';
import { defleetCommand } from '../../src/cli/defleet';
import { EXIT, exitCodeOf } from '../../src/cli/output';

const VIN = 'WBA8E9G50GNT00001';
const COMMANDS = {
  acknowledge: acknowledgeCommand,
  amend: amendCommand,
  defleet: () => addApplicationOption(defleetCommand()),
};
const ONLY_THERE = ['--application', 'high-mobility:acme'];

/** Runs a command that must be refused before anything is sent; what it says. */
async function refusal(name: keyof typeof COMMANDS, ...words: string[]): Promise<string> {
  let said = '';
  const command = COMMANDS[name]()
    .exitOverride()
    .configureOutput({ writeErr: (text) => (said += text) });
  const error = await command
    .parseAsync([VIN, ...words], { from: 'user' })
    .catch((failed: unknown) => failed);
  expect(error).toBeInstanceOf(CommanderError);
  expect((error as CommanderError).exitCode).not.toBe(0);
  return said;
}

describe('a message from the command line', () => {
  test.each([
    ['acknowledge', ['--until', 'tomorrow'], 'Write a duration such as 3d, a day'],
    ['acknowledge', ['--until', '2126-05-01T14:05'], 'A time of day needs its zone'],
    ['acknowledge', ['--until', '2126-05-01 14:05'], 'A time of day needs its zone'],
    ['acknowledge', ['--until', '2020-01-01'], 'It must be still to come'],
    ['acknowledge', ['--until', '2126-02-31'], 'No calendar has the day 2126-02-31'],
    ['acknowledge', ['--until', '2125-02-29T08:00:00Z'], 'No calendar has the day 2125-02-29'],
    ['acknowledge', ['--until', '91d'], 'Reminders can be stopped for 90 days at most'],
    ['acknowledge', ['--until', '2126-12-24'], 'Reminders can be stopped for 90 days at most'],
    ['acknowledge', [], "required option '--until <time>' not specified"],
    ['amend', [], 'give at least one of --tag, --untag, --brand, --fleet, --poll-interval and --eligibility'],
    ['amend', ['--poll-interval', 'often'], 'Write a duration such as'],
    ['amend', ['--tag', 'north'], 'Write it as key=value'],
    ['amend', ['--untag', ' '], 'Write the key of a tag'],
    ['amend', ['--tag', `note=${'x'.repeat(20_000)}`], 'has 20000 characters; at most 500 are kept'],
    ['amend', Array.from({ length: 51 }, (_, index) => ['--tag', `t${index}=x`]).flat(), 'at most 50 tags'],
    ['defleet', ['--reason', 'x'.repeat(201)], 'It must have 1 to 200 characters'],
    ['defleet', ['--by', ''], 'It must have 1 to 120 characters'],
    ['defleet', ['--id', 'x'.repeat(201)], 'It must have 1 to 200 characters'],
    ['defleet', ['--valid-for', '0s'], 'Write a duration such as'],
    ['defleet', [...ONLY_THERE, '--event-date', '2096-12-01'], 'a vehicle that leaves everywhere'],
    ['defleet', [...ONLY_THERE, '--deadline', '48h'], 'a vehicle that leaves everywhere'],
    ['defleet', [...ONLY_THERE, '--on-behalf-of', 'ACME'], 'a vehicle that leaves everywhere'],
    ['defleet', ['--valid-for', 'ever'], 'Write a duration such as'],
  ] as const)(
    'that cannot be meant is refused in the words of the options: %s %j',
    async (name, words, sentence) => {
      const said = await refusal(name, ...words);
      expect(said).toContain(sentence);
      expect(said).not.toMatch(/Send an object|Send "/);
    },
  );

  test('of which nobody knows whether it was sent ends with an exit code of its own', () => {
    expect(exitCodeOf(new VinError('MESSAGE_NOT_KNOWN', 'x', 'y'))).toBe(EXIT.away);
    expect(exitCodeOf(new VinError('MESSAGE_REFUSED', 'x', 'y'))).toBe(EXIT.failed);
    expect(new Set(Object.values(EXIT)).size).toBe(Object.values(EXIT).length);
  });
});
