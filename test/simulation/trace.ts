import type { LifecycleEvent } from '../../workflows/lifecycle/events';
import type { Decision } from '../../workflows/lifecycle/lifecycle';
import type { Life } from './life';

/** One decision in a line of words. */
export function describeDecision(event: LifecycleEvent, { state, commands, notices }: Decision): string {
  const { at, type, ...facts } = event;
  const { clearance, deadline, parked, ended } = state;
  const isLong = type === 'started' || type === 'rules-read';
  const said = JSON.stringify(facts, (key, value) => (key === 'rules' ? '…' : value));
  const then = [
    ...commands,
    ...notices.map(({ audience, level }) => `tell ${audience} (level ${level})`),
    ...(parked ? [`parked: ${parked.why}`] : []),
    ...(ended ? ['ended'] : []),
    ...(deadline ? [`until ${iso(deadline.at)} for ${deadline.for}`] : []),
  ];
  const belief = `${clearance.status}${clearance.confirmed ? '' : '?'}${state.defleet ? ' leaving' : ''}`;
  return `${iso(at)} ${type} ${isLong ? said.slice(0, 300) : said} -> ${belief}: ${then.join(', ') || 'nothing'}`;
}

/** The world of a life, and what the provider's books say at its end. */
export function describeLife({ world, provider, complaints }: Life): string[] {
  const rows = provider.books.rows.flatMap(({ entries, hiddenUntil, isOurs }, index) =>
    entries.map(({ at, word, reason }) => {
      const hidden = at < hiddenUntil ? ` (hidden until ${iso(hiddenUntil)})` : '';
      return `row ${index + 1}${isOurs ? ' (ours)' : ''}: ${iso(at)} ${word} ${reason ?? ''}${hidden}`;
    }),
  );
  return [JSON.stringify(world), ...rows, ...complaints];
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
