import type { ParkingMatter } from '../contract/parking';

/** What waits for a person; `unlocked`: payments that stayed open when the vehicle had left. */
export type ParkingTopic = ParkingMatter['matter'] | 'unlocked';

/**
 * Whose turn it is with a parking, and what that person does. The one home of it: notices, `vin todo`, the summary and the fleet page
 * read this.
 */
export const TURNS: Readonly<Record<ParkingTopic, { readonly owner: string; readonly action: string }>> = {
  'not-leaving': {
    owner: 'operations',
    action: 'See what stands in the way, and mend it: it is tried again by itself, and leaves then.',
  },
  'stay-goes-on': {
    owner: 'driver',
    action: 'Have the vehicle leave the car park: its parking ends when the stay has ended.',
  },
  stuck: {
    owner: 'operations',
    action: 'See what stands in the way, and mend it: it is tried again by itself.',
  },
  vanished: {
    owner: 'fleet-manager',
    action:
      'It was added again. Find out who removes plates there; if the vehicle has left the fleet: vin parking remove.',
  },
  'long-stay': {
    owner: 'fleet-manager',
    action: 'See where it is, and whether it is to stay there.',
  },
  unlocked: {
    owner: 'fleet-manager',
    action: 'Drivers may still pay for it on-line, and you as well: ask the provider to lock it.',
  },
};
