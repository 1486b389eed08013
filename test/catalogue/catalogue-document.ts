import { BUILT_IN } from '../../src/catalogue/catalogue';
import { type CatalogueReason, catalogueSchema } from '../../src/catalogue/schema';
import { formatDuration } from '../../src/domain/duration';
import { table } from '../support/made-part';

const catalogue = catalogueSchema.parse(BUILT_IN);

/** The catalogue's tables as Markdown. */
export function catalogueTables(): string {
  const { policy, brands, reasons, unknownReason } = catalogue;
  const yes = (value: boolean) => (value ? 'yes' : '');
  const unknown = { id: 'unknown', on: ['any'], texts: ['(any other text)'], brands: ['*'], source: '' };
  return [
    `Version of the built-in catalogue: \`${catalogue.version}\``,
    '### Brands',
    table(
      [
        'Brand',
        'Name',
        'Also written',
        'Group',
        'Cancels pending',
        'Eligibility check',
        'One project only',
        'Required tags',
        "Carmaker's clocks",
      ],
      Object.entries(brands).map(([id, brand]) => [
        `\`${id}\``,
        brand.name,
        brand.aliases.join(', '),
        `\`${brand.group}\``,
        yes(brand.canCancelPending),
        yes(brand.eligibilityCheck),
        yes(brand.oneProjectOnly),
        brand.requiredTags.map((tag) => `\`${tag}\``).join(', '),
        Object.entries(brand.clocks)
          .map(([clock, time]) => `${clock} ${formatDuration(time ?? 0)}`)
          .join(', '),
      ]),
    ),
    '### Reasons',
    table(
      [
        'Reason',
        "Provider's text",
        'On',
        'Brands',
        'Class',
        'Who acts',
        'Action',
        'Sent again',
        'Ladder',
        'Source',
      ],
      [...reasons, { ...unknown, ...unknownReason }].map((reason) => [
        `\`${reason.id}\``,
        reason.texts.map((text) => text || '(none given)').join('<br>'),
        reason.on.join(', '),
        reason.brands.map((scope) => (scope === '*' ? 'all' : scope)).join(', '),
        reason.class,
        reason.owner,
        reason.action,
        reason.on.some((status) => status !== 'pending') ? retryInWords(reason.retry) : '',
        reason.ladder,
        reason.source,
      ]),
    ),
    '### Ladders',
    table(
      ['Ladder', 'Levels'],
      Object.entries(policy.ladders).map(([name, levels]) => [
        name,
        levels
          .map(({ after, audience, every }) => {
            const when = after === 0 ? 'at once' : `after ${formatDuration(after)}`;
            return `${when}: ${audience}${every === undefined ? '' : `, again every ${formatDuration(every)}`}`;
          })
          .join('<br>'),
      ]),
    ),
    '### Times of the policy',
    table(
      ['Setting', 'Value'],
      Object.entries(policy)
        .filter((setting): setting is [string, number] => typeof setting[1] === 'number')
        .map(([name, time]) => [`\`${name}\``, formatDuration(time)]),
    ),
  ].join('\n\n');
}

function retryInWords(retry: CatalogueReason['retry']): string {
  switch (retry.kind) {
    case 'never':
      return 'never';
    case 'owner':
      return 'once it is done';
    case 'amend':
      return retry.tag ? `with the tag \`${retry.tag}\`` : 'once corrected';
    case 'after': {
      const { delay, maximum, attempts } = retry;
      return `after ${formatDuration(delay)}, up to ${formatDuration(maximum)}, ${attempts} times`;
    }
  }
}
