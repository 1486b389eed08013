import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type Client, ScheduleAlreadyRunning, ScheduleNotFoundError } from '@temporalio/client';
import { SWEEP } from '../../workflows/contract/messages';
import { applicationQueue } from '../../workflows/contract/task-queues';
import { VinError } from '../base/errors';
import { type Application, applicationFrom, applicationKey } from '../domain/application';
import { isLoopback } from '../http/address';

/** What an application is at its provider: the same for its workers, another for those of another one. */
export interface Identity {
  /** Where the provider is, without a path, as `https://api.high-mobility.com`. */
  readonly origin: string;
  /** Tells applications apart, and tells nobody the client id: the beginning of a SHA-256. */
  readonly fingerprint: string;
}

/** An application, or a credential for parking: what asks for applications does not find that. */
export interface Claimable extends Application {
  readonly kind?: 'parking';
}

interface OwnershipClaim extends Identity {
  readonly since: string;
}

/** A schedule that was made this moment may not be found yet: how often to look, and the pause between, in ms. */
const LOOKS = { most: 20, pause: 250 };

/**
 * The application that a worker works for. A simulator on this machine is the same one whatever its port is: that
 * changes with each start.
 */
export function identityOf({ baseUrl, clientId }: { baseUrl: string; clientId: string }): Identity {
  const { origin, protocol, hostname } = new URL(baseUrl);
  const place = isLoopback(hostname) ? `${protocol}//${hostname}` : origin;
  const hash = createHash('sha256').update(`${place}\n${clientId}`).digest('hex');
  return { origin: place, fingerprint: hash.slice(0, 16) };
}

/**
 * Writes down which application at the provider a name in this namespace is, where nobody has yet; of several that try at once one wins.
 * A worker with other credentials would take the tasks of all activations there, ask its provider for vehicles that
 * this does not know, and take the answer for the end of their clearances.
 *
 * It is written down as a schedule that is paused and has no times: that can be made only once, holds words for
 * people, stays, and every kind of Temporal has it.
 *
 * @param adopt take the namespace over, whomever it belonged to.
 * @throws VinError `APPLICATION_MISMATCH` when it belongs to another application.
 */
export async function claimApplication(
  client: Client,
  app: Claimable,
  identity: Identity,
  { adopt = false }: { adopt?: boolean } = {},
): Promise<void> {
  const owner = await ownerOf(client, app);
  if (owner && isSame(owner, identity)) return;
  if (owner && !adopt) throw mismatch(client, app, owner, identity);
  if (owner) await remove(client, app);
  if (await write(client, app, identity)) return;
  const winner = await ownerOf(client, app, LOOKS.most);
  if (winner && !isSame(winner, identity)) throw mismatch(client, app, winner, identity);
}

/**
 * Makes sure that a namespace is not that of another application; one that is nobody's yet stays so.
 *
 * @throws VinError `APPLICATION_MISMATCH`.
 */
export async function requireApplication(
  client: Client,
  app: Application,
  identity: Identity,
): Promise<void> {
  const owner = await ownerOf(client, app);
  if (owner && !isSame(owner, identity)) throw mismatch(client, app, owner, identity);
}

/** Where the provider of a namespace's vehicles is; null before its first worker. */
export async function originOf(client: Client, app: Application): Promise<string | null> {
  return (await ownerOf(client, app))?.origin ?? null;
}

const CLAIM = 'application:';
const CREDENTIAL = 'credential:';

function scheduleOf(app: Claimable): string {
  return `${app.kind === 'parking' ? CREDENTIAL : CLAIM}${applicationKey(app)}`;
}

/** All applications that a worker has ever written down in this namespace. */
export async function claimedApplications(client: Client): Promise<Application[]> {
  const claimed: Application[] = [];
  for await (const { scheduleId } of client.schedule.list()) {
    if (scheduleId.startsWith(CLAIM)) claimed.push(applicationFrom(scheduleId.slice(CLAIM.length)));
  }
  return claimed;
}

/** False where somebody was quicker. */
async function write(client: Client, app: Claimable, identity: Identity): Promise<boolean> {
  const { origin, fingerprint } = identity;
  try {
    await client.schedule.create({
      scheduleId: scheduleOf(app),
      spec: {},
      // Nothing is ever started by it. Whoever triggers it by hand gets a sweep, which does no harm.
      action: {
        type: 'startWorkflow',
        workflowType: SWEEP,
        workflowId: scheduleOf(app),
        taskQueue: applicationQueue(app),
        args: [app],
      },
      memo: { origin, fingerprint, since: new Date().toISOString() } satisfies OwnershipClaim,
      state: {
        paused: true,
        note: `Not a schedule: it says that ${applicationKey(app)} is the application ${fingerprint} at ${origin}. Leave it as it is.`,
      },
    });
    return true;
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) return false;
    throw error;
  }
}

async function ownerOf(client: Client, app: Claimable, looks = 1): Promise<OwnershipClaim | null> {
  try {
    const { memo } = await client.schedule.getHandle(scheduleOf(app)).describe();
    return (memo as OwnershipClaim | undefined) ?? null;
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    if (looks <= 1) return null;
    await setTimeout(LOOKS.pause);
    return ownerOf(client, app, looks - 1);
  }
}

async function remove(client: Client, app: Claimable): Promise<void> {
  try {
    await client.schedule.getHandle(scheduleOf(app)).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

function isSame(a: Identity, b: Identity): boolean {
  return a.fingerprint === b.fingerprint;
}

function mismatch(
  { options: { namespace } }: Client,
  app: Claimable,
  owner: OwnershipClaim,
  ours: Identity,
): VinError {
  return new VinError(
    'APPLICATION_MISMATCH',
    `"${applicationKey(app)}" in the namespace "${namespace}" is another application: ${owner.fingerprint} at ${owner.origin}, since ${owner.since}; ours is ${ours.fingerprint} at ${ours.origin}. Nothing was changed`,
    'Set base URL and client id to those of that application, give ours another name (docs/applications.md), or set TEMPORAL_NAMESPACE to a namespace for it. If that application has a new client id, stop its workers, then start one with: vin worker --adopt-application',
  );
}
