import type { WebhookSource } from '../../../src/gateway/webhooks/receiver';
import { highMobility } from '../../../src/providers/high-mobility/profile';
import { APP } from '../../support/application';

/** High Mobility's webhooks, signed with one of these secrets. */
export function sourcesWith(...secrets: string[]): WebhookSource[] {
  return [{ app: APP, reader: highMobility.webhook, secrets }];
}
