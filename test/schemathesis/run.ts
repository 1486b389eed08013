// npm run schemathesis: asks a gateway of this machine whatever docs/openapi.json allows, and much that it does not.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Stage } from '../../bench/parts';
import { makeToken } from '../../src/gateway/api/tokens';

const VERSION = '4.32.5';
const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'vin-activation');
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'ignored_auth',
];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { examples: { type: 'string', default: '50' }, seed: { type: 'string' } },
  });
  const program = installed();
  const stage = await Stage.open();
  try {
    const token = makeToken(
      { name: 'schemathesis', role: 'operate', fleets: '*', expiresAt: null },
      Date.now(),
    );
    writeFileSync(stage.file('tokens.json'), JSON.stringify({ version: 1, tokens: [token.token] }));
    const simulator = await stage.vin(['simulator', '--port', '0', '-o', 'json']).ready;
    const environment = {
      HIGH_MOBILITY_BASE_URL: simulator.url,
      VIN_API_TOKENS: stage.file('tokens.json'),
      VIN_TOKEN_SHARE: 'waits=1000,batches=100,starts=1000000,checks=1000000,calls=1000000',
    };
    stage.vin(['worker'], environment);
    const { url } = await stage.vin(['gateway', '--port', '0', '-o', 'json'], environment).ready;
    const { status } = spawnSync(
      program,
      [
        ...['run', `${url}/openapi.json`, '--url', `${url}/v1`],
        ...['--header', `Authorization: Bearer ${token.text}`],
        ...['--checks', CHECKS.join(',')],
        ...['--max-examples', values.examples, '--request-timeout', '70', '--continue-on-failure'],
        ...['--workers', '2', '--generation-database', 'none', '--no-color'],
        ...(values.seed === undefined ? [] : ['--seed', values.seed]),
      ],
      // It leaves a folder where it runs.
      { stdio: 'inherit', cwd: stage.file('.') },
    );
    process.exitCode = status ?? 1;
  } finally {
    await stage.close();
  }
}

/** The program, installed with its packages into a folder of its own if it is not there yet. */
function installed(): string {
  const folder = join(CACHE, `schemathesis-${VERSION}`);
  const program = join(folder, 'bin', 'schemathesis');
  if (existsSync(program)) return program;
  process.stderr.write(`schemathesis ${VERSION} is installed into ${folder}\n`);
  const steps: [string, string[]][] = [
    ['python3', ['-m', 'venv', folder]],
    [join(folder, 'bin', 'pip'), ['install', '--quiet', `schemathesis==${VERSION}`]],
  ];
  for (const [command, args] of steps) {
    const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
    if (status !== 0) {
      rmSync(folder, { recursive: true, force: true });
      throw new Error(
        `${command} ${args.join(' ')} failed. It needs Python 3.10 or newer with venv, and PyPI.`,
      );
    }
  }
  return program;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 2;
});
