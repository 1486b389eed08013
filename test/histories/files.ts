import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type History, historyFromJSON } from '@temporalio/common/lib/proto-utils';
import type { ReplayHistoriesIterable } from '@temporalio/worker';

/** `<brand>-<outcome>-<cancel point>.<n>.json.gz`, one recorded run in each. */
const NAME = /^(.+)\.(\d+)\.json\.gz$/;

/** A released version's histories stand in a folder of their own, and never change again. */
const RELEASED = /^v\d+$/;

/** The folder of each recorded run. A name stands in one of them only: the next number counts over all. */
function placesOf(): Map<string, string> {
  const released = readdirSync(__dirname).filter((name) => RELEASED.test(name));
  const folders = [__dirname, ...released.map((name) => join(__dirname, name))];
  return new Map(folders.flatMap((folder) => runsIn(folder).map((file) => [file, folder] as const)));
}

/** The files of one folder. */
export function runsIn(folder: string): string[] {
  return readdirSync(folder).filter((file) => NAME.test(file));
}

/** The recorded runs by name, oldest recording of a life first. */
export function recordedFiles(): string[] {
  return [...placesOf().keys()].sort();
}

/** The life that a file is of. */
export function lifeOf(file: string): string {
  return NAME.exec(file)?.[1] ?? file;
}

/** The number that the next recording of a life gets: 1 when there is none yet. */
export function nextSerial(life: string, files = recordedFiles()): number {
  const serials = files.map((file) => NAME.exec(file)).filter((parts) => parts?.[1] === life);
  return Math.max(0, ...serials.map((parts) => Number(parts?.[2]))) + 1;
}

/** What was read: a recorded run never changes, and to read all of them takes a second or more. */
const read = new Map<string, History>();

/** Reads one of the recorded runs. */
export function readHistory(file: string): History {
  const known = read.get(file);
  if (known) return known;
  const json = gunzipSync(readFileSync(join(placesOf().get(file) ?? __dirname, file))).toString();
  const history = historyFromJSON(JSON.parse(json));
  read.set(file, history);
  return history;
}

/** Writes a run under the next number of its life. A history that exists is never touched, whoever wrote it. @returns the file. */
export function writeHistory(life: string, json: string): string {
  const file = `${life}.${nextSerial(life)}.json.gz`;
  writeFileSync(join(__dirname, file), gzipSync(json, { level: 9 }), { flag: 'wx' });
  return file;
}

/** The recorded runs as the worker replays them; the workflow id of each is its file's name. */
export function recordedHistories(files = recordedFiles()): ReplayHistoriesIterable {
  const histories = files.map((file) => ({ workflowId: file, history: readHistory(file) }));
  return (async function* () {
    yield* histories;
  })();
}
