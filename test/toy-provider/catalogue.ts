import type { CatalogueFile } from '../../src/catalogue/schema';

/** What its makes and words mean. */
export const CATALOGUE = {
  policy: {
    pollInterval: '6h',
    sweptPollInterval: '30d',
    withdrawPollInterval: '30m',
    transitionRetry: '15m',
    lostAfter: '24h',
    patience: '3d',
    eligibility: 'off',
    drift: 'park',
    firstData: { ask: true, delay: '1h', backoff: 2, maximum: '1d', within: '14d' },
    cancelPendingAfter: '0s',
    defaultTags: {},
    ladders: {
      default: [{ after: '0s', audience: 'owner' }],
      support: [{ after: '0s', audience: 'owner' }],
      waiting: [{ after: '5d', audience: 'fleet-manager' }],
    },
  },
  brands: {
    tin: { name: 'Tin Motors', aliases: ['Tin'], group: 'tin', canCancelPending: true },
  },
  reasons: [
    {
      id: 'to-enable',
      on: ['pending'],
      texts: ['Ready', 'Off'],
      brands: ['*'],
      class: 'progress',
      owner: 'nobody',
      action: 'Nothing: it is enabled by itself.',
      retry: { kind: 'never' },
      ladder: 'default',
      source: 'the toy',
    },
    {
      id: 'checking',
      on: ['pending'],
      texts: ['Checking', ''],
      brands: ['*'],
      class: 'progress',
      owner: 'nobody',
      action: 'Nothing: the provider is looking at it.',
      retry: { kind: 'never' },
      ladder: 'default',
      source: 'the toy',
    },
  ],
  unknownReason: {
    class: 'unknown',
    owner: 'fleet-manager',
    action: 'Ask the provider what this means.',
    retry: { kind: 'owner' },
    ladder: 'support',
  },
} satisfies Omit<CatalogueFile, 'version' | 'traits'>;
