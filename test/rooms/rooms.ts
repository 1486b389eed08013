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
    paths: [
      'workflows/again',
      'workflows/day-count',
      'workflows/index',
      'workflows/parking-sweep',
      'workflows/sweep',
    ],
    holds:
      'What Temporal knows by name: the activation, the parking, the defleeting, the sweep, the notices, the batch, the ledger of certificates and the days',
    may: [
      'workflows/activation',
      'workflows/batch',
      'workflows/certificates',
      'workflows/contract',
      'workflows/days',
      'workflows/defleeting',
      'workflows/notices',
      'workflows/parking',
      'workflows/tokens',
    ],
    types: ['activities'],
    packages: ['@temporalio/workflow'],
  },
  'workflows/activation': {
    paths: ['workflows/activation'],
    holds: 'The shell of an activation: its loop, its timer, its inbox, the commands that it has carried out',
    may: ['src/domain', 'workflows/contract', 'workflows/lifecycle'],
    types: ['activities'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
  },
  'workflows/notices': {
    paths: ['workflows/notices'],
    holds: 'Delivers the notices for one audience, on every channel, and remembers what became of them',
    may: [
      'src/domain',
      'workflows/activation/engine',
      'workflows/activation/under-way',
      'workflows/contract',
      'workflows/activation/fresh-run',
    ],
    types: ['activities'],
    packages: ['@temporalio/workflow'],
  },
  'workflows/batch': {
    paths: ['workflows/batch'],
    holds: 'Sends one message to each vehicle of a group, page by page, and remembers what came of each',
    may: ['src/domain', 'workflows/contract', 'workflows/activation/fresh-run'],
    types: ['activities'],
    packages: ['@temporalio/workflow'],
  },
  'workflows/defleeting': {
    paths: ['workflows/defleeting'],
    holds: 'A vehicle leaves: the pure rules, and the shell that has them carried out at all applications',
    may: [
      'src/domain',
      'workflows/activation/engine',
      'workflows/activation/under-way',
      'workflows/contract',
      'workflows/activation/fresh-run',
    ],
    types: ['activities', 'src/certificates', 'workflows/lifecycle'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
  },
  'workflows/parking': {
    paths: ['workflows/parking'],
    holds:
      'One plate at a provider of parking: the pure rules of how it comes, stays and leaves, and the shell that has them carried out',
    may: [
      'src/domain',
      'workflows/activation/under-way',
      'workflows/contract',
      'workflows/activation/fresh-run',
    ],
    types: ['activities'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
  },
  'workflows/tokens': {
    paths: ['workflows/tokens'],
    holds: 'Keeps the access token of a credential, sealed, for all workers and beyond their restarts',
    may: [
      'src/domain',
      'workflows/activation/under-way',
      'workflows/contract',
      'workflows/activation/fresh-run',
    ],
    types: ['activities'],
    packages: ['@temporalio/workflow'],
  },
  'workflows/days': {
    paths: ['workflows/days'],
    holds: 'Keeps the numbers of each day, a month in one workflow',
    may: ['src/domain', 'workflows/contract', 'workflows/activation/fresh-run'],
    packages: ['@temporalio/workflow'],
  },
  'workflows/certificates': {
    paths: ['workflows/certificates'],
    holds: 'Keeps the order in which certificates are signed, one after the other, and the newest of them',
    may: ['workflows/contract', 'workflows/activation/fresh-run'],
    types: ['activities'],
    packages: ['@temporalio/workflow'],
  },
  'workflows/lifecycle': {
    paths: ['workflows/lifecycle'],
    holds: 'The pure part: what an event changes, what is to be done next, whom to tell, when it may end',
    may: ['src/domain', 'workflows/contract'],
    types: ['src/providers'],
    packages: [],
  },
  'workflows/contract': {
    paths: ['workflows/contract'],
    holds: 'What the outside and workflows agree on: messages, ids, columns, memo, task queues',
    may: ['src/domain'],
    types: ['workflows/defleeting', 'workflows/lifecycle', 'workflows/parking'],
    packages: ['@temporalio/common'],
  },
  activities: {
    paths: ['activities'],
    holds: "One attempt each at the provider; its errors become Temporal's",
    may: [
      'src/base/errors',
      'src/base/seal',
      'src/calls',
      'src/domain',
      'src/notify/notice-error',
      'src/providers/parking',
      'src/providers/provider-error',
      'workflows/lifecycle/lifecycle',
      'workflows/lifecycle/submission-trace',
    ],
    types: [
      'src/activations',
      'src/certificates',
      'src/defleetings',
      'src/notify',
      'src/providers',
      'src/sweep',
      'workflows/activation',
      'workflows/contract',
      'workflows/defleeting',
      'workflows/lifecycle',
      'workflows/parking',
    ],
    packages: ['@temporalio/activity', '@temporalio/common', 'node:'],
  },
  'src/base': {
    paths: ['src/base'],
    holds:
      'The error that people see with the table of its codes, texts for people, files that only we may read, the version',
    may: [],
    packages: ['node:'],
  },
  'src/domain': {
    paths: ['src/domain'],
    holds: 'VIN, statuses, reasons, rules: data and pure functions',
    may: ['src/base/errors'],
    types: ['src/catalogue'],
    packages: [],
  },
  'src/catalogue': {
    paths: ['src/catalogue'],
    holds: 'What brands and reasons mean: the schema, and the file that is laid over it',
    may: [
      'src/base/errors',
      'src/base/named-file',
      'src/domain',
      'src/notify/registry',
      'src/providers/registry',
    ],
    types: ['src/providers'],
    packages: ['zod', 'node:'],
  },
  'src/providers': {
    paths: ['src/providers'],
    holds:
      'A folder for each provider, with its profile and its client behind one interface; `registry.ts` names them',
    may: ['src/base', 'src/domain', 'src/http'],
    types: ['src/catalogue', 'src/config'],
    packages: ['undici', 'zod', 'node:'],
  },
  'src/calls': {
    paths: ['src/calls'],
    holds:
      'How calls leave: many in one, within the budget, after the wait that a provider asks for, few while it is in trouble, counted',
    may: ['src/base/errors', 'src/domain/trouble', 'src/domain/vin', 'src/providers/provider-error'],
    types: ['src/base', 'src/domain', 'src/providers'],
    packages: ['node:'],
  },
  'src/http': {
    paths: ['src/http'],
    holds: 'What clients of HTTP share: proxies, waits, failures in words',
    may: ['src/base/errors'],
    types: ['src/config'],
    packages: ['undici', 'node:'],
  },
  'src/notify': {
    paths: ['src/notify'],
    holds: 'Notices out: a file for each channel (the log, a signed webhook), and `registry.ts` names them',
    may: ['src/base', 'src/http'],
    types: ['src/config', 'workflows/contract'],
    packages: ['undici', 'zod', 'node:'],
  },
  'src/config': {
    paths: ['src/config'],
    holds: 'What is set where it runs: variables, applications, budgets, shares, the log',
    may: [
      'src/base',
      'src/catalogue',
      'src/domain',
      'src/notify/registry',
      'src/providers/registry',
      'src/providers/settings',
      'workflows/contract/messages',
      'workflows/lifecycle/limits',
    ],
    types: ['src/notify', 'src/providers', 'workflows/contract'],
    packages: ['zod', 'pino', 'node:'],
  },
  'src/certificates': {
    paths: ['src/certificates'],
    holds: 'What a vehicle that has left is certified with: the files, their signatures, their store',
    may: ['src/base/errors', 'src/base/private-files', 'src/domain/cut'],
    types: ['src/domain'],
    packages: ['zod', 'node:'],
  },
  'src/fleet-list': {
    paths: ['src/fleet-list'],
    holds: "A fleet's CSV: its bytes (`encoding.ts`), row by row, and the verdicts",
    may: ['src/base', 'src/config/bounds', 'src/domain'],
    types: ['src/calls', 'src/catalogue', 'src/providers'],
    packages: ['csv-parse/sync', 'node:'],
  },
  'src/temporal': {
    paths: ['src/temporal'],
    holds: 'Connections, namespace, the clock, the worker and its bundle',
    may: [
      'activities',
      'src/base',
      'src/calls/rate-limiter',
      'src/config/config',
      'src/domain',
      'src/http',
      'src/providers/provider-error',
      'workflows/contract',
    ],
    types: ['src/activations', 'src/calls', 'src/config/log', 'src/notify', 'src/providers', 'src/snapshot'],
  },
  'src/activations': {
    paths: ['src/activations'],
    holds: 'What the outside asks of activations: start, send to one or to many, search, report, wait, count',
    may: [
      'src/base/errors',
      'src/certificates/keys',
      'src/config/bounds',
      'src/domain',
      'src/temporal/grpc',
      'workflows/batch/ledger',
      'workflows/contract',
      'workflows/lifecycle',
    ],
    types: ['activities', 'src/catalogue', 'src/certificates'],
    packages: ['@temporalio/client', '@temporalio/client/lib/helpers', '@temporalio/common', 'node:'],
  },
  'src/defleetings': {
    paths: ['src/defleetings'],
    holds:
      'What the outside asks of defleetings, what carries them out with Temporal alone, and days in a zone',
    may: [
      'src/activations',
      'src/base',
      'src/domain',
      'src/temporal',
      'workflows/contract',
      'workflows/defleeting',
    ],
    types: ['activities'],
    packages: ['@temporalio/client', '@temporalio/common', 'node:'],
  },
  'src/snapshot': {
    paths: ['src/snapshot'],
    holds:
      'All that is open in one picture, read from lists alone, and what people (`todo.ts`: in groups, by harm) and figures are told of it',
    may: [
      'src/activations',
      'src/defleetings',
      'src/domain',
      'src/parkings',
      'workflows/contract',
      'workflows/parking/turns',
    ],
    packages: ['@temporalio/client', 'node:'],
  },
  'src/days': {
    paths: ['src/days'],
    holds: 'What each day looked like: counted from a snapshot, kept by a workflow, and read back',
    may: ['src/activations', 'src/domain', 'src/snapshot', 'workflows/contract'],
  },
  'src/parkings': {
    paths: ['src/parkings'],
    holds: 'What the outside asks of parkings: add, list, show, remove, services and locks',
    may: ['src/activations', 'src/base', 'src/domain', 'workflows/contract', 'workflows/parking'],
    types: ['activities'],
    packages: ['@temporalio/client', '@temporalio/common', 'node:'],
  },
  'src/replay': {
    paths: ['src/replay'],
    holds: 'Histories: replayed by this code, and a stuck activation brought back to where it can go on',
    may: ['src/activations', 'src/base/errors', 'src/temporal', 'workflows/contract'],
    types: ['src/domain'],
  },
  'src/sweep': {
    paths: ['src/sweep'],
    holds:
      "Compares the provider's whole list with what activations believe, and reads what has changed of stays, by a schedule",
    may: [
      'activities/observation',
      'src/activations',
      'src/base',
      'src/calls/rate-limiter',
      'src/domain',
      'src/fleet-list/cells',
      'src/providers/parking',
      'src/temporal',
      'workflows/contract',
    ],
    types: ['src/providers', 'workflows/lifecycle'],
  },
  'src/doctor': {
    paths: ['src/doctor'],
    holds: 'Looks whether all parts work together, and says what to do where they do not',
    may: [
      'src/base',
      'src/domain',
      'src/http',
      'src/providers/settings',
      'src/temporal',
      'workflows/contract',
    ],
    types: ['src/config', 'src/notify', 'src/providers'],
    packages: ['@temporalio/client', 'undici', 'node:'],
  },
  'src/gateway': {
    paths: ['src/gateway'],
    holds: 'Webhooks in, the HTTP API, and the fleet page',
    may: [
      'src/activations',
      'src/base',
      'src/certificates/jws',
      'src/certificates/keys',
      'src/config/bounds',
      'src/config/token-share',
      'src/days',
      'src/defleetings',
      'src/domain',
      'src/parkings',
      'src/snapshot',
      'workflows/contract',
      'workflows/lifecycle',
    ],
    types: ['activities', 'src/certificates', 'src/catalogue', 'src/config', 'src/providers'],
  },
  'src/trial/temporal-server': {
    paths: ['src/trial/temporal-server'],
    holds:
      'The Temporal server of `npm start`, `vin server` and the tests: downloaded, or built from Go modules',
    may: ['src/base', 'src/domain', 'src/http', 'src/temporal'],
    types: ['src/config'],
  },
  'src/trial/simulator': {
    paths: ['src/trial/simulator'],
    holds: "The provider on this machine; shares no code with our client, only the catalogue's data",
    may: ['src/base/errors', 'src/domain', 'src/http', 'src/providers/high-mobility/catalogue'],
  },
  'src/trial/demo': {
    paths: ['src/trial/demo'],
    holds: 'The trial run of `npm start`',
    may: [
      'src/base',
      'src/domain',
      'src/temporal',
      'src/trial/simulator/shared/expectation',
      'src/trial/temporal-server',
      'workflows/contract/search-attributes',
    ],
    types: ['src/activations', 'src/fleet-list'],
  },
  'src/cli': {
    paths: ['src/cli'],
    holds: 'The commands, one file each; they alone put parts together',
    may: 'everything',
  },
};
