import { type Command, Option } from 'commander';
import { loadCatalogue } from '../domain/catalogue';
import { brandOf } from '../domain/rules';
import { type MessageOptions, messageCommand } from './message-command';
import { collectTag } from './tag-option';

interface Options extends MessageOptions {
  readonly tag?: Record<string, string>;
  readonly brand?: string;
  readonly pollInterval?: string;
}

export function amendCommand(): Command {
  return messageCommand<Options>(
    'amend',
    'Correct what an activation asks for: its tags, its brand, or how often it looks. A vehicle that was rejected for the request itself is submitted again at once.',
    `  vin amend WAUZZZF43NA018273 --tag "vw-group-customer-name=ACME Leasing"
  vin amend WAUZZZF43NA018273 --poll-interval 1h`,
    (activations, vin, { by, tag, brand, pollInterval }) =>
      activations.amend(vin, {
        by,
        ...(tag && { tags: tag }),
        ...(brand && { brand: brandOf(loadCatalogue(process.env['VIN_CATALOGUE'] || undefined), brand) }),
        ...(pollInterval && { policy: { pollInterval } }),
      }),
    [
      new Option('-t, --tag <key=value>', 'a tag for the next submission; may be repeated').argParser(
        collectTag,
      ),
      new Option('-b, --brand <brand>', 'the right brand; only while no clearance is open'),
      new Option('--poll-interval <duration>', 'how often it looks by itself'),
    ],
  );
}
