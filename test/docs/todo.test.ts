import { REASONS } from '../../src/providers/high-mobility/reasons';
import { readDocument } from './shell';

/** A group as `vin todo` shows it, and what is to be done below it. */
const GROUP = /^ +\d+ {2}(?<key>[\w-]+) \([^)]*\) · (?<owner>[\w-]+) · .*\n +(?<action>.+)$/gm;

test.each(['README.md', 'docs/todo.md'])('what %s shows of vin todo is what the catalogue says', (name) => {
  const groups = [...readDocument(name).matchAll(GROUP)].map(({ groups: said }) => ({ ...said }));
  expect(groups).toHaveLength(2);
  for (const { key, owner, action } of groups)
    expect(REASONS).toContainEqual(expect.objectContaining({ id: key, owner, action }));
});
