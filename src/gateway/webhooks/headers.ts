import type { FastifyRequest } from 'fastify';
import type { WebhookReader } from '../../providers/profile';

/** A header that was sent exactly once; Node would join or drop repeated ones. */
export function oneHeader(request: FastifyRequest, name: string): string | undefined {
  const values = request.raw.headersDistinct[name.toLowerCase()];
  return values?.length === 1 ? values[0] : undefined;
}

/** The provider's id of the delivery. It goes into logs and histories, so only a harmless one is kept. */
export function deliveryOf(
  request: FastifyRequest,
  { deliveryHeader }: Pick<WebhookReader, 'deliveryHeader'>,
): string | null {
  const id = deliveryHeader === null ? undefined : oneHeader(request, deliveryHeader);
  return id !== undefined && /^[\w.:-]{1,100}$/.test(id) ? id : null;
}
