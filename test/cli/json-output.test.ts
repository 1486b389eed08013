type Output = typeof import('../../src/cli/output');

/** What is printed on stdout; each time with a process of its own, as it were. */
function printed(work: (output: Output) => void): unknown {
  let text = '';
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((more) => {
    text += String(more);
    return true;
  });
  jest.isolateModules(() => work(require('../../src/cli/output') as Output));
  spy.mockRestore();
  return text === '' ? null : JSON.parse(text);
}

/** Of the same modules as the output. */
const error = (): Error => {
  const { VinError } = require('../../src/base/errors') as typeof import('../../src/base/errors');
  return new VinError('ACTIVATION_UNKNOWN', 'There is none', 'Look at the VIN.');
};

describe('an answer as JSON', () => {
  test('has a version', () => {
    expect(printed(({ printAnswer }) => printAnswer('json', { vin: 'x' }, String))).toEqual({
      version: 1,
      vin: 'x',
    });
  });

  test('has the rows of a list beside it', () => {
    expect(printed(({ printAnswer }) => printAnswer('json', [1, 2], String))).toEqual({
      version: 1,
      rows: [1, 2],
    });
  });

  test('keeps a version of its own', () => {
    expect(printed(({ printAnswer }) => printAnswer('json', { version: 7 }, String))).toEqual({ version: 7 });
  });
});

describe('an answer as lines of JSON', () => {
  const lines = (answer: unknown): string[] => {
    let text = '';
    const spy = jest.spyOn(process.stdout, 'write').mockImplementation((more) => {
      text += String(more);
      return true;
    });
    jest.isolateModules(() =>
      (require('../../src/cli/output') as Output).printAnswer('jsonl', answer, String),
    );
    spy.mockRestore();
    return text.split('\n').slice(0, -1);
  };

  test.each([
    ['rows of a list', [{ a: 1 }, { a: 2 }], ['{"a":1}', '{"a":2}']],
    ['no rows', [], []],
    ['vehicles of a group', { message: 'retry', results: [{ a: 1 }] }, ['{"a":1}']],
    ['an answer without rows', { a: 1 }, ['{"version":1,"a":1}']],
  ])('has one for each: %s', (_, answer, found) => {
    expect(lines(answer)).toEqual(found);
  });
});

describe('an error as JSON', () => {
  test.each([[['-o', 'json']], [['-ojson']], [['--output', 'json']], [['--output=json']]])(
    'is printed with its code, its words and its exit code: %j',
    (words) => {
      const found = printed((output) => {
        output.wantJson(['status', 'x', ...words]);
        output.printError(error());
      });
      expect(found).toEqual({
        version: 1,
        error: { code: 'ACTIVATION_UNKNOWN', message: 'There is none', next: 'Look at the VIN.', exit: 3 },
      });
    },
  );

  test.each([[[]], [['-o', 'table']], [['-o', 'csv']]])('is not where nobody wants it: %j', (words) => {
    const found = printed((output) => {
      output.wantJson(words);
      output.printError(error());
    });
    expect(found).toBeNull();
  });

  test('is no second document where an answer was printed', () => {
    const found = printed((output) => {
      output.wantJson(['-o', 'json']);
      output.printAnswer('json', { a: 1 }, String);
      output.printError(error());
    });
    expect(found).toEqual({ version: 1, a: 1 });
  });
});
