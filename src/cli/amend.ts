import { type Command, Option } from 'commander';
import { ELIGIBILITY_MODES, type EligibilityMode } from '../domain/eligibility';
import { brandOf } from '../domain/rules';
import { type MessageOptions, messageCommand } from './message-command';
import { collectKey, durationText, tagsProblem } from './message-options';
import { fleetOption } from './name-option';
import { readCatalogue } from './session';
import { collectTag } from './tag-option';

interface Options extends MessageOptions {
  readonly tag?: Record<string, string>;
  readonly untag?: readonly string[];
  readonly brand?: string;
  readonly fleet?: string;
  readonly pollInterval?: string;
  readonly eligibility?: EligibilityMode;
}

export function amendCommand(): Command {
  return messageCommand<Options>('amend', {
    description:
      'Correct what an activation asks for: its tags, its brand, its fleet, or how often it looks. A vehicle that was rejected for the request itself is submitted again at once.',
    examples: `  vin amend WAUZZZF43NA018273 --tag "vw-group-customer-name=ACME Leasing"
  vin amend WAUZZZF43NA018273 --untag cost-centre
  vin amend WAUZZZF43NA018273 --poll-interval 1h
  vin amend WAUZZZF43NA018273 --fleet north
  vin list --brand VW -o csv | vin amend - --tag "vw-group-customer-name=ACME Leasing" --yes`,
    options: [
      new Option(
        '-t, --tag <key=value>',
        'a tag for the next submission; an empty value takes it away; may be repeated',
      ).argParser(collectTag),
      new Option('--untag <key>', 'takes a tag away; may be repeated').argParser(collectKey),
      new Option('-f, --fleet <fleet>', 'moves it to this fleet').argParser(fleetOption),
      new Option('--eligibility <mode>', 'whether the carmaker is asked first, and may stop it').choices([
        ...ELIGIBILITY_MODES,
      ]),
      new Option('-b, --brand <brand>', 'the right brand; only while no clearance is open'),
      new Option(
        '--poll-interval <duration>',
        'how often it looks by itself, at least 1m or what the policy says',
      ).argParser(durationText),
    ],
    problem: (options) => {
      if (options.brand !== undefined) brandOf(readCatalogue(), options.brand);
      const tags = tagsOf(options);
      if (tags) return tagsProblem(tags);
      const { brand, fleet, eligibility, pollInterval } = options;
      const isEmpty = [brand, fleet, eligibility, pollInterval].every((one) => one === undefined);
      return isEmpty
        ? 'give at least one of --tag, --untag, --brand, --fleet, --poll-interval and --eligibility.'
        : null;
    },
    request: (options) => {
      const { brand, fleet, eligibility, pollInterval } = options;
      const policy = { ...(pollInterval && { pollInterval }), ...(eligibility && { eligibility }) };
      const tags = tagsOf(options);
      return {
        ...(tags && { tags }),
        ...(brand && { brand: brandOf(readCatalogue(), brand) }),
        ...(fleet && { fleet }),
        ...(Object.keys(policy).length > 0 && { policy }),
      };
    },
  });
}

/** The tags to send, null for those that go; undefined when none is named. */
function tagsOf({ tag, untag }: Options): Record<string, string | null> | undefined {
  if (!tag && !untag) return undefined;
  const given = Object.entries(tag ?? {}).map(([key, text]) => [key, text === '' ? null : text] as const);
  const gone = (untag ?? []).map((key) => [key, null] as const);
  return Object.fromEntries([...given, ...gone]);
}
