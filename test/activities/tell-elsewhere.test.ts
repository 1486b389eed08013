import { createDefleetingActivities } from '../../activities/defleetings';
import type { Notice } from '../../workflows/contract/notice';

const GONE = { provider: 'high-mobility', application: 'gone' };
const HERE = { provider: 'high-mobility', application: 'here' };

/** An application that has no worker any more cannot deliver what people have to hear of just that. */
test.each([
  [GONE, HERE],
  [HERE, HERE],
])('a notice about %j is handed over as one of an application that has a worker', async (of, to) => {
  const handed: Notice[] = [];
  const activities = createDefleetingActivities(null as never, async (notice) => void handed.push(notice), [
    HERE,
  ]);
  const notice = { ...of, id: 'n1', action: `its access at ${of.application} is open` } as Notice;
  await activities.tellElsewhere(notice);
  expect(handed).toEqual([{ ...notice, ...to }]);
});
