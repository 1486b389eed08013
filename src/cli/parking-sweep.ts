import { Command } from 'commander';
import type { ParkingChanges, ParkingMembers, SweptWindow } from '../../workflows/contract/parking-sweep';
import type { Sample } from '../../workflows/contract/sweep-report';
import { type Format, printAnswer, say } from './output';
import { withClient } from './session';
import { tableOf } from './table';
import { inSeconds } from './times';

export function parkingSweepCommand(): Command {
  return new Command('sweep')
    .description('Read now what has changed of stays and tolls in the whole fleet, and tell the parkings.')
    .option(
      '--full',
      "compare the provider's vehicles with the parkings here, and report what has drifted apart",
    )
    .addHelpText(
      'after',
      `
The worker does this by itself, as often as VIN_PARKING_SWEEP_INTERVAL says, and --full once a day. Each sweep reads on from
where the last one ended. The exit code is 0 whatever is found.`,
    )
    .action(async ({ full = false, output }: { full?: boolean; output: Format }) => {
      const { runParkingSweep } = require('../sweep/sweeps') as typeof import('../sweep/sweeps');
      const { parkingProvider } = require('../config/parkings') as typeof import('../config/parkings');
      const provider = parkingProvider(process.env);
      printAnswer(
        output,
        await withClient((client) => runParkingSweep(client, { provider, full, onNews: say })),
        (summary) => ('windows' in summary ? changesInWords(summary) : membersInWords(summary)),
      );
    });
}

/** What a sweep of the changes found, for people. */
export function changesInWords({ windows, signals, unmanaged, untold }: ParkingChanges): string {
  const table = tableOf(
    ['Credential', 'From', 'To', 'Stays', 'What is known'],
    windows.map(({ application, from, to, stays, outcome, words }) => [
      application,
      from ? inSeconds(from) : '',
      to ? inSeconds(to) : '',
      String(stays),
      words ?? WORDS[outcome],
    ]),
  );
  return [
    table,
    `Parkings told                     ${signals}`,
    `Stays of vehicles without parking ${unmanaged}`,
    ...(untold > 0 ? [`Parkings that could not be told   ${untold}: the next sweep tells them again.`] : []),
  ].join('\n');
}

const WORDS: Readonly<Record<SweptWindow['outcome'], string>> = {
  read: '',
  'no-level': 'its agreement is of level small: it shows no services',
  failed: 'failed: it is read again by the next sweep',
};

/** The kinds of drift: what each is, and what to do about it. */
const KINDS = [
  {
    key: 'vanished',
    title: 'Believed to be at the provider, and not in its list',
    next: 'Nothing at first: their parkings have been told, look for themselves and add the plate again. vin parking show PLATE says how far they are.',
  },
  {
    key: 'unmanaged',
    title: 'At the provider, and without a parking here',
    next: 'If the vehicle is yours: vin parking add PLATE takes it over. To have it removed as well, vin parking remove PLATE after that.',
  },
] as const satisfies readonly { key: keyof ParkingMembers; title: string; next: string }[];

/** What a comparison with the provider's vehicles found, for people. */
export function membersInWords(summary: ParkingMembers): string {
  const parts = KINDS.filter(({ key }) => summary[key].count > 0).map(
    ({ key, title, next }) => `${title}: ${summary[key].count}\n${platesOf(summary[key])}\n  next: ${next}`,
  );
  const { listed, parkings, doubted = 0, unread } = summary;
  const all = `${listed} vehicles at the provider, ${parkings} parkings here.`;
  if (doubted > 0) {
    parts.unshift(
      `The list of the provider looks cut: ${doubted} vehicles are missing in it, and this is not taken for drift.\n  next: Nothing at first: the next list that says the same, ten minutes later or more, is believed. If they are gone, look who has removed them.`,
    );
  }
  if (unread) {
    parts.unshift(
      `Rows of the provider's list that cannot be read: ${unread.rows}. Of ${unread.parkings} parkings it is not known whether they are among them, and none of these is taken for gone.\n  next: Compare the vehicles at the provider, and have what is odd about these rows corrected.`,
    );
  }
  return parts.length > 0 ? [...parts, all].join('\n\n') : `No drift: ${all}`;
}

function platesOf({ count, first }: Sample<{ readonly plate: string }>): string {
  const more = count - first.length;
  const lines = first.map(({ plate }) => `  ${plate}`);
  return [...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}
