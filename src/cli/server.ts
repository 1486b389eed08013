import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { SEARCH_ATTRIBUTES } from '../../workflows/search-attributes';
import { VinError } from '../errors';
import { lastLines } from '../temporal/embedded/child';
import { dataFolder } from '../temporal/embedded/folders';
import { type EmbeddedServer, startEmbeddedServer } from '../temporal/embedded/server';
import { portNumber } from './number-option';
import { type Format, outputOption, printAnswer, say } from './output';

interface Options {
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

/** `vin server`: a Temporal server on this machine, on a file that survives restarts. */
export function serverCommand(): Command {
  return new Command('server')
    .description('Run a Temporal server with its web UI on this machine, until Ctrl-C.')
    .option('--port <port>', 'port of the server (0: any free one)', portNumber, 7233)
    .option('--ui-port <port>', 'port of the web UI (0: any free one, another at each start)', portNumber, 0)
    .option('--db <file>', 'the database file (default: temporal.db in your data folder)')
    .option('--no-ui', 'without the web UI')
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
The server is Temporal's development server: good for one machine, not for production. Activations live in the
database file; stop the server and start it again, and they go on. A "temporal" command on your PATH is used;
otherwise one is downloaded, or built with Go, once.
The web UI asks nobody who they are. A page in your browser could guess a port that never changes and give orders
there: so it has another port at each start. Its address is printed.

Examples:
  $ vin server                              # 127.0.0.1:7233, and the address of its web UI
  $ vin server --db ./trial.db --port 7300 --ui-port 8300
  $ export TEMPORAL_ADDRESS=127.0.0.1:7233  # in another terminal: use it
  $ vin worker`,
    )
    .action(runServer);
}

async function runServer({ port, uiPort, ui, db, output }: Options): Promise<void> {
  const databaseFile = resolve(db ?? join(dataFolder(), 'temporal.db'));
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
  const interrupted = untilInterrupted();
  const answer = { address, namespace, ui: uiAddress ?? null, database: databaseFile, log, pid };
  printAnswer<ServerAnswer>(output, answer, asText);
  if (output === 'table') say('Press Ctrl-C to stop it.');
  const stopped = await Promise.race([interrupted, server.ended]);
  if (stopped === undefined) throw await diedByItself(server);
  say('Stopping the Temporal server ...');
  await server.stop();
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

function untilInterrupted(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, resolve);
  });
}

async function diedByItself({ log }: EmbeddedServer): Promise<VinError> {
  return new VinError(
    'TEMPORAL_SERVER_FAILED',
    `The Temporal server ended by itself. The end of its output:\n${(await lastLines(log)) || '(nothing)'}`,
    `Start it again with the same database file; nothing in it is lost. The whole output is in ${log}.`,
  );
}
