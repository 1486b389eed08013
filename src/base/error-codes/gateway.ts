import type { ErrorCodes } from './error-code';

/** Of the HTTP API. */
export const API_ERRORS = {
  TOKEN_REFUSED: {
    means:
      'There is no token, or one that is unknown, revoked or expired. The answer is the same for all of them.',
    next: 'Send `Authorization: Bearer vin_…`. Look with `vin token list` whether the token is there and when it expires.',
    http: 401,
  },
  ROLE_MISSING: {
    means: 'The token has the role `read`, and the request would change something.',
    next: 'Ask for a token with the role `operate`.',
    http: 403,
  },
  APPLICATION_OFF: {
    means: 'The token is for an application that this gateway does not serve.',
    next: 'Those who run the service add the application to `VIN_APPLICATIONS`, or make a token for another one.',
    http: 403,
  },
  APPLICATION_FORBIDDEN: {
    means: "The application that is named is not one of the token's.",
    next: "Leave `application` out for the token's own, or ask for a token that has it too (`vin token create --also`).",
    http: 403,
  },
  FLEET_FORBIDDEN: {
    means: "The fleet that is named is not one of the token's.",
    next: 'Name a fleet of the token, or ask for a token of that fleet.',
    http: 403,
  },
  VIN_NOT_AVAILABLE: {
    means:
      'This vehicle cannot be started with this token. The answer is the same whoever holds the vehicle, also when it belongs to no fleet.',
    next: 'If the vehicle is yours now, ask those who run the service to release it.',
    http: 409,
  },
  ACTIVATION_ENDED: {
    means: 'The activation has ended and takes no message. Nothing was changed.',
    next: 'Start a new one if the vehicle is still in the fleet.',
    http: 409,
  },
  METHOD_NOT_ALLOWED: {
    means: 'The address is right, the method is not.',
    next: 'Take one of the methods in the header `Allow`.',
    http: 405,
  },
  BODY_MALFORMED: {
    means: 'The body is not proper JSON, or is cut off.',
    next: 'Send a whole JSON document in UTF-8.',
    http: 400,
  },
  QUERY_MALFORMED: {
    means:
      'The part of the address behind `?` is no text: a `%` in it is no byte, or its bytes are no UTF-8.',
    next: 'Write each value with the percent-encoding of its UTF-8, as HTTP libraries do.',
    http: 400,
  },
  CONTENT_TYPE_UNKNOWN: {
    means: 'The body is not called JSON, or is compressed.',
    next: 'Send it uncompressed, with `Content-Type: application/json`.',
    http: 415,
  },
  REQUEST_INVALID: {
    means: 'Some fields cannot be used. `errors` has each of them, with its place and its own code.',
    next: 'Correct these fields and send it again.',
    http: 422,
  },
  FIELD_INVALID: {
    means: 'In `errors`: the field has another form than [openapi.json](openapi.json) says, or is not known.',
    next: 'Correct it as its detail says.',
  },
  TOO_MANY_REQUESTS: {
    means:
      'The token has used up its share of calls, starts, batches or waits (`VIN_TOKEN_SHARE`). Nothing was done. Also of single items of a batch.',
    next: 'Wait as long as `Retry-After` says (for an item: as `next` says), then send it again. Ask for lists instead of many single vehicles, and send one batch after the other.',
    http: 429,
  },
  SERVICE_UNAVAILABLE: {
    means: 'The request could not be carried out in time. It may have been, in part.',
    next: 'Send it again after the time in `Retry-After`: nothing is done twice. Those who run the service look at Temporal.',
    http: 503,
  },
  TOO_MANY_WAITS: {
    means: 'Too many requests are waiting for a status at the same time.',
    next: 'Ask without `wait`, or again later. Ask for lists instead of many single vehicles.',
    http: 503,
  },
} as const satisfies ErrorCodes;

/** Of the tokens themselves, for those who run the service. */
export const TOKEN_ERRORS = {
  TOKENS_INVALID: {
    means: 'The file of `VIN_API_TOKENS` cannot be read, or is no file of tokens.',
    next: 'Check the path and its permissions. Make the file with `vin token create`.',
  },
  TOKENS_LOCKED: {
    means: 'Another command is changing the file. Nothing was changed.',
    next: 'Try again. If a command was killed, delete the `.lock` file that the message names.',
  },
  TOKENS_NOT_WRITTEN: {
    means: 'The file cannot be written. Nothing was changed.',
    next: 'Check the directory, its permissions and the space on the disk.',
  },
  TOKEN_OPTION_INVALID: {
    means: 'An option of `vin token` cannot be used, or there is no such token.',
    next: 'Correct what the message names.',
    exit: 2,
  },
} as const satisfies ErrorCodes;

/** Of webhooks: what the gateway answers. */
export const WEBHOOK_ERRORS = {
  SIGNATURE_WRONG: {
    means: 'The signature is missing or is not that of the body.',
    next: "Set the application's `…_WEBHOOK_SECRET` to the secret of the webhook in the provider's console. A proxy must not change the body.",
    exit: 4,
    http: 401,
  },
  WEBHOOK_MALFORMED: {
    means:
      'Rightly signed, but not a message that we can read. Nothing was changed; the next poll finds what it said.',
    next: "If it happens again, tell the provider's support.",
    http: 400,
  },
  BODY_TOO_LARGE: {
    means: 'The body is larger than 64 KiB (1 MiB for a batch of starts).',
    next: 'Look who sends it: a webhook has a few hundred bytes. Send a batch in smaller parts.',
    http: 413,
  },
  NOT_DURABLE: {
    means: 'Temporal did not take the message in time.',
    next: 'Nothing if the provider sends it again; the poll finds it in any case. Look whether Temporal runs.',
    http: 503,
  },
  GATEWAY_BUSY: {
    means: 'More verified webhooks are under way than the gateway takes at once (512).',
    next: 'Nothing if the provider sends it again; the poll finds it in any case. If it happens often, start a second gateway.',
    http: 503,
  },
  BODY_TOO_SLOW: {
    means:
      'A body did not come within 2 seconds in all, or so many others were half-sent that the oldest had to make room.',
    next: 'Let the proxy in front buffer bodies ([deploying.md](deploying.md#the-gateway)). A webhook comes in one packet.',
    http: 408,
  },
  WEBHOOK_FLOOD: {
    means: 'One vehicle has had more than 60 different webhooks in a minute.',
    next: 'Look who sends them: a vehicle has about ten in its whole life.',
    http: 503,
  },
  NOT_FOUND: {
    means: 'There is nothing at this address.',
    next: "The webhook's address ends with `/webhooks/<provider>/<application>`, and it is sent with POST. The API's addresses are in [openapi.json](openapi.json).",
    http: 404,
  },
} as const satisfies ErrorCodes;
