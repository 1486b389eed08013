import {
  CancellationScope,
  condition,
  proxyActivities,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import type { SigningActivities } from '../../activities/certificates';
import { goOnAfresh } from '../activation/fresh-run';
import { LEDGER_MEMO, type LedgerInput, ledgerState, requestCertificate } from '../contract/certificates';
import { createLedger } from './ledger';

/** Tried until it is done: a certificate that was asked for is never given up. */
const { signCertificates } = proxyActivities<SigningActivities>({
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

/**
 * Numbers the certificates of an installation, one after the other and without a gap. It has them signed a batch at a time, and
 * goes on when the hash of the last one is known: the next one carries it. It never ends by itself.
 */
export async function certificates({ carried }: LedgerInput = {}): Promise<void> {
  const ledger = createLedger(carried);
  setHandler(ledgerState, () => ledger.state(), {
    description: 'The newest certificate, and the requests that are not signed yet.',
  });
  setHandler(requestCertificate, (request) => ledger.takeIn(request), {
    description: 'Asks for a certificate. Workers send it; by hand there is nothing to send.',
  });
  // Nothing of it may be cut off: a number that is given is a certificate.
  await CancellationScope.nonCancellable(async () => {
    while (!workflowInfo().continueAsNewSuggested) {
      await condition(() => ledger.waiting > 0 || workflowInfo().continueAsNewSuggested);
      if (ledger.waiting === 0) continue;
      const requests = ledger.batch();
      const { head } = ledger.state();
      const summary = `Sign ${requests.length} after certificate ${head?.number ?? 0}`;
      const order = { head, requests, at: new Date().toISOString() };
      ledger.signed(requests, await signCertificates.executeWithOptions({ summary }, [order]));
      const newest = ledger.state().head;
      if (newest) upsertMemo({ [LEDGER_MEMO]: newest });
    }
  });
  return goOnAfresh<typeof certificates>({ carried: ledger.state() });
}
