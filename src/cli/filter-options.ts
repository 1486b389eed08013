import { type Command, Option } from 'commander';
import { FILTER_NAMES, FILTERS, type FilterName, type FilterWords, readFilter } from '../activations/filter';
import type { ActivationFilter } from '../activations/search';
import { VinError } from '../base/errors';
import { sentence } from '../base/sentences';
import { providerIds } from './handed-in';
import { ownApplication, readCatalogue } from './session';

const SHORT: Readonly<Partial<Record<FilterName, string>>> = { fleet: '-f, ', brand: '-b, ', status: '-s, ' };

/** What stands for the value of an option in the help, where it is not the name of the filter. */
const VALUES: Readonly<Partial<Record<FilterName, string>>> = {
  application: 'provider:name',
  externalId: 'text',
  olderThan: 'duration',
};

/** Lets a command choose activations: an option for each filter. @param names which. @default all */
export function addFilterOptions(command: Command, names: readonly FilterName[] = FILTER_NAMES): Command {
  for (const name of names) {
    const { takes, says } = FILTERS[name];
    const flag = `${SHORT[name] ?? ''}${optionOf(name)}`;
    const value = takes === 'flag' ? '' : ` <${VALUES[name] ?? name}>`;
    command.addOption(new Option(`${flag}${value}`, `only those ${says}`));
  }
  return command;
}

/** The filter that options mean. */
export interface ChosenFilter {
  readonly filter: ActivationFilter;
  /** How it was understood, for example `brand volkswagen, older than 10d`; empty without a filter. */
  readonly words: string;
}

/**
 * Reads the filters among the options of a command.
 *
 * @param command for the help that is named.
 * @throws VinError `USAGE_WRONG`, or the code of what is wrong, in the words of the options; nobody has been asked yet.
 */
export function filterIn(options: FilterWords, command: string): ChosenFilter {
  const given = Object.fromEntries(FILTER_NAMES.map((name) => [name, options[name]])) as FilterWords;
  if (Object.values(given).every((value) => value === undefined)) return { filter: {}, words: '' };
  const read = readFilter(given, { providers: providerIds(), catalogue: catalogueFor(given) });
  if (read.ok) return { filter: read.filter, words: inWords(read.words) };
  const { problems } = read;
  const [first] = problems;
  const code = problems.length === 1 && first && first.code !== 'FIELD_INVALID' ? first.code : 'USAGE_WRONG';
  const what = problems.map(({ filter, problem }) => sentence(`${optionOf(filter)}: ${problem}`)).join(' ');
  const remedies = [...new Set(problems.map(({ remedy }) => remedy))].join(' ');
  throw new VinError(code, what, `${remedies} ${command} --help shows the options and examples.`);
}

/** The catalogue of the provider that is named, where one is. */
function catalogueFor({ provider, application }: FilterWords): ReturnType<typeof readCatalogue> {
  const named = provider ?? (application?.includes(':') ? application.split(':')[0] : undefined);
  const id = providerIds().find((known) => known === named?.trim().toLowerCase());
  return readCatalogue(id === undefined ? undefined : { ...ownApplication(), provider: id });
}

/** The option of a filter: `--older-than`. */
function optionOf(name: FilterName): string {
  return `--${spelled(name, '-')}`;
}

function spelled(name: string, between: string): string {
  return name.replace(/[A-Z]/g, (letter) => `${between}${letter.toLowerCase()}`);
}

function inWords(words: FilterWords): string {
  const { provider, application } = words;
  const app =
    provider && application ? { provider: undefined, application: `${provider}:${application}` } : {};
  return Object.entries({ ...words, ...app })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => (value === true ? spelled(name, ' ') : `${spelled(name, ' ')} ${value}`))
    .join(', ');
}
