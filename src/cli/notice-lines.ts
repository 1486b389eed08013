import type { DeliveryRecord, NoticeRecord } from '../../workflows/contract/notices';
import { visible } from '../base/visible';
import { inSeconds } from './times';

/** Whom a notice tells, and what became of it: a line, and one for each channel. */
export function linesOf(notice: NoticeRecord): string[] {
  const { decidedAt, audience, owner, level, kind } = notice;
  const who = audience === 'owner' ? owner : audience;
  return [
    `  ${inSeconds(decidedAt)}  ${kind} to the ${visible(who)}, level ${level}: ${visible(notice.action)}`,
    ...outcomes(notice).map((line) => `    ${visible(line)}`),
  ];
}

function outcomes({ deliveries }: NoticeRecord): string[] {
  if (deliveries.length === 0) return ['not sent: the routes name no channel for it'];
  return deliveries.map((delivery) => `${delivery.channel}: ${outcomeOf(delivery)}`);
}

function outcomeOf({ outcome, at, where, id, why }: DeliveryRecord): string {
  if (outcome === 'under-way') return 'not delivered yet, tried again';
  const time = at === null ? '' : ` ${inSeconds(at)}`;
  return outcome === 'delivered' ? `delivered${time} to ${where} (${id})` : `not sent${time}: ${why}`;
}
