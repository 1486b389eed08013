import { activationId } from '../../workflows/contract/messages';
import { queryOf } from '../activations/search';
import { listLink, type TemporalUi, VIEWS, workflowLink } from '../activations/ui-links';
import { VinError } from '../base/errors';
import { readConfig } from '../config/config';
import { isLoopback } from '../http/address';
import { readTemporalConfig } from '../temporal/connection';
import { filterIn } from './filter-options';
import { printAnswer } from './output';
import { ownApplication, readKnownVin } from './session';
import type { UiOptions } from './ui-command';

/** Where the UI of `vin server` is. */
const USUAL = 'http://127.0.0.1:8233';

interface Link {
  readonly name: string;
  readonly about: string;
  readonly link: string;
}

export function printLinks(vin: string | undefined, { output, ...words }: UiOptions): void {
  const ui = uiHere();
  printAnswer(output, { links: linksOf(ui, vin, words) }, ({ links }) =>
    links.map(({ about, link }) => `${about}\n  ${link}`).join('\n'),
  );
}

function linksOf(ui: TemporalUi, text: string | undefined, words: Omit<UiOptions, 'output'>): Link[] {
  if (text !== undefined) {
    const vin = readKnownVin(text);
    const link = workflowLink(ui, activationId(ownApplication(), vin));
    return [{ name: 'vehicle', about: `The activation of ${vin}`, link }];
  }
  const chosen = filterIn(words, 'vin ui');
  if (chosen.words) {
    return [{ name: 'filter', about: chosen.words, link: listLink(ui, queryOf(chosen.filter)) }];
  }
  return Object.entries(VIEWS).map(([name, { about, query }]) => ({
    name,
    about,
    link: listLink(ui, query(Date.now())),
  }));
}

/** @throws VinError `CONFIG_INVALID` where nobody has said where it is, and Temporal is not on this machine. */
function uiHere(): TemporalUi {
  const { VIN_TEMPORAL_UI: set } = readConfig(process.env, ['VIN_TEMPORAL_UI']);
  const { address, namespace } = readTemporalConfig(process.env);
  const isHere = isLoopback(address.slice(0, address.lastIndexOf(':')));
  if (set === undefined && !isHere) {
    throw new VinError(
      'CONFIG_INVALID',
      `Nobody has said where the web UI of the Temporal server at ${address} is.`,
      'Set VIN_TEMPORAL_UI to its address, such as https://temporal.example.com.',
    );
  }
  return { url: set ?? USUAL, namespace };
}
