import { type CommandWatch, createCommandWatch } from '../../workflows/command-watch';

/** A local activity that is under way until it is told to end. */
function begun(watch: CommandWatch): () => Promise<void> {
  let end = (): void => undefined;
  const result = watch.during(
    new Promise<void>((resolve) => {
      end = resolve;
    }),
  );
  return () => {
    end();
    return result;
  };
}

const timer = (watch: CommandWatch) =>
  watch.ofTimer({ result: new Promise(() => undefined), stop: () => undefined });

describe('a step needs a command of its own', () => {
  it('where a local activity is under way, and the step before had none either', () => {
    const watch = createCommandWatch();
    watch.heard();
    watch.heard();
    begun(watch);
    expect(watch.isMissing()).toBe(true);
  });

  it('also the very first, that nothing was heard before', () => {
    const watch = createCommandWatch();
    begun(watch);
    expect(watch.isMissing()).toBe(true);
  });

  it('but not where nothing is under way', () => {
    const watch = createCommandWatch();
    watch.heard();
    watch.heard();
    expect(watch.isMissing()).toBe(false);
  });

  it.each<[string, (watch: CommandWatch) => void]>([
    ['something was told', (watch) => watch.given()],
    ['a timer was begun', (watch) => void timer(watch)],
  ])('but not where %s in the step before', (_, act) => {
    const watch = createCommandWatch();
    watch.heard();
    act(watch);
    watch.heard();
    begun(watch);
    expect(watch.isMissing()).toBe(false);
  });

  it('also where a timer was begun and taken away within one step: the server never knows of it', () => {
    const watch = createCommandWatch();
    watch.heard();
    timer(watch).stop();
    watch.heard();
    begun(watch);
    expect(watch.isMissing()).toBe(true);
  });

  it('but not where a timer of an earlier step is taken away in it', () => {
    const watch = createCommandWatch();
    const alarm = timer(watch);
    watch.heard();
    watch.heard();
    alarm.stop();
    begun(watch);
    expect(watch.isMissing()).toBe(false);
  });

  it('where the result before it, which may have been heard in a task of its own, brought none', async () => {
    const watch = createCommandWatch();
    watch.heard();
    watch.given();
    await begun(watch)();
    watch.heard();
    begun(watch);
    expect(watch.isMissing()).toBe(true);
  });

  it('and is asked for once, never by a result: that may come at another moment in a replay', async () => {
    const watch = createCommandWatch();
    watch.heard();
    watch.heard();
    const first = begun(watch);
    begun(watch);
    expect(watch.isMissing()).toBe(true);
    await first();
    expect(watch.isMissing()).toBe(false);
  });
});
