import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Our Dockerfile. Docker is not needed: it is read, not built. */
export const DOCKERFILE = readFileSync(join(__dirname, '../../Dockerfile'), 'utf8');

/** The lines of one stage; empty when there is none. */
export function stageOf(name: string): string {
  return DOCKERFILE.split(/^FROM .* AS /m).find((part) => part.startsWith(`${name}\n`)) ?? '';
}

/** What a stage sets for the processes that run in it. @throws Error when it sets nothing. */
export function environmentOf(stage: string): Readonly<Record<string, string>> {
  const settings = [...stageOf(stage).matchAll(/^ENV (\w+)="?(.*?)"?$/gm)];
  if (settings.length === 0) throw new Error(`the Dockerfile sets nothing in the stage ${stage}`);
  return Object.fromEntries(settings.map(([, name = '', value = '']) => [name, value]));
}
