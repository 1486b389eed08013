import { type Command, Option } from 'commander';
import { ELIGIBILITY_MODES, type EligibilityMode } from '../domain/eligibility';
import { readPlate } from '../domain/plate';
import { brandOf } from '../domain/rules';
import { type MessageOptions, messageCommand } from './message-command';
import { collectKey, durationText, tagsProblem } from './message-options';
import { fleetOption } from './name-option';
import { printAnswer } from './output';
import { addedLine, removedLine } from './parking-words';
import { checkedKnownVin, readCatalogue, withClient } from './session';
import { collectTag } from './tag-option';

interface Options extends MessageOptions {
  readonly tag?: Record<string, string>;
  readonly untag?: readonly string[];
  readonly brand?: string;
  readonly fleet?: string;
  readonly pollInterval?: string;
  readonly eligibility?: EligibilityMode;
  readonly plate?: string;
}

export function amendCommand(): Command {
  return messageCommand<Options>('amend', {
    description:
      'Correct what an activation asks for: its tags, its brand, its fleet, or how often it looks. A vehicle that was rejected for the request itself is submitted again at once.',
    examples: `  vin amend WAUZZZF43NA018273 --tag "vw-group-customer-name=ACME Leasing"
  vin amend WAUZZZF43NA018273 --untag cost-centre
  vin amend WAUZZZF43NA018273 --poll-interval 1h
  vin amend WAUZZZF43NA018273 --fleet north
  vin amend WAUZZZF43NA018273 --plate NO-AA12345
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
        '--plate <plate>',
        'its new plate, with its country: the parking of the old one ends, and that of this one begins',
      ),
      new Option(
        '--poll-interval <duration>',
        'how often it looks by itself, at least 1m or what the policy says',
      ).argParser(durationText),
    ],
    first: changePlate,
    isForOne: ({ plate }) => plate !== undefined,
    problem: (options) => {
      if (options.plate !== undefined) return plateProblem(options);
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

/** A plate is one vehicle's, and is changed by itself. */
function plateProblem({
  plate = '',
  by: _by,
  id: _id,
  validFor: _valid,
  output: _output,
  ...others
}: Options): string | null {
  const check = readPlate(plate);
  if (!check.ok) return `--plate ${check.problem}. ${check.remedy}`;
  const names = Object.entries(others).filter(([, value]) => value !== undefined);
  return names.length > 0 ? 'give --plate by itself, for one VIN.' : null;
}

/** The new plate's parking begins, and the old one's ends: one order. */
async function changePlate(text: string, { plate, by, output }: Options): Promise<boolean> {
  if (plate === undefined) return false;
  const check = readPlate(plate);
  if (!check.ok) throw new Error(`${plate} ${check.problem}`);
  const { vin } = checkedKnownVin(text);
  const { parkingProvider, readParkingPolicy } =
    require('../config/parkings') as typeof import('../config/parkings');
  const policy = readParkingPolicy(process.env);
  const changed = await withClient(async (client) => {
    const { Parkings } = require('../parkings/parkings') as typeof import('../parkings/parkings');
    const { runningAnywhere } =
      require('../activations/anywhere') as typeof import('../activations/anywhere');
    const [activation] = await runningAnywhere(client, vin);
    const vehicle = { vin, plate: check.plate, fleet: activation?.fleet ?? null };
    return new Parkings(client, parkingProvider(process.env)).changePlate(vehicle, policy, by);
  });
  printAnswer(output === 'json' ? 'json' : 'table', changed, ({ added, left }) =>
    [addedLine(added), ...left.map(removedLine)].join('\n'),
  );
  return true;
}

/** The tags to send, null for those that go; undefined when none is named. */
function tagsOf({ tag, untag }: Options): Record<string, string | null> | undefined {
  if (!tag && !untag) return undefined;
  const given = Object.entries(tag ?? {}).map(([key, text]) => [key, text === '' ? null : text] as const);
  const gone = (untag ?? []).map((key) => [key, null] as const);
  return Object.fromEntries([...given, ...gone]);
}
