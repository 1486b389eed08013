import { InvalidArgumentError } from 'commander';
import { sentences } from '../base/sentences';
import { checkTags } from '../domain/name';

/** Collects `--tag key=value` options into one object; of the same key the last one counts. */
export function collectTag(text: string, tags: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write it as key=value.');
  const read = checkTags({ ...tags, ...Object.fromEntries([[text.slice(0, at), text.slice(at + 1)]]) });
  if (read.ok) return read.tags;
  throw new InvalidArgumentError(
    `The tag ${JSON.stringify(read.key)} ${sentences(read.problem, read.remedy)}`,
  );
}
