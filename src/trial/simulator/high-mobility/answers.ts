import { type ClearanceRow, statusOf } from './clearances';

/** What a call is answered, before any fault touches it. */
export interface SimulatedReply {
  readonly status: number;
  readonly body?: object;
}

interface ApiError {
  readonly title: string;
  readonly source?: string;
  readonly detail?: string;
}

function errors(status: number, ...list: ApiError[]): SimulatedReply {
  return { status, body: { errors: list } };
}

/** The errors of the Vehicle Data API name the request. */
function dataError(status: number, request_id: string, title: string, detail: string): SimulatedReply {
  return { status, body: { errors: [{ title, detail }], request_id } };
}

/** Texts and titles are those of the Fleet Clearance, Vehicle Data, Eligibility and OAuth2 API references. */
export const answers = {
  ok: (body: object): SimulatedReply => ({ status: 200, body }),

  tokenRefused: (error_description: string): SimulatedReply => ({
    status: 400,
    body: { error: 'invalid_request', error_description },
  }),

  unauthorized: (): SimulatedReply =>
    errors(401, {
      title: 'Not authorized',
      source: 'Authorization',
      detail:
        'Missing or invalid authorization header. The token must be obtained through the service account API ' +
        'and sent as a header with the format "Authorization: Bearer <token>"',
    }),

  forbidden: (): SimulatedReply =>
    errors(403, {
      title: 'Forbidden',
      source: 'Authorization',
      detail: 'This service account is not associated with a fleet.',
    }),

  noConsent: (requestId: string): SimulatedReply =>
    dataError(403, requestId, 'Forbidden', 'No active consent for this vehicle'),

  consentRemoved: (requestId: string): SimulatedReply =>
    dataError(401, requestId, 'Not authorized', 'Consent is removed by OEM'),

  noDataYet: (requestId: string): SimulatedReply =>
    dataError(422, requestId, 'Pending', 'Vehicle data is not available yet'),

  /** No sample is documented; the shape is. */
  notFound: (source: string): SimulatedReply =>
    errors(404, { title: 'Not found', source, detail: `${source} is not found` }),

  conflict: (detail: string): SimulatedReply => errors(409, { title: 'Conflict', source: 'vin', detail }),

  notSupported: (): SimulatedReply =>
    errors(422, {
      title: 'not supported',
      source: 'vin',
      detail: 'cancellation is not supported for this vin',
    }),

  tooEarly: (): SimulatedReply =>
    errors(422, {
      title: 'too early',
      source: 'status',
      detail: "the pending status could only be canceled after 1 day it's created",
    }),

  /** No sample is documented; the shape is. */
  invalid: (problems: readonly { source: string; detail: string }[]): SimulatedReply =>
    errors(422, ...problems.map((problem) => ({ title: 'Invalid input', ...problem }))),

  tooManyRequests: (requestId: string, seconds: number): SimulatedReply =>
    errors(429, {
      title: 'Too many requests',
      source: `fleet-manager-api:${requestId}`,
      detail: `retry after ${seconds}s`,
    }),

  /** What an error status is answered without a reason of its own. No body is documented from 500 on. */
  forStatus(status: number, detail: string | undefined, requestId: string): SimulatedReply {
    const documented: Record<number, () => SimulatedReply> = {
      401: answers.unauthorized,
      403: answers.forbidden,
      404: () => answers.notFound('vin'),
      429: () => answers.tooManyRequests(requestId, 10),
    };
    const answer = documented[status]?.() ?? { status };
    if (detail === undefined) return answer;
    const [first] = (answer.body as { errors: ApiError[] } | undefined)?.errors ?? [];
    return errors(status, { ...(first ?? { title: 'Error' }), detail });
  },
};

/** A clearance as the API shows it: times without a zone, in UTC, to the second. */
export function shown(row: ClearanceRow): object {
  const { vin, brand, tags, changelog } = row;
  return {
    vin,
    status: statusOf(row),
    brand,
    ...(tags === undefined ? {} : { tags }),
    changelog: changelog.map(({ at, status, reason }) => ({
      timestamp: new Date(at).toISOString().slice(0, 19),
      status,
      ...(reason === null ? {} : { reason }),
    })),
  };
}
