import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { GATEWAY_VARIABLES } from '../src/cli/gateway';
import { createProgram } from '../src/cli/vin';
import { WORKER_VARIABLES } from '../src/cli/worker';
import { createApplications } from '../src/config/applications';
import { CERTIFICATE_VARIABLES } from '../src/config/certificates';
import { channelVariables } from '../src/config/channels';
import { PARKING_VARIABLES } from '../src/config/parkings';
import { parseDuration } from '../src/domain/duration';
import { proxyFor } from '../src/http/proxy';
import { CHANNELS } from '../src/notify/registry';
import { highMobility } from '../src/providers/high-mobility/profile';
import { PROVIDERS } from '../src/providers/registry';
import { variableName } from '../src/providers/settings';
import { GRACE } from '../src/temporal/worker';
import { SEARCH_ATTRIBUTES } from '../workflows/contract/search-attributes';
import { APP } from './support/application';

const ofDefault = (part: string): string => variableName(APP, part);

/** Docker is not needed for any of this: the files are read, not run. */

const ROOT = path.join(__dirname, '..');
const text = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly target: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: unknown;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly stop_grace_period?: string;
}

const compose = parse(text('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, null>;
};
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build !== undefined);

// dclint carries the schema of the Compose Specification; Ajv does not know the address of its meta-schema.
const { $schema: _address, ...schema } = JSON.parse(
  text('node_modules/dclint/schemas/compose.schema.json'),
) as Record<string, unknown>;
const isValid = new Ajv({ strict: false }).compile(schema);

describe('docker-compose.yml', () => {
  test('is valid by the schema of the Compose Specification', () => {
    isValid(compose);
    expect(isValid.errors).toBeNull();
  });

  test.each([
    ['a misspelt key', { comand: ['x'] }],
    ['a list where a text belongs', { environment: { PORT: [1] } }],
    ['a condition that does not exist', { depends_on: { temporal: { condition: 'healthy' } } }],
    ['a number where a duration belongs', { healthcheck: { test: ['CMD', 'true'], timeout: 5 } }],
    ['a port with a misspelt key', { ports: [{ target: 80, protcol: 'tcp' }] }],
  ])('would be refused with %s', (_case, part) => {
    const service = JSON.parse(JSON.stringify({ ...compose.services['temporal'], ...part })) as unknown;
    expect(isValid({ ...compose, services: { temporal: service } })).toBe(false);
  });

  test('says of each service which image it runs or how it is built', () => {
    for (const [, { image, build }] of services) expect([image, build].filter(Boolean)).toHaveLength(1);
  });

  test('gives every duration its unit', () => {
    const durations = text('docker-compose.yml').match(/(?<=(?:interval|timeout|period): ).*/g) ?? [];
    expect(durations.length).toBeGreaterThan(0);
    for (const duration of durations) expect(duration).toMatch(/^(\d+(ms|s|m|h))+$/);
  });

  test('pins every image to one version', () => {
    const images = services.flatMap(([, { image }]) => image ?? []);
    expect(images.length).toBeGreaterThan(0);
    for (const image of images) expect(image).toMatch(/:\d+\.\d+(\.\d+)?(@sha256:[0-9a-f]{64})?$/);
  });

  test('takes server and tools of Temporal in the same version', () => {
    const versions = services.flatMap(
      ([, { image }]) => /temporalio\/(?:server|admin-tools):([^@]*)/.exec(image ?? '')?.[1] ?? [],
    );
    expect(versions).toHaveLength(3);
    expect(new Set(versions).size).toBe(1);
  });

  test('waits only for services that exist, and for health only where health is checked', () => {
    const waits = services.flatMap(([name, service]) =>
      Object.entries(service.depends_on ?? {}).map(([target, { condition }]) => ({
        name,
        target,
        condition,
      })),
    );
    expect(waits.length).toBeGreaterThan(0);
    for (const { target, condition } of waits) {
      expect(Object.keys(compose.services)).toContain(target);
      if (condition === 'service_healthy') expect(compose.services[target]?.healthcheck).toBeDefined();
    }
  });

  test('opens ports to this machine only, and none of the database', () => {
    for (const port of services.flatMap(([, { ports }]) => ports ?? []))
      expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(compose.services['postgresql']?.ports).toBeUndefined();
  });

  test('mounts only files that are in the repository, and volumes that are declared', () => {
    for (const volume of services.flatMap(([, { volumes }]) => volumes ?? [])) {
      const source = volume.split(':')[0] ?? '';
      if (source.startsWith('.')) expect(existsSync(path.join(ROOT, source))).toBe(true);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
    const mounted = text('docker-compose.yml').match(/\/setup\/[\w.-]+/g) ?? [];
    expect(mounted.length).toBeGreaterThan(0);
    for (const file of mounted) {
      expect(existsSync(path.join(ROOT, file.replace('/setup/', 'deploy/temporal/')))).toBe(true);
    }
  });

  test('lets a worker finish what is under way before it is killed', () => {
    const given = parseDuration(compose.services['worker']?.stop_grace_period ?? '');
    expect(given).toBeGreaterThanOrEqual(parseDuration(GRACE) + 10_000);
  });

  test('runs commands and options that vin has', () => {
    expect(ours.map(([name]) => name).sort()).toEqual(['gateway', 'worker']);
    for (const [, { command = [] }] of ours) {
      const found = createProgram().commands.find((candidate) => candidate.name() === command[0]);
      expect(found?.parseOptions(command.slice(1)).unknown).toEqual([]);
    }
  });
});

describe('the variables of docker-compose.yml', () => {
  const uses = [...text('docker-compose.yml').matchAll(/\$\{(\w+)(:[?-])?([^}]*)/g)].map(
    ([, name = '', kind, fallback]) => ({ name, kind, fallback }),
  );
  const ofTheDatabase = ['POSTGRES_PASSWORD'];
  const ofTheNetwork = ['HTTPS_PROXY', 'NO_PROXY'];

  test('are those that our configuration documents', () => {
    expect(uses.length).toBeGreaterThan(0);
    for (const { name } of uses) {
      expect([
        ...Object.keys(createApplications(PROVIDERS).everyVariable()),
        ...ofTheDatabase,
        ...ofTheNetwork,
      ]).toContain(name);
    }
  });

  test('reach our containers under the names that our configuration reads', () => {
    for (const [, { environment = {} }] of ours) {
      for (const name of Object.keys(environment)) {
        if (name.startsWith('TEMPORAL_') || ofTheNetwork.includes(name)) continue;
        expect(Object.keys(createApplications(PROVIDERS).everyVariable())).toContain(name);
      }
    }
  });

  /** What each of our containers reads, of its own and of the application `default`. */
  const READ: Record<string, readonly string[]> = {
    worker: [
      ...WORKER_VARIABLES,
      ...CERTIFICATE_VARIABLES,
      ...Object.keys(channelVariables(CHANNELS)),
      ...highMobility.credentials.map(ofDefault),
    ],
    gateway: [...GATEWAY_VARIABLES, ofDefault('BASE_URL'), ...highMobility.webhook.secrets.map(ofDefault)],
  };
  const BY_BOTH = [
    'VIN_APPLICATION',
    'VIN_APPLICATIONS',
    'VIN_CATALOGUE',
    'VIN_LOG_LEVEL',
    'VIN_PARKING',
    ...PARKING_VARIABLES,
  ];
  /** What the command line of the container says in their place. */
  const BY_OPTION: Record<string, readonly string[]> = { worker: [], gateway: ['VIN_GATEWAY_PORT'] };

  test.each(ours)('reach %s, every one that it reads and no other', (name, { environment = {} }) => {
    const ofOurs = Object.keys(environment).filter(
      (variable) => !variable.startsWith('TEMPORAL_') && !ofTheNetwork.includes(variable),
    );
    const wanted = new Set([...(READ[name] ?? []), ...BY_BOTH]);
    for (const variable of BY_OPTION[name] ?? []) wanted.delete(variable);
    expect(ofOurs.sort()).toEqual([...wanted].sort());
  });

  test('are all in the example, and the example has no other', () => {
    const lines = [...text('deploy/example.env').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    expect([...new Set(lines)].sort()).toEqual([...new Set(uses.map(({ name }) => name))].sort());
    expect(lines).toHaveLength(new Set(lines).size);
  });

  test('have no default where they are secret, and are then in the example to fill in', () => {
    const secrets = uses.filter(({ name }) => /PASSWORD|SECRET|CLIENT_ID/.test(name));
    expect(new Set(secrets.map(({ name }) => name)).size).toBe(6);
    // In the place of the client secret there may be a private key.
    const optional = [
      'VIN_NOTIFY_SECRET',
      'HIGH_MOBILITY_CLIENT_SECRET',
      'HIGH_MOBILITY_WEBHOOK_SECRET_PREVIOUS',
    ];
    for (const { name, kind, fallback } of secrets) {
      if (optional.includes(name)) expect([kind, fallback]).toEqual([':-', '']);
      else expect(kind).toBe(':?');
      expect(text('deploy/example.env')).toMatch(new RegExp(`^${name}=$`, 'm'));
    }
  });

  test('leave Temporal beside our containers out of any proxy', () => {
    for (const [, { environment = {} }] of ours) {
      const { TEMPORAL_ADDRESS = '', NO_PROXY = '' } = environment;
      const HTTPS_PROXY = 'http://proxy.corp:3128';
      expect(proxyFor(TEMPORAL_ADDRESS, { HTTPS_PROXY })).toBeDefined();
      expect(proxyFor(TEMPORAL_ADDRESS, { HTTPS_PROXY, NO_PROXY })).toBeUndefined();
    }
  });

  test('are kept out of git', () => {
    expect(text('.gitignore').split('\n')).toContain('.env');
  });
});

test('the set-up job registers the search attributes that activations set', () => {
  const registered = [
    ...text('deploy/temporal/set-up-namespace.sh').matchAll(
      /^patiently create_search_attribute (\w+) (\w+)$/gm,
    ),
  ].map(([, name, type]) => [name, type]);
  expect(Object.fromEntries(registered)).toEqual(SEARCH_ATTRIBUTES);
});
