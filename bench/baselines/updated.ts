import { condition, defineUpdate, setHandler } from '@temporalio/workflow';

/** The least that a workflow can do with a message that is answered: keep it, and say so. */
export async function updated(): Promise<void> {
  let kept = '';
  setHandler(defineUpdate<string, [string]>('keep'), (text) => {
    kept = text;
    return `kept ${kept}`;
  });
  await condition(() => kept === 'end');
}
