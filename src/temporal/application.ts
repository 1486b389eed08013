import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type Client, ScheduleAlreadyRunning, ScheduleNotFoundError } from '@temporalio/client';
import { HIGH_MOBILITY, SWEEP, TASK_QUEUE } from '../../workflows/messages';
import { VinError } from '../errors';
import { isLoopback } from '../http/address';

/** The application at a provider whose clearances the activations of a namespace are. */
export interface Application {
  /** Where the provider is, without a path, as `https://api.high-mobility.com`. */
  readonly origin: string;
  /** Tells applications apart, and tells nobody the client id: the beginning of a SHA-256. */
  readonly fingerprint: string;
}

interface Claim extends Application {
  readonly since: string;
}

/** A schedule that was made this moment may not be found yet: how often to look, and the pause between, in ms. */
const LOOKS = { most: 20, pause: 250 };

/**
 * The application that a worker works for. A simulator on this machine is the same one whatever its port is: that
 * changes with each start.
 */
export function applicationOf({ baseUrl, clientId }: { baseUrl: string; clientId: string }): Application {
  const { origin, protocol, hostname } = new URL(baseUrl);
  const place = isLoopback(hostname) ? `${protocol}//${hostname}` : origin;
  const hash = createHash('sha256').update(`${place}\n${clientId}`).digest('hex');
  return { origin: place, fingerprint: hash.slice(0, 16) };
}

/**
 * Makes a namespace the one of this application, where it is nobody's yet; of several that try at once one wins.
 * A worker with other credentials would take the tasks of all activations there, ask its provider for vehicles that
 * this does not know, and take the answer for the end of their clearances.
 *
 * It is written down as a schedule that is paused and has no times: that can be made only once, holds words for
 * people, stays, and every kind of Temporal has it.
 *
 * @param adopt take the namespace over, whomever it belonged to.
 * @throws VinError `APPLICATION_MISMATCH` when it belongs to another application.
 */
export async function claimNamespace(
  client: Client,
  application: Application,
  { adopt = false, provider = HIGH_MOBILITY }: { adopt?: boolean; provider?: string } = {},
): Promise<void> {
  const owner = await ownerOf(client, provider);
  if (owner && isSame(owner, application)) return;
  if (owner && !adopt) throw mismatch(client, owner, application);
  if (owner) await remove(client, provider);
  if (await write(client, application, provider)) return;
  const winner = await ownerOf(client, provider, LOOKS.most);
  if (winner && !isSame(winner, application)) throw mismatch(client, winner, application);
}

/**
 * Makes sure that a namespace is not that of another application; one that is nobody's yet stays so.
 *
 * @throws VinError `APPLICATION_MISMATCH`.
 */
export async function requireApplication(
  client: Client,
  application: Application,
  provider: string = HIGH_MOBILITY,
): Promise<void> {
  const owner = await ownerOf(client, provider);
  if (owner && !isSame(owner, application)) throw mismatch(client, owner, application);
}

/** Where the provider of a namespace's vehicles is; null before its first worker. */
export async function providerOf(client: Client, provider: string = HIGH_MOBILITY): Promise<string | null> {
  return (await ownerOf(client, provider))?.origin ?? null;
}

function scheduleOf(provider: string): string {
  return `application:${provider}`;
}

/** False where somebody was quicker. */
async function write(client: Client, application: Application, provider: string): Promise<boolean> {
  const { origin, fingerprint } = application;
  try {
    await client.schedule.create({
      scheduleId: scheduleOf(provider),
      spec: {},
      // Nothing is ever started by it. Whoever triggers it by hand gets a sweep, which does no harm.
      action: {
        type: 'startWorkflow',
        workflowType: SWEEP,
        workflowId: scheduleOf(provider),
        taskQueue: TASK_QUEUE,
        args: [{ provider }],
      },
      memo: { origin, fingerprint, since: new Date().toISOString() } satisfies Claim,
      state: {
        paused: true,
        note: `Not a schedule: it says that this namespace belongs to the application ${fingerprint} at ${origin}. Leave it as it is.`,
      },
    });
    return true;
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return false;
    throw error;
  }
}

async function ownerOf(client: Client, provider: string, looks = 1): Promise<Claim | null> {
  try {
    const { memo } = await client.schedule.getHandle(scheduleOf(provider)).describe();
    return (memo as Claim | undefined) ?? null;
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    if (looks <= 1) return null;
    await setTimeout(LOOKS.pause);
    return ownerOf(client, provider, looks - 1);
  }
}

async function remove(client: Client, provider: string): Promise<void> {
  try {
    await client.schedule.getHandle(scheduleOf(provider)).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

function isSame(a: Application, b: Application): boolean {
  return a.fingerprint === b.fingerprint;
}

function mismatch({ options: { namespace } }: Client, owner: Claim, ours: Application): VinError {
  return new VinError(
    'APPLICATION_MISMATCH',
    `The namespace "${namespace}" belongs to another application: ${owner.fingerprint} at ${owner.origin}, since ${owner.since}; ours is ${ours.fingerprint} at ${ours.origin}. Nothing was changed`,
    'Set HIGH_MOBILITY_BASE_URL and HIGH_MOBILITY_CLIENT_ID to those of that application, or TEMPORAL_NAMESPACE to a namespace for ours. If that application has a new client id, stop its workers, then start one with: vin worker --adopt-application',
  );
}
