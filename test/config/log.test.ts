import { redactVins } from '../../src/base/redact-vin';
import { createLog, type Logger } from '../../src/config/log';

const VIN = 'WBA8E9G50GNT00001';

describe('a whole VIN', () => {
  test.each([
    ['in a workflow id', `activation:high-mobility:default:${VIN}`],
    ['in an address', `/v1/fleets/vehicles/${VIN}?x=1`],
    ['in an address that is escaped', `activation%3Ahigh-mobility%3A${VIN}`],
    ['after a line break of JSON', `"Error: refused\\n${VIN}\\n    at f"`],
    ['after an escaped character of JSON', `"\\u202E${VIN}"`],
    ['in small letters', VIN.toLowerCase()],
    ['of a sandbox, with letters that no VIN has', 'EXVETESTVIN000001'],
    ['next to another', `${VIN},${VIN}`],
    ['at the edges of words', `_${VIN}_`],
  ])('is shortened %s', (_case, text) => {
    const hidden = redactVins(text);
    expect(hidden.toUpperCase()).not.toMatch(/WBA8E9G50GNT00001|EXVETESTVIN000001/);
    expect(hidden).toContain('…000');
  });

  test.each([
    '01a2b3c4-5678-7abc-8def-0123456789ab',
    '12345678901234567',
    'internationalised',
    'a'.repeat(40),
    'x1'.repeat(9),
  ])('is not seen in %s', (text) => expect(redactVins(text)).toBe(text));
});

describe('the log', () => {
  function logged(write: (log: Logger) => void): string {
    const lines: string[] = [];
    write(createLog('test', 'info', { write: (line: string) => void lines.push(line) }));
    return lines.join('');
  }

  test.each<[string, (log: Logger) => void]>([
    ['a message', (log) => log.warn(`Workflow activation:high-mobility:default:${VIN} is slow`)],
    ['a field', (log) => log.info({ workflowId: `activation:high-mobility:default:${VIN}` }, 'x')],
    ['parts of parts, and their names', (log) => log.info({ a: [{ b: { [VIN]: VIN } }] }, 'x')],
    [
      'an error with its stack and its cause',
      (log) => log.error({ err: new Error(`of\n${VIN}`, { cause: new Error(VIN) }) }, 'x'),
    ],
    ['a child of the log', (log) => log.child({ vin: VIN }).error('x')],
  ])('never holds a whole one: in %s', (_case, write) => {
    const line = logged(write);
    expect(line).toContain('WBA…0001');
    expect(line).not.toContain(VIN);
    expect(JSON.parse(line)).toMatchObject({ name: 'test' });
  });

  test('holds nothing that a terminal obeys, and says the same', () => {
    const line = logged((log) => log.info({ by: 'a\u009b2Jb\u202e' }, 'x'));
    expect(line).toContain('a\\u009B2Jb\\u202E');
    expect(JSON.parse(line)).toMatchObject({ by: 'a\u009b2Jb\u202e' });
    expect(line.endsWith('\n')).toBe(true);
  });
});
