import type { FastifyRequest } from 'fastify';
import type { Application } from '../../domain/application';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whose webhooks come in here. */
    webhookOf?: Application;
  }
}

/** Where the webhooks of an application come in. */
export function webhookPath({ provider, application }: Application): string {
  return `/webhooks/${provider}/${application}`;
}

/** To whose address a request came; null where that is nobody's. */
export function whose({ routeOptions }: FastifyRequest): Application | null {
  return routeOptions.config.webhookOf ?? null;
}
