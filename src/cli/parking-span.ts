import { type Command, InvalidArgumentError, Option } from 'commander';
import { VinError } from '../base/errors';
import type { Format } from './output';

export interface SpanOptions {
  readonly from?: number;
  readonly to?: number;
  readonly type?: 'PARKING' | 'TOLL_ROAD';
  readonly output: Format;
}

export function withSpan(command: Command): Command {
  return command
    .addOption(
      new Option('--from <time>', 'what ended from then on (default: 50 days before the end)').argParser(
        timeOption,
      ),
    )
    .addOption(new Option('--to <time>', 'what ended until then (default: now)').argParser(timeOption))
    .addOption(new Option('--type <type>', 'only these').choices(['PARKING', 'TOLL_ROAD']));
}

/** @throws VinError `USAGE_WRONG` */
export function readSpan<S extends { readonly from?: number; readonly to?: number }>(span: S): S {
  const { spanProblem } = require('../parkings/payments') as typeof import('../parkings/payments');
  const problem = spanProblem(span);
  if (problem === null) return span;
  throw new VinError('USAGE_WRONG', `--from ${problem}`, 'Write the earlier time in --from.');
}

/** Reads a time with its zone into milliseconds since 1970. */
function timeOption(text: string): number {
  const at = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d))?$/.test(text)
    ? Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
    : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new InvalidArgumentError(
    'Write a time with its zone, such as 2026-11-20T08:00:00+01:00, or a day (its beginning in UTC).',
  );
}
