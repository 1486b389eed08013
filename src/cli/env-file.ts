import { parseEnv } from 'node:util';
import { VinError } from '../base/errors';
import { readPrivate, UnreadableFile } from '../base/private-files';

/** The variable, and the word in front of a command, that name a file of variables. */
const VARIABLE = 'VIN_ENV_FILE';
const OPTION = '--env-file';

/**
 * Reads the variables of a file (`NAME=value`, a line each) into the environment, where one is named by `--env-file` in front of
 * the command or by `VIN_ENV_FILE`. What is set already stays: the file is what holds where nothing else was said.
 *
 * @param argv as `process.argv`.
 * @returns the same without the option.
 * @throws VinError `CONFIG_INVALID`.
 */
export function withEnvFile(argv: readonly string[], environment: NodeJS.ProcessEnv): readonly string[] {
  const { file, rest } = named(argv, environment);
  if (file === undefined || file.trim() === '') return rest;
  for (const [name, value] of Object.entries(parsed(file))) environment[name] ??= value;
  return rest;
}

function named(argv: readonly string[], environment: NodeJS.ProcessEnv) {
  const [node = '', script = '', first = '', second, ...more] = argv;
  if (first === OPTION) return { file: second, rest: [node, script, ...more] };
  if (first.startsWith(`${OPTION}=`)) {
    return { file: first.slice(OPTION.length + 1), rest: [node, script, ...argv.slice(3)] };
  }
  return { file: environment[VARIABLE], rest: argv };
}

function parsed(file: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readPrivate(file));
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw new VinError(
      'CONFIG_INVALID',
      `The file of variables ${file} is not usable: ${error.message}.`,
      `Name another one with ${OPTION} or ${VARIABLE}.`,
    );
  }
}
