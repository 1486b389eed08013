import type { NoticeRecord } from '../../workflows/contract/notices';
import { lineOf } from '../../workflows/lifecycle/view';
import { visible } from '../base/visible';
import { applicationKey } from '../domain/application';
import { ageOf, timeFor } from './ages';
import type { WhyAnswer } from './why';
import { indented, wrapped } from './wrapped';

/** How a text is printed. */
interface Printing {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Characters of a line. */
  readonly width: number;
  /** Of the times. @default that of this machine */
  readonly zone?: string | undefined;
}

/** Width of the names on the left. */
const NAMES = 13;
/** Facts and notices that one screen has room for. */
const FACTS = 8;
const NOTICES = 3;

/** For people: one screen, most important first. */
export function whyAsText(why: WhyAnswer, printing: Printing): string {
  const { activation: it } = why;
  const head = [it.vin, it.brand, ...(it.fleet ? [`fleet ${it.fleet}`] : []), applicationKey(it)];
  const rows = [...turnRows(why, printing), ...workRows(why, printing)];
  return [
    visible(head.join(' · ')),
    ...wrapped(visible(it.reason ? `${it.status}: ${it.reason}` : it.status), printing.width),
    '',
    ...rows.flatMap(([name, value]) => (value ? row(name, value, printing.width) : [])),
    ...timelineOf(why, printing),
    ...noticesOf(why, printing),
    '',
    ...commandsOf(why).map((command) => `  ${command}`),
  ].join('\n');
}

type Row = readonly [name: string, value: string | null];

function row(name: string, value: string, width: number): string[] {
  const [first = '', ...rest] = indented(visible(value), width, ' '.repeat(NAMES));
  return [`${name.padEnd(NAMES)}${first.slice(NAMES)}`, ...rest];
}

/** Whose turn it is, since when, until when, and what can help. */
function turnRows({ activation: it }: WhyAnswer, printing: Printing): Row[] {
  const isOver = it.execution !== 'RUNNING';
  const when = (time: string | null): string | null => time && inBoth(time, printing);
  const turn = it.owner ?? (isOver ? null : 'nobody: it goes on by itself');
  const since = it.owner ? (it.ownerSince ?? it.reasonSince) : it.since;
  return [
    [
      'Waits for',
      isOver ? `nothing: it has ended (${it.execution.toLowerCase()})` : (it.waitingFor ?? it.step),
    ],
    ['Whose turn', turn && `${turn}${since ? `, since ${when(since)}` : ''}`],
    ['To do', it.action && it.waitingFor?.includes(it.action) ? null : it.action],
    ['Until', it.deadlineAt && `${when(it.deadlineAt)}: then the carmaker or our policy gives up`],
    ['Next', it.nextAt && `it looks by itself at ${when(it.nextAt)}`],
    ['A retry', isOver ? null : (it.whyNoRetry ?? 'can help.')],
    ['Acknowledged', it.acknowledgedUntil && `no reminder before ${when(it.acknowledgedUntil)}`],
  ];
}

/** What was tried, what is under way, and what is in the way. */
function workRows(
  { activation: it, underWay, lastAnswer, defleeting }: WhyAnswer,
  printing: Printing,
): Row[] {
  const { submit, read, withdraw } = it.attempts;
  const tried = [
    ...(submit > 0 ? [`submitted ${times(submit)}`] : []),
    ...(read > 0 ? [`read ${times(read)}`] : []),
    ...(withdraw > 0 ? [`withdrawn ${times(withdraw)}`] : []),
  ].join(', ');
  const { failingTask, problems } = underWay;
  const task = failingTask ? `a step fails again and again, attempt ${failingTask.attempt}` : '';
  const fault = [...problems, ...(task ? [task] : [])].join('; ');
  return [
    ['Tried', tried || null],
    ...underWay.calls.map((call): Row => ['Under way', callInWords(call, printing)]),
    ['Fault', fault && `of the program: ${fault}. Set it free: vin unstick ${it.vin}`],
    ['Last answer', lastAnswer && answerInWords(lastAnswer, printing)],
    ['Leaves', defleeting && leavingInWords(defleeting, printing)],
  ];
}

function callInWords(
  { command, attempt, problem, nextAttemptAt }: WhyAnswer['underWay']['calls'][number],
  printing: Printing,
): string {
  const next =
    nextAttemptAt && Date.parse(nextAttemptAt) > printing.now
      ? `; again ${ageOf(nextAttemptAt, printing.now)}`
      : '';
  return `${command}, attempt ${attempt}${problem ? `: ${problem}${next}` : ''}`;
}

function answerInWords(fact: NonNullable<WhyAnswer['lastAnswer']>, printing: Printing): string {
  const said = fact.reason ? `${fact.status}: "${fact.reason}"` : fact.status;
  const theirs = fact.providerTime
    ? `, by its own clock ${timeFor(fact.providerTime, printing.now, printing.zone)}`
    : '';
  return `${said} (by ${fact.source} at ${inBoth(fact.at, printing)}${theirs})`;
}

function leavingInWords(
  { step, outcome, deadlineAt, parts, certificate }: NonNullable<WhyAnswer['defleeting']>,
  printing: Printing,
): string {
  const open = parts
    .filter(({ state }) => state !== 'gone')
    .map((part) => `${applicationKey(part)} ${part.status ?? 'not asked yet'}`);
  return [
    outcome ?? step,
    ...(deadlineAt && !outcome ? [`deadline ${inBoth(deadlineAt, printing)}`] : []),
    ...(open.length > 0 ? [`open at ${open.join(', ')}`] : []),
    ...(certificate ? [`certificate ${certificate.number}`] : []),
  ].join(' · ');
}

/** Our facts and the provider's own record in the order of time. */
function timelineOf({ activation: { history }, changelog }: WhyAnswer, printing: Printing): string[] {
  const ours = history.map((fact) => ({ at: fact.at, source: fact.source as string, words: lineOf(fact) }));
  const theirs = (changelog ?? []).map(({ at, status, reason }) => ({
    at,
    source: 'its record',
    words: reason ? `${status} (${reason})` : status,
  }));
  const all = [...ours, ...theirs].sort((a, b) => a.at.localeCompare(b.at));
  if (all.length === 0) return [];
  const shown = changelog ? all : all.slice(-FACTS);
  const left = all.length - shown.length;
  return [
    left > 0 ? `What happened (${left} before: vin status)` : 'What happened',
    ...shown.flatMap(({ at, source, words }) => {
      const [first = '', ...rest] = indented(visible(words), printing.width, ' '.repeat(32));
      const time = timeFor(at, printing.now, printing.zone).padEnd(17);
      return [`  ${time} ${source.padEnd(11)} ${first.slice(32)}`, ...rest];
    }),
  ];
}

function noticesOf({ notices }: WhyAnswer, printing: Printing): string[] {
  if (notices === null) return ['Told: not known, no worker has answered'];
  if (notices.length === 0) return ['Told: nobody yet'];
  const more = notices.length - NOTICES;
  return [
    more > 0 ? `Told (${more} before: vin notify log --vin)` : 'Told',
    ...notices.slice(0, NOTICES).flatMap((notice) => noticeLines(notice, printing)),
  ];
}

/** Whom, of what, and whether it has arrived. */
function noticeLines(notice: NoticeRecord, { now, width, zone }: Printing): string[] {
  const { audience, owner, kind, level, action, decidedAt, deliveries } = notice;
  const who = audience === 'owner' ? owner : audience;
  const time = timeFor(decidedAt, now, zone).padEnd(17);
  const said = indented(visible(`${who}, ${kind} ${level}: ${action}`), width, INDENT);
  const arrived = deliveries.map(({ channel, outcome, where, why }) => {
    if (outcome === 'under-way') return `${channel}: not delivered yet, tried again`;
    return outcome === 'delivered' ? `${channel}: delivered to ${where}` : `${channel}: not sent, ${why}`;
  });
  const lines = arrived.length > 0 ? arrived : ['by no channel: the routes name none for it'];
  return [
    `  ${time} ${(said[0] ?? '').slice(INDENT.length)}`,
    ...said.slice(1),
    ...lines.flatMap((line) => indented(visible(line), width, INDENT)),
  ];
}

const INDENT = ' '.repeat(20);

/** What helps now. */
function commandsOf({ activation: it, defleeting, changelog, underWay }: WhyAnswer): string[] {
  const { vin } = it;
  if (it.execution !== 'RUNNING') return [`vin status ${vin}   # the whole history`];
  return [
    ...(underWay.problems.length > 0 ? [`vin unstick ${vin}`] : []),
    ...(it.canRetry ? [`vin retry ${vin}`] : []),
    ...(it.status === 'pending' && it.owner ? [`vin retry ${vin}   # when it is done`] : []),
    ...(it.step === 'parked' && !it.canRetry ? [`vin resume ${vin}`] : []),
    ...(it.letter ? [`vin status ${vin}   # with the letter to the support`] : []),
    ...(it.owner && !it.acknowledgedUntil ? [`vin acknowledge ${vin} --until 3d`] : []),
    ...(changelog ? [] : [`vin why ${vin} --ask-provider`]),
    ...(defleeting?.execution === 'RUNNING' ? [`vin defleet show ${vin}`] : []),
  ];
}

function inBoth(time: string, { now, zone }: Printing): string {
  const age = ageOf(time, now);
  return `${timeFor(time, now, zone)} (${age.startsWith('in ') ? age : `${age} ago`})`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
