import { Command, Option } from 'commander';
import type { Fleets } from '../activations/search';
import { VinError } from '../base/errors';
import { type Application, applicationFrom, applicationKey } from '../domain/application';
import { parseDuration } from '../domain/duration';
import { checkFleet, checkName, plainName } from '../domain/name';
import type { Role, Token } from '../gateway/api/tokens';
import { addApplicationOption, readApplication } from './application-option';
import { type Format, outputOption, printAnswer, say } from './output';
import { ownApplication } from './session';
import { tableOf } from './table';
import { inSeconds } from './times';

/** Loaded when a command runs. */
const files = () => require('../gateway/api/token-file') as typeof import('../gateway/api/token-file');
const rules = () => require('../gateway/api/tokens') as typeof import('../gateway/api/tokens');

const ROLES = ['read', 'operate'] as const satisfies readonly Role[];

const EXAMPLES = `
Examples:
  vin token create --role operate --fleet acme --name onboarding
  vin token create --role read --fleet "*" --expires-in 90d -o json
  vin token list
  vin token revoke 1f0c9a2e

The tokens are kept, hashed, in the file that VIN_API_TOKENS names. A gateway that runs reads it again by itself.`;

/** `vin token`: makes, lists and revokes the tokens of the HTTP API. */
export function tokenCommand(): Command {
  const command = new Command('token')
    .description('Make, list and revoke the tokens of the HTTP API.')
    .addHelpText('after', EXAMPLES);
  const subcommands = [createCommand(), listCommand(), revokeCommand()];
  addApplicationOption(subcommands[0] as Command);
  for (const subcommand of subcommands) {
    subcommand
      .addOption(fileOption())
      .addOption(outputOption())
      .addHelpText('after', EXAMPLES)
      .exitOverride();
    command.addCommand(subcommand);
  }
  return command;
}

interface Common {
  readonly file?: string;
  readonly output: Format;
}
interface CreateOptions extends Common {
  readonly role: Role;
  readonly fleet: string[];
  readonly name: string;
  readonly also: readonly string[];
  readonly expiresIn?: string;
}

function createCommand(): Command {
  return new Command('create')
    .description('Make a token and print it: it cannot be shown again.')
    .addOption(
      new Option('-r, --role <role>', 'what it may do: read, or operate as well')
        .choices(ROLES)
        .makeOptionMandatory(),
    )
    .requiredOption('-f, --fleet <fleet>', 'its fleet; may be repeated; "*" is every fleet', collect)
    .option('-n, --name <name>', 'who has it; kept with what is done by it', 'api')
    .addOption(
      new Option(
        '--also <application>',
        'a further application that its requests may name, as provider:application; may be repeated',
      )
        .argParser((text: string, before: readonly string[] = []) => [...before, readApplication(text)])
        .default([], 'none'),
    )
    .option('--expires-in <duration>', 'how long it is good, for example 90d; for ever without it')
    .action(async (options: CreateOptions) => {
      const now = Date.now();
      const own = ownApplication();
      const { text, token } = rules().makeToken(
        {
          name: nameOf(options.name),
          role: options.role,
          fleets: fleetsOf(options.fleet),
          ...own,
          others: othersOf(options.also, applicationKey(own)),
          expiresAt: options.expiresIn === undefined ? null : now + lifetime(options.expiresIn),
        },
        now,
      );
      await files().changeTokens(fileOf(options), (tokens) => [...tokens, token]);
      say(`The token ${token.id} (${describe(token)}) cannot be shown again: keep it in a safe place.`);
      printAnswer(options.output, { ...shown(token), token: text }, () => text);
    });
}

function listCommand(): Command {
  return new Command('list')
    .description('List the tokens, without the tokens themselves.')
    .action(async (options: Common) => {
      const tokens = await files().readTokens(fileOf(options));
      printAnswer(options.output, tokens.map(shown), asTable);
    });
}

function revokeCommand(): Command {
  return new Command('revoke')
    .description('Revoke a token. A gateway that runs refuses it within a few seconds.')
    .argument('<id>', 'the id that `vin token list` shows')
    .action(async (id: string, options: Common) => {
      await files().changeTokens(fileOf(options), (tokens) => {
        const rest = tokens.filter((token) => token.id !== id);
        if (rest.length < tokens.length) return rest;
        throw invalid(`There is no token ${JSON.stringify(id)}.`, 'Take an id of: vin token list');
      });
      printAnswer(options.output, { id, outcome: 'revoked' }, () => `${id}: revoked`);
    });
}

function fileOption(): Option {
  return new Option('--file <path>', 'the file of tokens (default: VIN_API_TOKENS)');
}

function fileOf({ file }: Common): string {
  const { readConfig } = require('../config/config') as typeof import('../config/config');
  const path = file ?? readConfig(process.env, ['VIN_API_TOKENS']).VIN_API_TOKENS;
  if (path) return path;
  throw invalid('No file of tokens is named.', 'Set VIN_API_TOKENS to its path, or add --file.');
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, plainName(value)];
}

function fleetsOf(fleets: readonly string[]): Fleets {
  if (fleets.includes('*')) return '*';
  for (const fleet of fleets) {
    const check = checkFleet(fleet);
    if (!check.ok) throw invalid(`The fleet ${JSON.stringify(fleet)} ${check.problem}.`, check.remedy);
  }
  return [...new Set(fleets)];
}

/** Beside its own, each once. */
function othersOf(also: readonly string[], own: string): Application[] {
  const others = [...new Set(also)].filter((key) => key !== own);
  const most = rules().MOST_OTHERS;
  if (others.length <= most) return others.map(applicationFrom);
  throw invalid(`A token has at most ${most} applications beside its own.`, 'Make a second token.');
}

function nameOf(name: string): string {
  const check = checkName(name, 60);
  if (check.ok) return check.name;
  throw invalid(`The name of the token ${check.problem}.`, check.remedy);
}

function lifetime(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw invalid(`${(error as Error).message}.`, 'Write for example --expires-in 90d.');
  }
}

function invalid(message: string, next: string): VinError {
  return new VinError('TOKEN_OPTION_INVALID', message, next);
}

/** What may be shown of a token. The hash is no secret, but of no use to anybody either. */
function shown(token: Token): Omit<Token, 'hash'> & { readonly expired: boolean } {
  const { hash: _, ...rest } = token;
  return { ...rest, expired: rules().isExpired(token, Date.now()) };
}

function describe({ name, role, fleets }: Token): string {
  return `${name}: ${role}, ${fleets === '*' ? 'every fleet' : fleets.join(', ')}`;
}

function asTable(tokens: readonly ReturnType<typeof shown>[]): string {
  if (tokens.length === 0) return 'No tokens.';
  return tableOf(
    ['Id', 'Name', 'Role', 'Fleets', 'Made', 'Expires'],
    tokens.map(({ id, name, role, fleets, createdAt, expiresAt, expired }) => {
      const last = expiresAt && inSeconds(expiresAt);
      const end = expired ? `expired ${last}` : (last ?? 'never');
      return [id, name, role, fleets === '*' ? 'every fleet' : fleets.join(', '), inSeconds(createdAt), end];
    }),
  );
}
