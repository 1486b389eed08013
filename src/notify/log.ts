import type { Notice } from '../../workflows/contract/notice';
import { redactPlate, redactVin } from '../base/redact-vin';
import type { Channel } from './channel';

/** The worker's own log. It is always there, and tells nobody who does not look. */
export const logChannel: Channel = {
  id: 'log',
  reachesPeople: false,
  variables: {},
  open: (_settings, { log }) => ({
    async deliver(notice) {
      log.warn(factsOf(notice), 'notice');
      return { outcome: 'delivered', where: 'the log of the worker', id: notice.id };
    },
    close: async () => undefined,
  }),
};

/** A notice as a log may hold it: VIN and plate are shortened, also where they are part of another text. */
export function factsOf(notice: Notice): Record<string, unknown> {
  const { vin, plate, ...rest } = notice;
  if (vin === '' && plate === undefined) return { ...notice };
  const short = plate === undefined ? redactVin(vin) : redactPlate(plate);
  let text = JSON.stringify(rest);
  if (plate !== undefined) text = text.replaceAll(plate, short);
  if (vin !== '') text = text.replaceAll(vin, redactVin(vin));
  return { vehicle: short, ...JSON.parse(text) };
}
