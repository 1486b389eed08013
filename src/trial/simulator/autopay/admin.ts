import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { VinError } from '../../../base/errors';
import { parseDuration } from '../../../domain/duration';
import { refusalOfPage } from '../shared/pages';
import { faultSchema } from './faults';
import type { AutopaySimulator } from './simulator';
import type { SwitchesInput } from './switches';

const plate = z.strictObject({
  license_plate_number: z.string().min(1),
  country_code: z.string().regex(/^[A-Z]{2}$/),
  subdivision: z.string().min(1).optional(),
});
const useSchema = z.strictObject({
  plate,
  operator: z.string().optional(),
  type: z.enum(['PARKING', 'TOLL_ROAD']).optional(),
  gross: z.number().optional(),
  currency: z.string().length(3).optional(),
});
const receiver = z.strictObject({ url: z.url({ protocol: /^https?$/ }), token: z.string().min(1) });
const duration = z.string().transform((text) => parseDuration(text));
const receiversSchema = z.strictObject({
  entry: receiver.optional(),
  periodic: receiver.optional(),
  every: duration.optional(),
});

/** The levers under `/_simulator/`, for scripts and for the curious. They ask for no password, and take nothing from a page in a browser. */
export function addAdmin(server: FastifyInstance, simulator: AutopaySimulator): void {
  void server.register(
    (admin, _options, ready) => {
      admin.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
        const isInput =
          error instanceof z.ZodError || error instanceof RangeError || error instanceof VinError;
        const message = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
        return reply.code(error.statusCode ?? (isInput ? 400 : 500)).send({ error: message });
      });
      admin.addHook('onRequest', async (request, reply) => {
        const refusal = refusalOfPage(request.headers, { names: true });
        if (refusal) return reply.code(403).send({ error: refusal });
      });
      admin.get('/health', async () => ({
        status: 'ok',
        now: new Date(simulator.clock.now()).toISOString(),
      }));
      admin.get('/ledger', async () => ({
        calls: simulator.calls,
        deliveries: simulator.deliveries,
        tokens: simulator.tokens(),
        vehicles: simulator.fleet().vehicles,
        uses: simulator.fleet().uses,
      }));
      admin.post('/uses', async (request, reply) =>
        reply.code(201).send(simulator.use(withoutHoles(useSchema.parse(request.body)))),
      );
      admin.post('/uses/:id/end', async (request, reply) => answer(reply, simulator.end(idOf(request))));
      admin.put('/uses/:id/plate', async (request, reply) =>
        answer(reply, simulator.correct(idOf(request), plate.parse(request.body))),
      );
      admin.put('/switches', async (request, reply) => {
        // It checks them, together with those that are set already.
        simulator.switch(request.body as SwitchesInput);
        return reply.code(204).send();
      });
      admin.put('/receivers', async (request, reply) => {
        simulator.setReceivers(receiversSchema.parse(request.body));
        return reply.code(204).send();
      });
      admin.post('/faults', async (request, reply) => {
        simulator.setFault(faultSchema.parse(request.body));
        return reply.code(204).send();
      });
      admin.delete('/faults', async (_request, reply) => {
        simulator.clearFaults();
        return reply.code(204).send();
      });
      admin.delete('/tokens', async (_request, reply) => {
        simulator.revokeTokens();
        return reply.code(204).send();
      });
      admin.post('/clock', async (request, reply) => {
        simulator.clock.advance(z.strictObject({ by: duration }).parse(request.body).by);
        return reply.code(204).send();
      });
      ready();
    },
    { prefix: '/_simulator' },
  );
}

function idOf(request: { readonly params: unknown }): string {
  return (request.params as { id: string }).id;
}

function answer<R extends { code(status: number): { send(body?: object): R } }>(
  reply: R,
  isDone: boolean,
): R {
  return isDone ? reply.code(204).send() : reply.code(404).send({ error: 'there is no such use' });
}

/** What was not given is absent, not undefined. */
function withoutHoles<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}
