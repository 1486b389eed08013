import { z } from 'zod';
import { VinError } from '../base/errors';
import { APPLICATION_NAME, type Application } from '../domain/application';
import { parseDuration } from '../domain/duration';
import { seenPart } from '../domain/name';
import { budgetsText } from './budgets';
import { paceText } from './pace';
import { placesText } from './places';
import { tokenShareText } from './token-share';
import { isZone } from './zone';

interface Settings {
  readonly about: string;
  readonly fallback?: string;
  /** The variable that has to be set with this one. */
  readonly needs?: string;
}

/**
 * Every environment variable of the product that is not Temporal's own. The descriptions are the
 * README's table (a test keeps them the same). Temporal's are read by @temporalio/envconfig.
 */
export const VARIABLES = {
  VIN_APPLICATION: {
    about:
      'The application that is meant where none is named: the provider, and what you call the application (docs/applications.md).',
  },
  VIN_APPLICATIONS: {
    about:
      'The applications that worker and gateway serve, with commas: each with variables of its own. Unset: that of `VIN_APPLICATION`.',
  },
  VIN_PLACES: {
    about:
      'Where vehicles of a list go that do not name their application: `fleet:acme=provider:application,brand:ford=provider:application`. A fleet counts before a brand (docs/applications.md).',
  },
  VIN_PARKING: {
    about:
      'The credentials for parking that worker and gateway have, with commas, each as `provider:name`. Vehicles are added and removed with the first one (docs/parking.md). Unset: no parking.',
  },
  VIN_PARKING_DETACH: {
    fallback: 'no',
    about:
      'Whether a plate is taken out of private profiles when it is added: `yes` or `no`. When it leaves it always is.',
  },
  VIN_PARKING_DECLINE: {
    fallback: 'no',
    about:
      'Whether what is unpaid is declined when a vehicle leaves, so that its owner is invoiced: `yes` or `no`.',
  },
  VIN_PARKING_LONG_STAY: {
    fallback: '24h',
    about: 'People are told of a stay that is longer; `off` for never.',
  },
  VIN_PARKING_PATIENCE: {
    fallback: '14d',
    about: 'For how long a stay that goes on keeps a vehicle that leaves.',
  },
  VIN_PARKING_SWEEP_INTERVAL: {
    fallback: '30m',
    about:
      'How often it is read what has changed of stays and tolls in the whole fleet; its vehicles are compared once a day. `off` for never.',
  },
  VIN_POLL_INTERVAL: {
    fallback: '6h',
    about: 'How often an activation looks by itself while it waits for the provider.',
  },
  VIN_SWEEP_INTERVAL: {
    fallback: '15m',
    about: "How often the provider's whole list is compared with what is believed here; `off` for never.",
  },
  VIN_ZONE: {
    fallback: 'UTC',
    about:
      "The time zone in which the day of an event is meant when a vehicle leaves, by its name in the IANA's table, such as `Europe/Berlin`.",
  },
  VIN_DEFLEET_DEADLINE: {
    fallback: '48h',
    about:
      'How long after the end of that day all access must have ended, where nobody says it with the order.',
  },
  VIN_BATCH_SIZE: {
    fallback: '100',
    about: 'The most vehicles that travel in one submission or one read.',
  },
  VIN_BATCH_WINDOW: {
    fallback: '2s',
    about: 'How long a submission or a read waits for others to travel with.',
  },
  VIN_BUDGETS: {
    about:
      "Calls a minute at endpoints, for all workers together: `submit=30,list=20`. Those not named keep the provider's own (docs/applications.md).",
  },
  VIN_PACE: {
    about:
      'How many vehicles of a batch are sent a message in a minute, by its kind: `retry=300,defleet=20` (docs/groups.md). Those not named keep their usual pace.',
  },
  VIN_GATEWAY_PORT: { fallback: '8080', about: 'Port of the gateway.' },
  VIN_GATEWAY_METRICS_PORT: {
    about: "A port of its own for the gateway's metrics, which the internet should not reach.",
  },
  VIN_API_TOKENS: {
    about: "The file of the HTTP API's tokens (docs/api.md), made by `vin token`. Without it the API is off.",
  },
  VIN_ENV_FILE: {
    about:
      'A file of further variables (`NAME=value`) that only you may read; what is set already stays. `vin --env-file` names one too.',
  },
  VIN_TEMPORAL_UI: {
    about:
      "Where Temporal's web UI is, as browsers reach it: the fleet page and `vin ui` link into it. That of `vin server` is at `http://127.0.0.1:8233`.",
  },
  VIN_TOKEN_SHARE: {
    fallback: 'waits=50,batches=2,starts=1200,checks=20,calls=1200',
    about:
      'What one token of the HTTP API may have: waits and batches at the same time, starts, eligibility checks and calls a minute (a page is a call for each 20 rows, a batch for each 20 items). Those not named keep their default.',
  },
  VIN_WORKER_METRICS_PORT: {
    about:
      "Where the worker serves Prometheus' metrics, Temporal's and ours (docs/deploying.md). Unset: nowhere.",
  },
  VIN_WORKER_CACHE: {
    fallback: '600',
    about: 'How many activations a worker keeps in memory; the others are replayed when needed.',
  },
  VIN_CATALOGUE: {
    about: 'A JSON file of brand, reason and policy overrides (docs/catalogue.md).',
  },
  VIN_CERTIFICATES: {
    about:
      'The folder where certificates are kept, the same for all workers (docs/certificates.md). Unset: none are issued.',
  },
  VIN_CERTIFICATE_KEY_FILE: {
    about: 'The file of the private key that signs certificates, made by `vin certificate create-key`.',
  },
  VIN_CERTIFICATE_KEY: {
    about: 'The private key itself (PEM), in the place of its file: where secrets come in variables.',
  },
  VIN_SPEED: {
    fallback: '1',
    about: 'For trials: divides every duration of the policy. Give `vin simulator` the same `--speed`.',
  },
  VIN_LOG_LEVEL: {
    fallback: 'info',
    about: 'What worker and gateway log: `debug`, `info`, `warn`, `error` or `silent`.',
  },
} as const satisfies Record<string, Settings>;
export type Variable = keyof typeof VARIABLES;

export type Environment = Readonly<Record<string, string | undefined>>;

const text = z.string().min(1);
const port = z.coerce.number('is not a number').int().min(0).max(65_535);
const duration = text.transform((value, context) => {
  try {
    return parseDuration(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

const sweepInterval = z.union(
  [z.literal('off').transform(() => null), duration.refine((milliseconds) => milliseconds >= 1_000)],
  'must be a duration of at least 1s, such as 15m, or off',
);

const yesOrNo = z.enum(['yes', 'no'], 'is neither yes nor no').transform((word) => word === 'yes');

/** `provider:application`. Whether there is such a provider is looked at in src/config/applications.ts. */
const application = z.string().transform((value, context) => {
  const [provider = '', name = '', ...more] = value.trim().split(':');
  if (APPLICATION_NAME.test(provider) && APPLICATION_NAME.test(name) && more.length === 0) {
    return { provider, application: name } satisfies Application;
  }
  context.addIssue({
    code: 'custom',
    message: `${JSON.stringify(value)} is no application: write provider:application, in lower case, digits and hyphens`,
  });
  return z.NEVER;
});

const schemas = {
  VIN_APPLICATION: application.optional(),
  VIN_APPLICATIONS: z
    .string()
    .transform((value) => value.split(','))
    .pipe(z.array(application).min(1))
    .optional(),
  VIN_PLACES: placesText,
  VIN_PARKING: z
    .string()
    .transform((value) => value.split(','))
    .pipe(z.array(application).min(1))
    .optional(),
  VIN_PARKING_DETACH: yesOrNo,
  VIN_PARKING_DECLINE: yesOrNo,
  VIN_PARKING_LONG_STAY: z.union(
    [z.literal('off').transform(() => null), duration.refine((milliseconds) => milliseconds > 0)],
    'must be a duration, such as 24h, or off',
  ),
  VIN_PARKING_PATIENCE: duration,
  VIN_PARKING_SWEEP_INTERVAL: sweepInterval,
  VIN_POLL_INTERVAL: duration.refine((milliseconds) => milliseconds >= 1_000, 'must be at least 1s'),
  VIN_SWEEP_INTERVAL: sweepInterval,
  VIN_ZONE: z.string().refine(isZone, 'is no time zone: write a name such as Europe/Berlin'),
  VIN_DEFLEET_DEADLINE: duration,
  VIN_BATCH_SIZE: z.coerce.number('is not a number').int().min(1).max(200),
  VIN_BATCH_WINDOW: duration.refine((milliseconds) => milliseconds <= 4_000, 'must be at most 4s'),
  VIN_BUDGETS: budgetsText,
  VIN_PACE: paceText,
  VIN_GATEWAY_PORT: port,
  VIN_GATEWAY_METRICS_PORT: port.optional(),
  VIN_API_TOKENS: text.optional(),
  VIN_ENV_FILE: text.optional(),
  VIN_TEMPORAL_UI: z.url({ protocol: /^https?$/, error: 'is not an http(s) address' }).optional(),
  VIN_TOKEN_SHARE: tokenShareText,
  VIN_WORKER_METRICS_PORT: port.refine((value) => value > 0, 'must name a port').optional(),
  VIN_WORKER_CACHE: z.coerce.number('is not a number').int().min(0).max(1_000_000),
  VIN_CATALOGUE: text.optional(),
  VIN_CERTIFICATES: text.optional(),
  VIN_CERTIFICATE_KEY_FILE: text.optional(),
  VIN_CERTIFICATE_KEY: text.optional(),
  VIN_SPEED: z.coerce.number('is not a number').min(1).max(1_000_000),
  VIN_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
} satisfies Record<Variable, z.ZodType>;

type Values<V extends Variable> = { [K in V]: z.output<(typeof schemas)[K]> };

/**
 * Reads and checks the variables that one part of the product needs.
 *
 * @throws VinError `CONFIG_INVALID`, naming each bad variable and its remedy; never a value of a secret.
 */
export function readConfig<V extends Variable>(environment: Environment, variables: readonly V[]): Values<V> {
  const rules = variables.map((variable) => [
    variable,
    { ...VARIABLES[variable], schema: schemas[variable] },
  ]);
  return readVariables(environment, Object.fromEntries(rules)) as Values<V>;
}

/** How a variable is read. */
export interface VariableRule extends Settings {
  readonly schema: z.ZodType;
}

/**
 * The same for variables that are described elsewhere.
 *
 * @param rules by the names of the variables.
 * @throws VinError `CONFIG_INVALID`.
 */
export function readVariables(
  environment: Environment,
  rules: Readonly<Record<string, VariableRule>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [variable, { schema, about, fallback, needs }] of Object.entries(rules)) {
    const result = schema.safeParse(seenPart(environment[variable] ?? '') || fallback);
    if (result.success) values[variable] = result.data;
    else problems.push(`${variable} ${complaint(environment[variable], result.error)} ${about}`);
    if (needs && seenPart(environment[variable] ?? '') && !seenPart(environment[needs] ?? '')) {
      problems.push(`${variable} is set without ${needs}. Set both or none.`);
    }
  }
  if (problems.length > 0) {
    throw new VinError(
      'CONFIG_INVALID',
      `The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
      'Set the variables named above (README, "Configuration") and start again.',
    );
  }
  return values;
}

function complaint(value: string | undefined, error: z.ZodError): string {
  if (!seenPart(value ?? '')) return 'is not set.';
  return `is not usable: ${error.issues.map((issue) => issue.message).join('; ')}.`;
}
