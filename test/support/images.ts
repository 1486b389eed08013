import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { DOCKERFILE } from './dockerfile';

const ROOT = path.join(__dirname, '../..');
const text = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

export interface KnownImage {
  /** With its tag, without a digest. */
  readonly image: string;
  /** The day of the release, as YYYY-MM-DD. */
  readonly released: string;
}

/** deploy/images.json: the images that we use, and how old one may become. */
export const KNOWN = JSON.parse(text('deploy/images.json')) as {
  readonly oldestMonths: number;
  readonly images: readonly KnownImage[];
};

/** Every image that docker-compose.yml and the Dockerfile take from elsewhere, as written there. */
export function imagesInUse(): string[] {
  const { services } = parse(text('docker-compose.yml'), { merge: true }) as {
    services: Record<string, { image?: string }>;
  };
  const composed = Object.values(services).flatMap(({ image }) => image ?? []);
  const stages = [...DOCKERFILE.matchAll(/^FROM (\S+) AS (\S+)$/gm)].map(([, from = '', name = '']) => ({
    from,
    name,
  }));
  const bases = stages.map(({ from }) => from).filter((from) => !stages.some(({ name }) => name === from));
  return [...new Set([...composed, ...bases])].sort();
}

/** An image without the digest behind it. */
export function withoutDigest(image: string): string {
  return image.replace(/@sha256:[0-9a-f]{64}$/, '');
}

/** Those that came out longer than so many months before a time: a sentence about each. */
export function tooOld(images: readonly KnownImage[], months: number, now: Date): string[] {
  return images
    .filter(({ released }) => {
      const until = new Date(`${released}T00:00:00Z`);
      until.setUTCMonth(until.getUTCMonth() + months);
      return until < now;
    })
    .map(
      ({ image, released }) =>
        `${image} is of ${released}, older than ${months} months: take a newer one (docs/deploying.md)`,
    );
}
