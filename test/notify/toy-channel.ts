import { z } from 'zod';
import type { Channel } from '../../src/notify/channel';

/** The ids of the notices that were sent up. */
export const flares: string[] = [];

/** A channel as somebody would add one: this file, and one line in the registry. */
export const flareTower: Channel = {
  id: 'flare',
  reachesPeople: true,
  variables: {
    VIN_FLARE_COLOUR: { about: 'The colour of the flare.', schema: z.enum(['red', 'green']).optional() },
  },
  open({ VIN_FLARE_COLOUR: colour }) {
    if (colour === undefined) return null;
    return {
      async deliver({ id }) {
        flares.push(id);
        return { outcome: 'delivered', where: `a ${colour} flare`, id };
      },
      close: async () => undefined,
    };
  },
};
