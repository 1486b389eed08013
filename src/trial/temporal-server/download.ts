import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { fetch } from 'undici';
import { z } from 'zod';
import type { Environment } from '../../config/config';
import { createRouter } from '../../http/dispatcher';
import { proxyFor } from '../../http/proxy';
import { explain } from '../../http/unreachable';
import { inScratchFolder, sha256 } from './cache';
import { CLI_RELEASE, CLI_SUMS } from './releases';

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
  /** SHA-256 of the archive; undefined: it is not checked. Default: that of the release, where it is known. */
  readonly sum?: string | undefined;
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

/** The release that is downloaded, where it is not the one that the SDK takes. */
const FIXED: Readonly<Partial<Record<SdkServer, string>>> = { cli: CLI_RELEASE };

/** The version of the SDK that the description of the download is asked for. */
const { version: sdkVersion } = require('@temporalio/client/package.json') as { version: string };

const info = z.object({
  archiveUrl: z.url(),
  // Inside the folder that it is unpacked to.
  fileToExtract: z.string().regex(/^(?!.*\.\.)[\w.-][\w./-]*$/),
});
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
  options: DownloadOptions = {},
): Promise<string> {
  const { origin = ORIGIN, limits = LIMITS, environment = process.env } = options;
  const sum = 'sum' in options ? options.sum : sumOf(server);
  const { archiveUrl, fileToExtract } = await readInfo(server, origin, limits, environment);
  if (new URL(archiveUrl).protocol !== new URL(origin).protocol) {
    throw new Error(`${origin} points at an address that is not encrypted`);
  }
  return inScratchFolder(folder, async (scratch) => {
    const archive = join(scratch, 'archive');
    await fetchFile(archiveUrl, archive, limits, environment);
    if (sum !== undefined && (await sha256(archive)) !== sum) {
      throw new Error(`${archiveUrl} is not the file that was released: its SHA-256 is another one`);
    }
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

function sumOf(server: SdkServer): string | undefined {
  const { platform, arch } = machine();
  return server === 'cli' ? CLI_SUMS[`${platform}-${arch}`] : undefined;
}

/** As releases are named; undefined where there is none for this machine. */
function machine(): { platform: string | undefined; arch: string | undefined } {
  return { platform: PLATFORMS[process.platform], arch: ARCHITECTURES[process.arch] };
}

async function readInfo(
  server: SdkServer,
  origin: string,
  limits: DownloadLimits,
  environment: Environment,
): Promise<z.output<typeof info>> {
  const { platform, arch } = machine();
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
