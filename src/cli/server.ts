import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes';
import { VinError } from '../base/errors';
import { makePrivateFolder } from '../base/private-files';
import { systemWords } from '../base/system-words';
import { lastLines } from '../trial/temporal-server/child';
import { dataFolder } from '../trial/temporal-server/folders';
import { type EmbeddedServer, startEmbeddedServer } from '../trial/temporal-server/server';
import { stopRequested } from './ending';
import { type Format, printAnswer, say } from './output';

export interface ServerCommandOptions {
  readonly port: number;
  readonly uiPort: number;
  readonly ui: boolean;
  readonly db?: string;
  readonly output: Format;
}

/** What `vin server -o json` prints once the server answers. */
interface ServerAnswer {
  readonly address: string;
  readonly namespace: string;
  readonly ui: string | null;
  readonly database: string;
  readonly log: string;
  readonly pid: number;
}

/** A Temporal server on this machine, on a file that survives restarts, until it is told to stop. */
export async function runServer({ port, uiPort, ui, db, output }: ServerCommandOptions): Promise<void> {
  const databaseFile = resolve(db ?? join(dataFolder(), 'temporal.db'));
  await requireDatabase(databaseFile);
  const server = await startEmbeddedServer({
    databaseFile,
    searchAttributes: SEARCH_ATTRIBUTES,
    log: `${databaseFile}.log`,
    ui,
    report: say,
    ...(port ? { port } : {}),
    ...(ui && uiPort ? { uiPort } : {}),
  });
  const { address, namespace, uiAddress, log, pid } = server;
  const interrupted = stopRequested('SIGHUP');
  const answer = { address, namespace, ui: uiAddress ?? null, database: databaseFile, log, pid };
  printAnswer<ServerAnswer>(output, answer, asText);
  if (output === 'table') say('Press Ctrl-C to stop it.');
  const stopped = await Promise.race([interrupted, server.ended]);
  if (stopped === undefined) throw await diedByItself(server);
  say('Stopping the Temporal server ...');
  await server.stop();
}

/** Says at once what the server would say late, in words of its own. */
async function requireDatabase(file: string): Promise<void> {
  try {
    await makePrivateFolder(dirname(file));
    const facts = await stat(file).catch(() => null);
    if (facts && !facts.isFile())
      throw Object.assign(new Error(), { code: facts.isDirectory() ? 'EISDIR' : 'it is no file' });
    await access(facts ? file : dirname(file), constants.W_OK);
  } catch (error) {
    throw new VinError(
      'DATABASE_NOT_USABLE',
      `The database file ${file} cannot be written (${systemWords(error)}).`,
      'Name another file with --db, or make its folder writable.',
    );
  }
}

function asText({ address, ui, database, log }: ServerAnswer): string {
  return [
    `Temporal server  ${address}`,
    ...(ui ? [`Web UI           ${ui}`] : []),
    `Database         ${database}`,
    `Log              ${log}`,
    '',
    'To use it, in another terminal:',
    `  export TEMPORAL_ADDRESS=${address}`,
  ].join('\n');
}

async function diedByItself({ log }: EmbeddedServer): Promise<VinError> {
  return new VinError(
    'TEMPORAL_SERVER_FAILED',
    `The Temporal server ended by itself. The end of its output:\n${(await lastLines(log)) || '(nothing)'}`,
    `Start it again with the same database file; nothing in it is lost. The whole output is in ${log}.`,
  );
}
