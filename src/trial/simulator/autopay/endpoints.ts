import { z } from 'zod';
import type { Credential } from './access';
import { type Answer, done, ok, refused } from './answers';
import { type Fleet, keyOf, type Use } from './fleet';
import { memberOf, serviceOf } from './shown';
import type { Switches } from './switches';

const DAY = 86_400_000;

/** One call of somebody who may call. */
export interface Call {
  readonly fleet: Fleet;
  readonly credential: Credential;
  readonly switches: Switches;
  /** Simulated milliseconds since 1970. */
  readonly now: number;
  /** The body of a POST, the query of everything else. */
  readonly given: unknown;
  /** The id of a service, where the address has one. */
  readonly id?: string | undefined;
}

const plate = z.object({
  license_plate_number: z.string().min(1),
  country_code: z.string().regex(/^[A-Z]{2}$/),
  subdivision: z.string().min(1).optional(),
});
const time = z
  .string()
  .transform((text) => Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')))
  .refine((at) => !Number.isNaN(at), 'is no time');
const span = plate.extend({
  type: z.enum(['PARKING', 'TOLL_ROAD']).optional(),
  from: time.optional(),
  to: time.optional(),
  include_running_services: z.union([z.boolean(), z.enum(['true', 'false'])]).optional(),
});

/** Does something with what was given, or says what is missing. */
function read<T extends z.ZodType>(schema: T, given: unknown, work: (value: z.output<T>) => Answer): Answer {
  const result = schema.safeParse(given);
  if (result.success) return work(result.data);
  const [issue] = result.error.issues;
  return refused('missing_property', `${issue?.path.join('.')}: ${issue?.message}`);
}

export function allVehicles({ fleet, switches }: Call): Answer {
  return ok(fleet.vehicles.map((member) => memberOf(member, switches)));
}

export function addVehicle({ fleet, switches, given }: Call): Answer {
  return read(plate, given, (registration) => {
    const known = fleet.find(registration);
    if (known && switches.secondPost === 'error') {
      return refused('fleet_vehicle_save_error', 'Failed to save vehicle');
    }
    return ok(memberOf(known ?? fleet.add(registration), switches));
  });
}

export function removeVehicle({ fleet, switches, given }: Call): Answer {
  return read(plate, given, (registration) => {
    if (fleet.remove(registration) || switches.absentDelete === 'done') return done;
    return refused('fleet_vehicle_delete_error', 'Failed to delete vehicle');
  });
}

export function detachVehicle({ fleet, given }: Call): Answer {
  return read(plate, given, (registration) => {
    const member = fleet.find(registration);
    if (!member) return refused('fleet_vehicle_get_error', 'Failed to get vehicles', 400);
    member.isAttached = false;
    return done;
  });
}

/** What a credential sees: the uses of its operator. */
function seen({ fleet, credential }: Call): readonly Use[] {
  return fleet.uses.filter(({ operator }) => operator === credential.operator);
}

function isUnpaid({ isPaid, isDeclined }: Use): boolean {
  return !isPaid && !isDeclined;
}

/** The unpaid uses of one vehicle in a span of time, by their end. */
function found(call: Call, work: (uses: readonly Use[]) => Answer): Answer {
  const { now, switches } = call;
  return read(
    span,
    call.given,
    ({ type, from, to = now, include_running_services: running, ...registration }) => {
      const begin = from ?? to - switches.spanDays * DAY;
      if (to - begin > switches.spanDays * DAY) {
        return refused(
          'vehicle_services_invalid_date_range',
          'The specified period exceeds the maximum limit',
        );
      }
      const isRunningWanted = running === true || running === 'true';
      return work(
        seen(call).filter(
          (use) =>
            isUnpaid(use) &&
            keyOf(use.plate) === keyOf(registration) &&
            (type === undefined || use.type === type) &&
            (use.endedAt === null ? isRunningWanted : use.endedAt >= begin && use.endedAt <= to),
        ),
      );
    },
  );
}

function shownOf({ fleet, switches }: Call, uses: readonly Use[]): object[] {
  return uses.map((use) => serviceOf(use, fleet.find(use.plate)?.addedAt ?? use.startedAt, switches));
}

export function servicesOfVehicle(call: Call): Answer {
  return found(call, (uses) => ok(shownOf(call, uses)));
}

export function disablePayments(call: Call): Answer {
  return found(call, (uses) => {
    call.fleet.lock(uses);
    return ok(shownOf(call, uses.slice(call.switches.unlisted)));
  });
}

export function unpaidServices(call: Call): Answer {
  return pageOf(
    call,
    seen(call).filter((use) => isUnpaid(use) && use.endedAt !== null),
  );
}

export function updatedServices(call: Call): Answer {
  const times = z.object({ updated_at_from: time.optional(), updated_at_to: time.optional() });
  return read(times, call.given, ({ updated_at_from: from = 0, updated_at_to: to = call.now }) =>
    pageOf(
      call,
      seen(call)
        .filter(({ updatedAt }) => updatedAt >= from && updatedAt <= to)
        .sort((one, other) => one.updatedAt - other.updatedAt),
    ),
  );
}

export function declineService(call: Call): Answer {
  const use = seen(call).find(({ id }) => id === call.id);
  if (!use) return refused('argument_type_mismatch', 'There is no such service');
  call.fleet.change(use.id, { isDeclined: true });
  return done;
}

/** One page. The cursor says behind which service the next one begins; it is opaque to others. */
function pageOf(call: Call, uses: readonly Use[]): Answer {
  const { cursor } = call.given as { cursor?: string };
  const last = cursor === undefined ? null : Buffer.from(cursor, 'base64url').toString();
  const start = last === null ? 0 : uses.findIndex(({ id }) => id === last) + 1;
  if (last !== null && start === 0) return refused('cursor_decoding_error', 'Failed to decode cursor');
  const page = uses.slice(start, start + call.switches.page);
  const isMore = start + page.length < uses.length;
  const next = isMore ? { cursor: Buffer.from(page.at(-1)?.id ?? '').toString('base64url') } : {};
  return ok({
    services: shownOf(call, page),
    summary: { total_results: page.length, more_results: isMore, ...next },
  });
}
