import { InvalidArgumentError } from 'commander';

/** Collects `--tag key=value` options into one object. */
export function collectTag(text: string, tags: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write it as key=value.');
  return { ...tags, [text.slice(0, at)]: text.slice(at + 1) };
}
