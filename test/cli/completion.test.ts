import { spawnSync } from 'node:child_process';
import { SCRIPTS } from '../../src/cli/completion-scripts';
import { createProgram } from '../../src/cli/vin';
import { runVin } from './scripted-vin';

/** The words that come next, by the command that shells ask. */
async function words(...typed: string[]): Promise<string[]> {
  const { stdout } = await runVin(['completion', 'words', '--', ...typed], {
    alive: [
      { VIN: 'WBA8E9G50GNT00001', Fleet: 'acme' },
      { VIN: 'WBA8E9G50GNT00002', Fleet: 'a $(touch x) fleet' },
    ],
  });
  return stdout.split('\n').filter(Boolean);
}

describe('completion', () => {
  test('knows every command, and the parts of one', async () => {
    const names = createProgram().commands.map((command) => command.name());
    expect(await words('')).toEqual(names.sort((a, b) => a.localeCompare(b)));
    expect(await words('token', '')).toEqual(['create', 'list', 'revoke']);
    expect(await words('sta')).toEqual(['status', 'stay']);
  });

  test('knows the options of a command, and of its parts', async () => {
    expect(await words('list', '--ol')).toEqual(['--older-than']);
    expect(await words('token', 'create', '--ro')).toEqual(['--role']);
  });

  test.each([
    [['list', '--brand', 'volk'], ['volkswagen']],
    [['list', '-s', 'app'], ['approved']],
    [['retry', '--owner', 'd'], ['driver']],
    [['list', '--reason', 'privacy'], ['privacy-mode']],
    [['list', '-o', ''], expect.arrayContaining(['json', 'table'])],
    [['list', '--limit', ''], []],
  ])('knows what an option can be: vin %j', async (typed, found) => {
    expect(await words(...typed)).toEqual(found);
  });

  test('asks Temporal for the fleets', async () => {
    expect(await words('list', '--fleet', 'a')).toEqual(['a $(touch x) fleet', 'acme']);
  });

  test('says nothing where Temporal is away, and does not fail', async () => {
    process.env['TEMPORAL_ADDRESS'] = '127.0.0.1:9';
    const said: string[] = [];
    const spy = jest.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    try {
      await createProgram('completion').parseAsync(['completion', 'words', '--', 'list', '--fleet', ''], {
        from: 'user',
      });
    } finally {
      spy.mockRestore();
      delete process.env['TEMPORAL_ADDRESS'];
    }
    expect(said.join('')).toBe('');
  });

  test('in a real bash takes the words as they are, and runs none of them', () => {
    const script = `${SCRIPTS.bash}
vin() { printf '%s\\n' "asked: $*" >&3; printf '%s\\n' 'acme' 'a $(echo run) \`fleet\`'; }
exec 3>&2
COMP_WORDS=(vin list --fleet a); COMP_CWORD=3
source /dev/stdin <<< ''
_vin_completion 3>&2
complete -p vin
eval "set -- \${COMPREPLY[*]}"; printf '%s|' "$@"`;
    const { stdout, status } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toBe(
      'complete -o bashdefault -o default -F _vin_completion vin\nacme|a $(echo run) `fleet`|',
    );
  });

  test('in a real bash hands on what was typed, with the word that is not finished', () => {
    const script = `${SCRIPTS.bash}
vin() { printf '<%s>' "$@" | tr '\\n' ' '; echo; }
COMP_WORDS=(vin list --brand ''); COMP_CWORD=3
_vin_completion; eval "printf '%s' \${COMPREPLY[0]}"`;
    const { stdout } = spawnSync('bash', ['--norc', '-c', script], { encoding: 'utf8' });
    expect(stdout).toBe('<completion><words><--><list><--brand><>');
  });
});
