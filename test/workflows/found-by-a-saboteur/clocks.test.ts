import { Inbox } from '../../../workflows/inbox';
import { readMessage } from '../../../workflows/requests';
import { START, Story } from '../story';

const HOUR = 3_600_000;

/** One read by a worker whose clock is ahead of the server's; then the inbox of the activation. */
async function afterReadBy(ahead: number) {
  let now = START;
  const inbox = new Inbox({ now: () => now, isFreshRunDue: () => false });
  inbox.hold(
    Promise.resolve({ value: null, endedAt: now + 1_000 + ahead }),
    () => null,
    () => null,
  );
  for (let turn = 0; turn < 5; turn++) await null;
  inbox.take().work(inbox.time);
  return {
    inbox,
    at: (time: number) => {
      now = time;
    },
  };
}

describe('a worker whose clock is ahead', () => {
  it.each([
    ['20 minutes', HOUR / 3],
    ['ten years', 87_600 * HOUR],
  ])('by %s moves the time of what is heard later by minutes at most', async (_, ahead) => {
    const { inbox, at } = await afterReadBy(ahead);
    at(START + 60_000);
    inbox.hear(() => null);
    inbox.take();
    expect(inbox.time - (START + 60_000)).toBeLessThanOrEqual(5 * 60_000);
  });

  it('by 20 minutes does not make a defleet too late that was sent this minute', async () => {
    const { inbox, at } = await afterReadBy(HOUR / 3);
    const sent = START + 60_000;
    at(sent);
    const request = {
      id: 'a',
      sentAt: new Date(sent).toISOString(),
      notAfter: new Date(sent + 10 * 60_000).toISOString(),
    };
    inbox.hear((time) => readMessage('defleet', request, time));
    const event = inbox.take().work(inbox.time);
    const story = Story.approved();
    story.now = inbox.time;
    story.tell(event as never);
    expect(story.state.messages).toMatchObject([{ outcome: 'taken' }]);
  });
});
