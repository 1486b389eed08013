import { inWords } from '../../activations/differences';
import type { Started as Begun, NewActivation, START_OUTCOMES } from '../../activations/starts';
import { VinError } from '../../base/errors';
import { applicationKey } from '../../domain/application';
import { problemOf } from '../refusal';
import { noticeHeld } from './held';
import type { Call, Place } from './operation';
import { type ProblemBody, problemFor } from './problem';
import { DEADLINE } from './starting-parking';

/** What came of the data of a vehicle. */
interface DataStarted {
  readonly outcome: Outcome;
  readonly next: string | null;
}

/** The data of a vehicle at an application, checked. */
export interface DataWish extends Place {
  readonly input: NewActivation;
}

/** What came of the data at another application than the first. */
export interface StartedElsewhere {
  readonly application: string;
  readonly outcome: Outcome | 'refused';
  readonly next: string | null;
  readonly problem: ProblemBody | null;
}

/** At each of the other applications by itself: what is refused at one takes nothing back. */
export async function startElsewhere(
  wishes: readonly DataWish[],
  again: boolean,
  call: Call<unknown, unknown>,
): Promise<StartedElsewhere[]> {
  const { requestId, api } = call;
  const found: StartedElsewhere[] = [];
  for (const wish of wishes) {
    const application = applicationKey(wish.api.app);
    try {
      found.push({ application, ...(await startData(wish, again, call)), problem: null });
    } catch (error) {
      const problem = problemFor(error, requestId);
      if (problem.code === 'UNEXPECTED')
        api.log.error({ requestId, problem: problemOf(error) }, 'not started elsewhere');
      found.push({ application, outcome: 'refused', next: null, problem });
    }
  }
  return found;
}

/** What to do where it was not started at each of them. */
export function elsewhereNext(elsewhere: readonly StartedElsewhere[]): string | null {
  const refused = elsewhere.filter(({ outcome }) => outcome === 'refused');
  if (refused.length === 0) return null;
  const where = refused.map(({ application }) => application).join(' and ');
  return `It was not started at ${where}: look at "elsewhere". Then send it again; nothing starts twice.`;
}

/** @throws where it was not started. */
export async function startData(
  { input, api, activations }: DataWish,
  again: boolean,
  { use, token, requestId, signal }: Call<unknown, unknown>,
): Promise<DataStarted> {
  if (input.checkEligibility && input.checkEligibility !== 'off') use.takeCheck();
  use.takeStart();
  const began = (): Promise<Begun> => activations.activate(input, { again });
  const started = await noticeHeld(input.vin, { api, token, requestId }, () =>
    use.inTurn(() => activations.within(DEADLINE, began), signal),
  );
  return answerOf(input.vin, started);
}

type Outcome = (typeof START_OUTCOMES)[number];

/** What to do, in the words of the API. @throws VinError where it ended again and again while it was started. */
function answerOf(
  vin: string,
  { outcome, differs }: Begun,
): { readonly outcome: Outcome; readonly next: string | null } {
  if (outcome === 'ended') {
    throw new VinError('SERVICE_UNAVAILABLE', `${vin} ends while it is started`, 'Start it again.', { vin });
  }
  const otherwise =
    differs.length === 0 ? null : `Otherwise than asked: ${inWords(differs)}. Amend it to change that.`;
  return { outcome, next: NEXT[outcome] ?? otherwise };
}

const NEXT: Readonly<Partial<Record<Outcome, string>>> = {
  leaving:
    'It is leaving, and was not started. Send it with "again" to start it once it has left; or take the leaving back with /stay, as long as the provider was not asked to end the access.',
  'starts-again': 'It is leaving, and starts once it has left.',
};
