import type { Channel, ChannelSettings, OpenChannel } from '../notify/channel';
import { type Finding, good, looked, note, unknown } from './finding';

/** Whether notices have somewhere to go, and whether their receivers can be reached. No notice is sent. */
export async function lookAtReceivers(
  channels: readonly Channel[],
  settings: ChannelSettings,
  dependencies: Parameters<Channel['open']>[1],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const reaching: string[] = [];
  for (const channel of channels) {
    const open = channel.open(settings, dependencies);
    if (!open) continue;
    if (channel.reachesPeople) reaching.push(channel.id);
    findings.push(...(await lookAt(channel, open)));
  }
  if (reaching.length === 0) {
    findings.push(
      note(
        'receiver',
        'Notices go to the log of the worker only: nobody is told who does not look.',
        'Set up a channel that reaches people (docs/notices.md).',
      ),
    );
  }
  return findings;
}

async function lookAt({ id, reachesPeople }: Channel, open: OpenChannel): Promise<Finding[]> {
  try {
    if (!open.reach) return reachesPeople ? [unknown('receiver', 'It cannot be tried out.', null, id)] : [];
    const reach = open.reach.bind(open);
    return [await looked('receiver', id, async () => good('receiver', `${await reach()} answers.`, id))];
  } finally {
    await open.close();
  }
}
