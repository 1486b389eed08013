import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { fetch } from 'undici';
import { z } from 'zod';
import type { Environment } from '../../config';
import { createRouter } from '../../http/dispatcher';
import { proxyFor } from '../../http/proxy';
import { explain } from '../../http/unreachable';
import { inScratchFolder } from './cache';
import { CLI_RELEASE } from './go-build';

/** The two servers that Temporal's SDKs download for themselves. */
export type SdkServer = 'cli' | 'temporal-test-server';

export interface DownloadLimits {
  /** To connect, and for the first byte of an answer, in milliseconds. */
  readonly answer: number;
  /** For the whole file, in milliseconds. */
  readonly total: number;
}

export interface DownloadOptions {
  readonly origin?: string;
  readonly limits?: DownloadLimits;
  /** May name a proxy. Default: the environment of the process. */
  readonly environment?: Environment;
}

const LIMITS: DownloadLimits = { answer: 10_000, total: 10 * 60_000 };

/** Where the SDK gets its servers (its core, `ephemeral_server`). */
const ORIGIN = 'https://temporal.download';

const PLATFORMS: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'linux',
  darwin: 'darwin',
  win32: 'windows',
};
const ARCHITECTURES: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };

/**
 * The release of the CLI that is downloaded, the one that we build as well. Its sums cannot be pinned: the releases that
 * are downloaded are known nowhere but where they are downloaded from (docs/deploying.md).
 */
const FIXED: Readonly<Partial<Record<SdkServer, string>>> = { cli: CLI_RELEASE };

/** The version of the SDK that the description of the download is asked for. */
const { version: sdkVersion } = require('@temporalio/client/package.json') as { version: string };

const info = z.object({ archiveUrl: z.url(), fileToExtract: z.string().min(1) });
const run = promisify(execFile);

/**
 * Does the SDK's own download: from the same address as `TestWorkflowEnvironment`, but one release, and within a
 * bounded time, so that a machine without a route to it goes on with the next way.
 *
 * @returns the executable, somewhere inside `folder`.
 * @throws Error with a short reason.
 */
export async function downloadServer(
  server: SdkServer,
  folder: string,
  { origin = ORIGIN, limits = LIMITS, environment = process.env }: DownloadOptions = {},
): Promise<string> {
  const { archiveUrl, fileToExtract } = await readInfo(server, origin, limits, environment);
  if (new URL(archiveUrl).protocol !== new URL(origin).protocol) {
    throw new Error(`${origin} points at an address that is not encrypted`);
  }
  return inScratchFolder(folder, async (scratch) => {
    const archive = join(scratch, 'archive');
    await fetchFile(archiveUrl, archive, limits, environment);
    // bsdtar and GNU tar both find out the compression; Windows has had bsdtar since version 10.
    await run('tar', ['-xf', archive, '-C', folder]).catch((error: Error) => {
      throw new Error(`could not unpack ${archiveUrl}: ${error.message.split('\n', 1)[0]}`);
    });
    const executable = join(folder, fileToExtract);
    await chmod(executable, 0o700);
    return executable;
  });
}

/**
 * Fetches a file over HTTP, by a proxy where the environment names one.
 *
 * @throws Error with the address and a short reason.
 */
export async function fetchFile(
  url: string,
  file: string,
  limits: DownloadLimits = LIMITS,
  environment: Environment = process.env,
): Promise<void> {
  await request(url, { limits, total: limits.total, environment }, async (body) => {
    await pipeline(Readable.fromWeb(body), createWriteStream(file, { mode: 0o600 }));
  });
}

/** A description of a download has a few hundred characters. */
const LONGEST_INFO = 65_536;

async function readInfo(
  server: SdkServer,
  origin: string,
  limits: DownloadLimits,
  environment: Environment,
): Promise<z.output<typeof info>> {
  const platform = PLATFORMS[process.platform];
  const arch = ARCHITECTURES[process.arch];
  if (!platform || !arch) throw new Error(`there is none for ${process.platform} on ${process.arch}`);
  const release = FIXED[server];
  const url = new URL(`/${server}/${release ?? 'default'}`, origin);
  url.search = new URLSearchParams({
    arch,
    platform,
    format: 'tar.gz',
    ...(release === undefined && { 'sdk-name': 'sdk-typescript', 'sdk-version': sdkVersion }),
  }).toString();
  let text = '';
  await request(url.href, { limits, total: limits.answer, environment }, async (body) => {
    for await (const chunk of Readable.fromWeb(body)) {
      text += String(chunk);
      if (text.length > LONGEST_INFO) throw new Error('it is too long');
    }
  });
  const parsed = info.safeParse(parseJson(text));
  if (!parsed.success)
    throw new Error(`${origin} answered something that is not a description of a download`);
  return parsed.data;
}

type Body = Parameters<typeof Readable.fromWeb>[0];

interface Call {
  readonly limits: DownloadLimits;
  readonly total: number;
  readonly environment: Environment;
}

async function request(
  url: string,
  { limits: { answer }, total, environment }: Call,
  consume: (body: Body) => Promise<void>,
): Promise<void> {
  const { origin, protocol } = new URL(url);
  const proxy = proxyFor(url, environment);
  const dispatcher = createRouter({ connect: answer, headers: answer, body: answer }, environment);
  try {
    const response = await fetch(url, { dispatcher, signal: AbortSignal.timeout(total) });
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
    if (new URL(response.url).protocol !== protocol)
      throw new Error('it leads to an address that is not encrypted');
    await consume(response.body as Body);
  } catch (error) {
    const { message, cause } = error as Error & { cause?: Error };
    const { detail, remedy } = explain(error, proxy);
    const why = detail || cause?.message || message;
    throw new Error(`${origin} did not deliver (${why})${remedy ? `. ${remedy}` : ''}`);
  } finally {
    await dispatcher.destroy();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
