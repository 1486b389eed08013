import { request } from 'undici';
import type { Environment } from '../config/config';
import { type Application, applicationKey } from '../domain/application';
import { createRouter } from '../http/dispatcher';
import { proxyFor } from '../http/proxy';
import { explain } from '../http/unreachable';
import type { ProviderProfile } from '../providers/profile';
import { variableName } from '../providers/settings';
import { type Finding, good, note, problem, unknown } from './finding';

/** Webhooks older than this are read and dropped: so a probe of ours is no sign that the provider lives. Milliseconds. */
const LONG_AGO = 30 * 86_400_000;

/** How long the gateway may take, in milliseconds. */
const PATIENCE = 5_000;

export interface WebhookLook {
  readonly app: Application;
  readonly profile: Pick<ProviderProfile, 'name' | 'webhook'>;
  /** Where the provider sends its webhooks. */
  readonly url: string;
  /** The secret in use; undefined: none is set here. */
  readonly secret: string | undefined;
  /** May name a proxy. */
  readonly environment: Environment;
}

/** Sends the gateway a message as the provider would sign it, which changes nothing, and reads the answer. */
export async function lookAtWebhook({
  app,
  profile,
  url,
  secret,
  environment,
}: WebhookLook): Promise<Finding> {
  const of = applicationKey(app);
  const { name, webhook } = profile;
  if (!webhook) return note('webhook', `${name} sends none: the sweep finds what changes.`, null, of);
  if (!webhook.probe) return unknown('webhook', `Nobody can try out a webhook of ${name}.`, null, of);
  if (!secret) {
    const variable = variableName(app, webhook.secrets[0] ?? '');
    const fix = `Set ${variable} to what you typed in the console of ${name}.`;
    return problem('webhook', 'The secret of its webhook is not set here: none can be verified.', fix, of);
  }
  const { body, headers } = webhook.probe(secret, new Date(Date.now() - LONG_AGO));
  const patience = { connect: PATIENCE, headers: PATIENCE, body: PATIENCE };
  const dispatcher = createRouter(patience, environment);
  try {
    const { statusCode, body: reply } = await request(url, {
      dispatcher,
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    await reply.dump();
    return judge(statusCode, url, of);
  } catch (error) {
    const { detail } = explain(error, proxyFor(url, environment));
    return problem(
      'webhook',
      `Nobody answers at ${url}${detail && ` (${detail})`}.`,
      'Start vin gateway, or name the address that the provider knows with --gateway-url. Until then the sweep finds what changes, later.',
      of,
    );
  } finally {
    await dispatcher.close();
  }
}

function judge(status: number, url: string, of: string): Finding {
  if (status >= 200 && status < 300) {
    return good(
      'webhook',
      `A signed message came through to the gateway at ${url}, and it was verified.`,
      of,
    );
  }
  if (status === 401) {
    return {
      ...problem(
        'webhook',
        `The gateway at ${url} does not accept the signature.`,
        'Give the gateway the same webhook secret as here. A proxy in front of it must not change the body.',
        of,
      ),
      code: 'SIGNATURE_WRONG',
    };
  }
  if (status === 404) {
    return problem(
      'webhook',
      `There is a server at ${url}, and it knows no webhooks of ${of}.`,
      `Start the gateway with ${of} in VIN_APPLICATIONS, or correct --gateway-url.`,
      of,
    );
  }
  return problem(
    'webhook',
    `${url} answered ${status}.`,
    'Look at the log of the gateway, and at the proxy in front of it.',
    of,
  );
}
