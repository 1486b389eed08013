/** A room of the house: files that do one job. */
export interface Room {
  /** The files and folders, without endings. */
  readonly paths: readonly string[];
  /** What is inside, as docs/architecture.md says it. */
  readonly holds: string;
  /** What its code may import of ours, besides itself: rooms, or single files of one. */
  readonly may: readonly string[] | 'everything';
  /** What it may import as types only: they are gone in what runs. */
  readonly types?: readonly string[];
  /** The packages that it may import; `node:` stands for Node's own modules. @default every one */
  readonly packages?: readonly string[];
}

/**
 * Every room, and what it may import. What is not said is forbidden, and what nobody uses is not said. The test of imports
 * holds it, and `npm run docs` writes it into docs/architecture.md.
 */
export const ROOMS: Readonly<Record<string, Room>> = {
  workflows: {
    paths: ['workflows'],
    holds:
      'What Temporal replays: the activation with its shell, the pure lifecycle, the messages it understands',
    may: ['src/domain'],
    types: ['activities', 'src/providers/provider'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
  },
  activities: {
    paths: ['activities'],
    holds: "One attempt each at the provider; its errors become Temporal's",
    may: ['src/domain', 'src/errors', 'src/providers', 'workflows/lifecycle'],
    types: ['workflows', 'src/notify', 'src/sweep'],
    packages: ['@temporalio/activity', '@temporalio/common'],
  },
  'src/domain': {
    paths: ['src/domain'],
    holds:
      'VIN, statuses, brands, reasons, rules: data and pure functions. Only the schema of the catalogue uses zod',
    may: ['src/errors'],
    packages: ['zod'],
  },
  'src/errors': {
    paths: ['src/errors', 'src/error-codes'],
    holds: 'The error that people see, and the table of its codes',
    may: [],
    packages: [],
  },
  'src/providers': {
    paths: ['src/providers'],
    holds:
      'A folder for each provider, with its profile and its client behind one interface; `registry.ts` names them',
    may: ['small parts', 'src/domain', 'src/errors', 'src/http'],
    types: ['settings'],
    packages: ['undici', 'zod', 'node:'],
  },
  'src/http': {
    paths: ['src/http'],
    holds: 'What clients of HTTP share: proxies, waits, failures in words',
    may: ['src/errors'],
    types: ['settings'],
    packages: ['undici', 'node:'],
  },
  'src/notify': {
    paths: ['src/notify'],
    holds: 'Escalations out: to the log, and to a signed webhook',
    may: ['src/errors', 'src/http', 'small parts'],
    types: ['workflows', 'settings'],
    packages: ['undici', 'node:'],
  },
  settings: {
    paths: [
      'src/applications',
      'src/bounds',
      'src/budgets',
      'src/catalogue',
      'src/config',
      'src/log',
      'src/own-application',
      'src/token-share',
    ],
    holds: 'What is set where it runs: variables, applications, the catalogue file, budgets, shares, the log',
    may: [
      'src/domain',
      'src/errors',
      'src/http/address',
      'src/notify/signature',
      'src/providers/registry',
      'src/providers/settings',
      'small parts',
      'workflows/limits',
    ],
    types: ['src/providers/profile'],
  },
  'small parts': {
    paths: [
      'src/hidden-vin',
      'src/private-files',
      'src/sentences',
      'src/system-words',
      'src/temporary-folder',
      'src/version',
      'src/visible',
    ],
    holds: 'Texts for people, files that only we may read, the version',
    may: [],
    packages: ['node:'],
  },
  'src/fleet-list': {
    paths: ['src/fleet-list'],
    holds: "A fleet's CSV, row by row, and the verdicts",
    may: ['settings', 'small parts', 'src/domain', 'src/errors'],
    types: ['src/providers'],
    packages: ['csv-parse/sync', 'node:'],
  },
  'src/temporal': {
    paths: ['src/temporal'],
    holds: 'Connections, the worker, the embedded server, what the outside asks of activations',
    may: [
      'activities',
      'settings',
      'small parts',
      'src/domain',
      'src/errors',
      'src/http',
      'src/providers/turns',
      'workflows',
    ],
    types: ['src/providers'],
  },
  'src/sweep': {
    paths: ['src/sweep'],
    holds: "Compares the provider's whole list with what activations believe",
    may: [
      'activities/observation',
      'small parts',
      'src/domain',
      'src/errors',
      'src/fleet-list/cells',
      'src/providers/turns',
      'src/temporal',
      'workflows',
    ],
    types: ['src/providers'],
  },
  'src/gateway': {
    paths: ['src/gateway'],
    holds: 'Webhooks in, and the HTTP API',
    may: ['settings', 'small parts', 'src/domain', 'src/errors', 'src/temporal', 'workflows'],
    types: ['src/providers'],
  },
  'src/simulator': {
    paths: ['src/simulator'],
    holds: "The provider on this machine; shares no code with our client, only the catalogue's data",
    may: ['src/domain', 'src/errors', 'src/http', 'src/providers/high-mobility/catalogue'],
  },
  'src/demo': {
    paths: ['src/demo'],
    holds: 'The trial run of `npm start`',
    may: [
      'small parts',
      'src/domain',
      'src/errors',
      'src/simulator/expectation',
      'src/temporal',
      'workflows/search-attributes',
    ],
    types: ['src/fleet-list'],
  },
  'src/cli': {
    paths: ['src/cli'],
    holds: 'The commands, one file each; they alone put parts together',
    may: 'everything',
  },
};
