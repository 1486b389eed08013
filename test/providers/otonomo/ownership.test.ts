import { observationOf } from '../../../activities/observation';
import { submitTogether } from '../../../activities/submission';
import { builtIn } from '../../../src/catalogue/catalogue';
import { catalogueSchema } from '../../../src/catalogue/schema';
import { rulesFor } from '../../../src/domain/rules';
import { otonomo } from '../../../src/providers/otonomo/profile';
import type { SubmitResult } from '../../../workflows/lifecycle/submit-result';
import { vehicle } from '../../activities/support';
import { START, Story } from '../../workflows/lifecycle/story';
import { closeAll, connect, ONE, uploaded, VEHICLES, workspace } from './harness';

afterEach(closeAll);

const RULES = rulesFor(catalogueSchema.parse(builtIn(otonomo)), 'bmw', { speed: 1 });
const DAY = 86_400_000;
const UPLOAD = 'upload it in the platform';

/** From what Otonomo answers to what a person is told: no document names the word with which it demands a proof of ownership. */
describe('a proof of ownership', () => {
  const begun = (): Story => new Story().tell({ type: 'started', rules: RULES });
  const shown = async (word: string): Promise<Story> => {
    const { client } = await connect({ [`GET ${VEHICLES}`]: workspace({ [ONE]: word }) });
    const [clearance] = await client.list({ vins: [ONE] });
    if (!clearance) throw new Error('not in the list');
    const { status, reason } = observationOf(clearance);
    return begun().accepted().reads(status, { reason });
  };

  test('that may be demanded of what is Pending is in its action when it has waited for days', async () => {
    const story = await shown('Pending');
    while (story.now < START + 6 * DAY) {
      story.passes('6h');
      if (story.commands.includes('read')) story.reads('pending');
    }
    expect(story.told).toEqual(['fleet-manager 1']);
    expect(story.view.action).toContain(UPLOAD);
  });

  test.each(['Pending Verification', 'pending_verification'])(
    'that may be demanded of what is %s is in its action, as words that somebody can follow',
    async (word) => {
      expect((await shown(word)).view).toMatchObject({
        status: 'pending',
        action: expect.stringContaining(UPLOAD),
      });
    },
  );

  test.each(['Pending Ownership Verification', 'pending proof of ownership'])(
    'that is demanded by the word "%s" is told at once, with the word and what to do',
    async (word) => {
      const { view, notices } = await shown(word);
      expect(view).toMatchObject({
        ...{ status: 'pending', reason: word, owner: 'fleet-manager' },
        action: expect.stringContaining(UPLOAD),
      });
      expect(notices.map(({ audience, action }) => [audience, action.includes(UPLOAD)])).toEqual([
        ['fleet-manager', true],
      ]);
    },
  );

  test.each(['Proof of ownership is required', { ownership: ['Upload a document'] }])(
    'that an upload is refused for (%j) is told in its words, with what to do',
    async (error) => {
      const { client } = await connect({
        [`GET ${VEHICLES}`]: workspace({}),
        [`POST ${VEHICLES}`]: uploaded({ [ONE]: error }),
      });
      const sendBy = Date.now() + 60_000;
      const [result] = await submitTogether(client, [{ vehicle: vehicle(ONE), sendBy }]);
      const { view } = begun().tell({ type: 'submitted', result: result as SubmitResult });
      expect(view).toMatchObject({
        reason: expect.stringMatching(/ownership/i),
        action: expect.stringContaining(UPLOAD),
      });
    },
  );
});
