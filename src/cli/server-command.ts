import { Command } from 'commander';
import { portNumber } from './number-option';
import { outputOption } from './output';
import type { ServerCommandOptions } from './server';

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
    .action(async (options: ServerCommandOptions) =>
      (require('./server') as typeof import('./server')).runServer(options),
    );
}
