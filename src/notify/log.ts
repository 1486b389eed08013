import type { Notice } from '../../workflows/contract/notice';
import { redactVin } from '../base/redact-vin';
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

/** A notice as a log may hold it: the VIN is shortened, also where it is part of another text. */
export function factsOf(notice: Notice): Record<string, unknown> {
  if (notice.vin === '') return { ...notice };
  const vehicle = redactVin(notice.vin);
  const { vin: _, ...rest } = notice;
  return { vehicle, ...JSON.parse(JSON.stringify(rest).replaceAll(notice.vin, vehicle)) };
}
