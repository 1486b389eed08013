import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import type { ReplayHistoriesIterable } from '@temporalio/worker';

/** `<brand>-<outcome>-<cancel point>.<n>.json`, one recorded run in each. */
const NAME = /^(.+)\.(\d+)\.json$/;

/** The recorded runs by name, oldest recording of a life first. */
export function recordedFiles(): string[] {
  return readdirSync(__dirname)
    .filter((file) => NAME.test(file))
    .sort();
}

/** The number that the next recording of a life gets: 1 when there is none yet. */
export function nextSerial(life: string, files = recordedFiles()): number {
  const serials = files.map((file) => NAME.exec(file)).filter((parts) => parts?.[1] === life);
  return Math.max(0, ...serials.map((parts) => Number(parts?.[2]))) + 1;
}

export function pathOf(file: string): string {
  return join(__dirname, file);
}

/** The recorded runs as the worker replays them; the workflow id of each is its file's name. */
export function recordedHistories(files = recordedFiles()): ReplayHistoriesIterable {
  const histories = files.map((file) => ({
    workflowId: file,
    history: historyFromJSON(JSON.parse(readFileSync(pathOf(file), 'utf8'))),
  }));
  return (async function* () {
    yield* histories;
  })();
}
