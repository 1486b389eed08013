import { BESIDE, beginOf, type CallsCounted, type DayCounted, dayOf } from '../contract/days';

/** What workers tell, checked: somebody may type anything in the Temporal UI, and it must not stop the workflow. */

/** Entries and characters of a name, far more than ever come. */
const MOST = 300;

/** The count; null where it is none. */
export function readCount(told: unknown): DayCounted | null {
  const isOne = isRecordOf(isApplication);
  return isObject(told) &&
    isDay(told['day']) &&
    isTime(told['at']) &&
    isOne(told['applications']) &&
    isBeside(told['beside'])
    ? (told as unknown as DayCounted)
    : null;
}

/** The calls; null where they are none. */
export function readCalls(told: unknown): CallsCounted | null {
  const isOne = isRecordOf(isRecordOf(isRecordOf(isCount)));
  return isObject(told) && isDay(told['day']) && isText(told['process']) && isOne(told['calls'])
    ? (told as unknown as CallsCounted)
    : null;
}

function isBeside(told: unknown): boolean {
  if (told === undefined) return true;
  const isOne = (one: unknown) =>
    isObject(one) && ['open', 'begun', 'ended'].every((name) => isCount(one[name]));
  return isObject(told) && BESIDE.every((name) => isOne(told[name]));
}

function isApplication(told: unknown): boolean {
  if (!isObject(told) || !isFlow(told['flow'])) return false;
  const { stand } = told;
  const isCounts = isRecordOf(isCount);
  return (
    stand === undefined ||
    (isObject(stand) && isCounts(stand['open']) && isCounts(stand['waiting']) && isCount(stand['old']))
  );
}

function isFlow(told: unknown): boolean {
  if (!isObject(told)) return false;
  const { took } = told;
  const isTook = took === null || (Array.isArray(took) && took.length === 3 && took.every(isCount));
  return isTook && ['approved', 'rejected', 'ended'].every((name) => isCount(told[name]));
}

function isRecordOf(isOne: (value: unknown) => boolean): (told: unknown) => boolean {
  return (told) => {
    if (!isObject(told)) return false;
    const entries = Object.entries(told);
    return entries.length <= MOST && entries.every(([key, value]) => isName(key) && isOne(value));
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MOST;
}

/** As we write times, so that they can be compared as texts. */
function isTime(value: unknown): boolean {
  const [day, time = ''] = typeof value === 'string' ? value.split('T') : [];
  return isDay(day) && /^[012]\d:[0-5]\d:[0-5]\d\.\d{3}Z$/.test(time);
}

/** What may stand as a name in a record of ours. */
function isName(key: string): boolean {
  return isText(key) && !(key in Object.prototype);
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isDay(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && dayOf(beginOf(value)) === value;
}
