import { decide } from '../../workflows/lifecycle';
import type { Life } from './life';
import type { Decider } from './shell';

/** Decides as `decider` does, and writes down what happened in words. */
export function tracing(lines: string[], decider: Decider = decide): Decider {
  return (state, event) => {
    const decision = decider(state, event);
    const { at, type, ...facts } = event;
    const { clearance, wake, parked, ended } = decision.state;
    const said = type === 'started' || type === 'rules-read' ? '' : JSON.stringify(facts);
    const then = [
      ...decision.commands,
      ...decision.notices.map(({ audience, level }) => `tell ${audience} (level ${level})`),
      ...(parked ? ['parked'] : []),
      ...(ended ? ['ended'] : []),
      ...(wake ? [`until ${iso(wake.at)}`] : []),
    ];
    const belief = `${clearance.status}${clearance.confirmed ? '' : '?'}`;
    lines.push(`${iso(at)} ${type} ${said} -> ${belief}: ${then.join(', ') || 'nothing'}`);
    return decision;
  };
}

/** The world of a life, and what the provider's books say at its end. */
export function describeLife({ world, provider, complaints }: Life): string[] {
  const books = provider.records.books.flatMap(({ entries, hiddenUntil }, index) =>
    entries.map(({ at, status, reason }) => {
      const hidden = at < hiddenUntil ? ` (hidden until ${iso(hiddenUntil)})` : '';
      return `clearance ${index + 1}: ${iso(at)} ${status} ${reason ?? ''}${hidden}`;
    }),
  );
  return [JSON.stringify(world), ...books, ...complaints];
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
