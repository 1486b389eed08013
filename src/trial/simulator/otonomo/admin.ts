import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { VinError } from '../../../base/errors';
import { parseDuration } from '../../../domain/duration';
import { parseExpectation } from '../shared/expectation';
import { lifeFor } from './expectation';
import { faultSchema } from './faults';
import { STATES } from './lives';
import type { OtonomoSimulator } from './simulator';

const duration = z.unknown().transform((value, context) => {
  if (typeof value === 'number' && value >= 0) return value;
  try {
    return parseDuration(String(value));
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});
const state = z.enum(STATES);
const scriptSchema = z.union([
  z.strictObject({ expect: z.string() }),
  z.strictObject({ life: z.array(z.strictObject({ state, after: duration })).min(1) }),
]);
const changeSchema = z.strictObject({ state });
const connectivitySchema = z.strictObject({ connectivity: z.string().nullable() });
const delaySchema = z.strictObject({ milliseconds: z.number().min(0) });
const advanceSchema = z.strictObject({ by: duration });

/**
 * The levers of the simulator under `/_simulator/`, for scripts and for the curious. They ask for no password: the simulator is
 * a tool for one machine. What a page in a browser sends is refused before (`server.ts`).
 */
export function addAdmin(server: FastifyInstance, simulator: OtonomoSimulator): void {
  void server.register(
    (admin, _options, done) => {
      admin.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
        const isInput =
          error instanceof z.ZodError || error instanceof RangeError || error instanceof VinError;
        const text = error instanceof z.ZodError ? z.prettifyError(error) : error.message;
        return reply.code(error.statusCode ?? (isInput ? 400 : 500)).send({ error: text });
      });
      admin.get('/health', async () => ({
        status: 'ok',
        now: new Date(simulator.clock.now()).toISOString(),
        speed: simulator.clock.speed,
        vehicles: simulator.vehicles.length,
      }));
      admin.get('/ledger', async () => {
        const { calls, happenings, vehicles } = simulator;
        const shown = vehicles.map(({ vin, make, odometer, state, changedAt }) => ({
          vin,
          make,
          odometer,
          state,
          changedAt,
        }));
        return { calls, happenings, vehicles: shown };
      });
      /** Pulls one lever: its answer is 204, or 404 where it had nothing to pull. */
      const lever = (
        method: 'PUT' | 'POST' | 'DELETE',
        url: string,
        pull: (vin: string, body: unknown) => unknown,
      ): void => {
        admin.route({
          method,
          url,
          handler: async ({ params, body }, reply) => {
            const { vin = '' } = params as { vin?: string };
            if (pull(vin, body) !== false) return reply.code(204).send();
            return reply.code(404).send({ error: 'no such vehicle' });
          },
        });
      };
      lever('PUT', '/vehicles/:vin', (vin, body) => simulator.script(vin, lifeOf(scriptSchema.parse(body))));
      lever('POST', '/vehicles/:vin', (vin) => simulator.add(vin));
      lever('POST', '/vehicles/:vin/state', (vin, body) =>
        simulator.set(vin, changeSchema.parse(body).state),
      );
      lever('DELETE', '/vehicles/:vin', (vin) => simulator.forget(vin));
      lever('PUT', '/vehicles/:vin/connectivity', (vin, body) =>
        simulator.scriptConnectivity(vin, connectivitySchema.parse(body).connectivity),
      );
      lever('POST', '/makes/:vin/active', (make) => simulator.activateMake(make));
      lever('PUT', '/list', (_, body) => simulator.setListDelay(delaySchema.parse(body).milliseconds));
      lever('POST', '/faults', (_, body) => simulator.setFault(faultSchema.parse(body)));
      lever('DELETE', '/faults', () => simulator.clearFaults());
      lever('DELETE', '/tokens', () => simulator.revokeTokens());
      lever('POST', '/clock', (_, body) => simulator.clock.advance(advanceSchema.parse(body).by));
      done();
    },
    { prefix: '/_simulator' },
  );
}

function lifeOf(script: z.output<typeof scriptSchema>) {
  if ('life' in script) return script.life;
  const life = lifeFor(parseExpectation(script.expect));
  if (life) return life;
  throw new RangeError(
    `"${script.expect}" is a row that never reaches the provider: there is nothing to script`,
  );
}
