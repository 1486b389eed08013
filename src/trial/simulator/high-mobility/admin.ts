import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { VinError } from '../../../base/errors';
import { parseDuration } from '../../../domain/duration';
import { parseExpectation } from '../shared/expectation';
import { refusalOfPage } from '../shared/pages';
import { lifeFor } from './expectation';
import { faultSchema } from './faults';
import { type Scenario, STATUSES } from './lives';
import type { Simulator } from './simulator';
import type { DataScript } from './vehicle-data';

const statusSchema = z.enum(STATUSES);
/** Milliseconds, or a text such as `6h`. */
const durationSchema = z.unknown().transform((value, context) => {
  if (typeof value === 'number' && value >= 0) return value;
  try {
    return parseDuration(String(value));
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});
const stepSchema = z.strictObject({
  status: statusSchema,
  reason: z.string().nullable().default(null),
  after: durationSchema,
});
const scriptSchema = z.union([
  z.strictObject({ expect: z.string() }),
  z.strictObject({ life: z.array(stepSchema).min(1) }),
]);
const changeSchema = z.strictObject({ status: statusSchema, reason: z.string().nullable().default(null) });
const olderSchema = z.strictObject({ status: statusSchema, brand: z.string() });
const targetSchema = z.strictObject({ url: z.url({ protocol: /^https?$/ }), secret: z.string().min(1) });
const dataSchema = z
  .strictObject({ after: durationSchema.optional(), lost: z.literal(true).optional() })
  .refine(({ after, lost }) => (after === undefined) !== (lost === undefined), 'give "after" or "lost"')
  .transform(({ after = 0, lost }): DataScript => (lost ? { lost } : { after }));
const eligibilitySchema = z.union([
  z.strictObject({
    eligible: z.boolean(),
    data_delivery: z.array(z.enum(['pull', 'push'])).optional(),
    connectivity_status: z.enum(['activated', 'deactivated', 'unknown']).optional(),
    primary_user_assigned: z.boolean().optional(),
  }),
  z.strictObject({ refused: z.enum(['vin', 'brand']) }),
]);
const advanceSchema = z.strictObject({ by: durationSchema });

/**
 * The levers of the simulator under `/_simulator/`, for scripts and for the curious. They ask for no password:
 * the simulator is a tool for one machine and listens on the loopback address. They take JSON, and nothing from a page in a
 * browser, wherever the simulator listens.
 */
export function addAdmin(server: FastifyInstance, simulator: Simulator): void {
  void server.register(
    (admin, _options, done) => {
      admin.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
        const status = error.statusCode ?? (isInputError(error) ? 400 : 500);
        return reply.code(status).send({ error: message(error) });
      });

      admin.addHook('onRequest', async (request, reply) => {
        const refusal = refusalOfPage(request.headers, { names: true });
        if (refusal) return reply.code(403).send({ error: refusal });
      });

      admin.get('/health', async () => ({
        status: 'ok',
        now: new Date(simulator.clock.now()).toISOString(),
        speed: simulator.clock.speed,
        clearances: simulator.ledger.clearances.length,
      }));
      admin.get('/ledger', async () => simulator.ledger);

      admin.put('/vehicles/:vin', async (request, reply) => {
        simulator.script(vinOf(request), lifeOf(scriptSchema.parse(request.body)));
        return reply.code(204).send();
      });
      admin.put('/vehicles/:vin/data', async (request, reply) => {
        simulator.scriptData(vinOf(request), dataSchema.parse(request.body));
        return reply.code(204).send();
      });
      admin.put('/vehicles/:vin/eligibility', async (request, reply) => {
        simulator.scriptEligibility(vinOf(request), eligibilitySchema.parse(request.body));
        return reply.code(204).send();
      });
      admin.post('/vehicles/:vin/status', async (request, reply) => {
        const { status, reason } = changeSchema.parse(request.body);
        const done = simulator.setStatus(vinOf(request), status, reason);
        return done ? reply.code(204).send() : reply.code(404).send({ error: 'no clearance of this VIN' });
      });
      admin.post('/vehicles/:vin/older', async (request, reply) => {
        const { status, brand } = olderSchema.parse(request.body);
        simulator.addOlder({ vin: vinOf(request), brand }, status);
        return reply.code(204).send();
      });
      admin.delete('/vehicles/:vin', async (request, reply) => {
        const done = simulator.forget(vinOf(request));
        return done ? reply.code(204).send() : reply.code(404).send({ error: 'no clearance of this VIN' });
      });

      admin.post('/faults', async (request, reply) => {
        simulator.setFault(faultSchema.parse(request.body));
        return reply.code(204).send();
      });
      admin.delete('/faults', async (_request, reply) => {
        simulator.clearFaults();
        return reply.code(204).send();
      });
      admin.put('/webhook', async (request, reply) => {
        simulator.setWebhook(targetSchema.parse(request.body));
        return reply.code(204).send();
      });
      admin.delete('/tokens', async (_request, reply) => {
        simulator.revokeTokens();
        return reply.code(204).send();
      });
      admin.post('/clock', async (request, reply) => {
        simulator.clock.advance(advanceSchema.parse(request.body).by);
        return reply.code(204).send();
      });
      done();
    },
    { prefix: '/_simulator' },
  );
}

function lifeOf(script: z.output<typeof scriptSchema>): Scenario {
  if ('life' in script) return script.life;
  const life = lifeFor(parseExpectation(script.expect));
  if (life) return life;
  throw new RangeError(
    `"${script.expect}" is a row that never reaches the provider: there is nothing to script`,
  );
}

function isInputError(error: Error): boolean {
  return error instanceof z.ZodError || error instanceof RangeError || error instanceof VinError;
}

function message(error: Error): string {
  return error instanceof z.ZodError ? z.prettifyError(error) : error.message;
}

function vinOf(request: { params: unknown }): string {
  return (request.params as { vin: string }).vin;
}
