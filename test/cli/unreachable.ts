/** Settings with which a command has all that it needs, and reaches nobody. */
export const UNREACHABLE = {
  TEMPORAL_ADDRESS: '127.0.0.1:9',
  HIGH_MOBILITY_BASE_URL: 'http://127.0.0.1:9',
  HIGH_MOBILITY_CLIENT_ID: 'id',
  HIGH_MOBILITY_CLIENT_SECRET: 'secret',
  HIGH_MOBILITY_WEBHOOK_SECRET: 'webhook',
} as const;
