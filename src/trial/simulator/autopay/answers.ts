/** What a call is answered, before any fault touches it. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** The error ids of the Fleet API. The status beside each is not documented: these are ours. */
const STATUS: Readonly<Record<string, number>> = {
  authentication_error: 401,
  forbidden: 403,
  internal_server_error: 500,
  fleet_vehicle_get_error: 500,
};

export const done: Answer = { status: 200 };

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function refused(error_id: string, message: string, status = STATUS[error_id] ?? 400): Answer {
  return { status, body: { error_id, message } };
}
