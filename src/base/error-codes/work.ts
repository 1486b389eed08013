import type { ErrorCodes } from './error-code';

/** Of Temporal and its server. */
export const TEMPORAL_ERRORS = {
  TEMPORAL_UNREACHABLE: {
    means:
      'No Temporal server answers at the address, or it did not answer in time (5 s to connect, 7 s for a call). The cause stands in brackets: the proxy, TLS, DNS.',
    next: 'Do what the message says about the cause. Else start one with `vin server`, or set `TEMPORAL_ADDRESS` (and `TEMPORAL_TLS`, `TEMPORAL_API_KEY`) for yours.',
    exit: 6,
  },
  TEMPORAL_REFUSED: {
    means: 'The server does not accept our credentials for the namespace.',
    next: 'Check `TEMPORAL_API_KEY`, or the client certificate, and the namespace.',
    exit: 4,
  },
  TEMPORAL_NAMESPACE_MISSING: {
    means: 'The server has no such namespace.',
    next: 'Create it with `temporal operator namespace create`, or set `TEMPORAL_NAMESPACE`.',
  },
  SEARCH_ATTRIBUTES_MISSING: {
    means: 'The namespace lacks our search attributes, and we may not add them.',
    next: 'Have somebody who has the right run the command in the message.',
  },
  TEMPORAL_SERVER_MISSING: {
    means: 'No embedded server could be found, downloaded or built; the message lists each attempt.',
    next: 'Put the Temporal CLI on the PATH, or install Go, or set `TEMPORAL_ADDRESS`.',
  },
  TEMPORAL_SERVER_FAILED: {
    means: 'The embedded server did not start, or ended by itself.',
    next: 'Read the end of its output in the message. Its database file keeps everything; start it again.',
    exit: 6,
  },
  DATABASE_NOT_USABLE: {
    means:
      'The database file of `vin server` cannot be written, or another server has it open: two on one file would corrupt it.',
    next: 'Use the server that the message names, or name another file with `--db`; or make its folder writable.',
  },
  TEMPORAL_PORT_TAKEN: {
    means: 'Another process uses the port of the embedded server.',
    next: 'Choose others with `--port` and `--ui-port`, or use the server that runs there.',
  },
} as const satisfies ErrorCodes;

/** Of calls to the provider. */
export const PROVIDER_ERRORS = {
  PROVIDER_UNREACHABLE: {
    means:
      'No connection, or it broke before the reply was whole. The cause stands in brackets: the proxy, TLS, DNS.',
    next: 'Nothing at first. If it stays so, do what the message says about the cause ([deploying.md](deploying.md#the-network-of-a-company)).',
    exit: 6,
    isRetryable: true,
  },
  PROVIDER_TIMEOUT: {
    means: 'No whole reply in time.',
    next: "Nothing at first. If it stays so, look at the provider's status page.",
    exit: 6,
    isRetryable: true,
  },
  PROVIDER_RATE_LIMITED: {
    means:
      'Too many requests (429), or nothing was sent because the provider has asked for a pause (in a 429, a 503 or any other reply).',
    next: 'Nothing: it is tried again after the wait that the provider asks for.',
    exit: 6,
    isRetryable: true,
  },
  PROVIDER_UNSETTLED: {
    means:
      'A submission before this one may have been carried out, and the list may not show it yet; nothing was sent.',
    next: 'Nothing: it is looked for again, and sent only when it does not show up.',
    exit: 6,
    isRetryable: true,
  },
  PROVIDER_BUSY: {
    means: "A call had no slot within the endpoint's budget in time; nothing was sent.",
    next: 'Nothing: it is tried again. If it happens often, raise `VIN_BUDGETS`.',
    exit: 6,
    isRetryable: true,
  },
  PROVIDER_UNAVAILABLE: {
    means: 'The provider has a fault of its own (5xx).',
    next: "Nothing at first. If it stays so, look at the provider's status page.",
    exit: 6,
    isRetryable: true,
  },
  PROVIDER_BAD_REPLY: {
    means:
      "A reply that is not the API's: cut off, too large, not JSON, of another shape; or a refusal without the provider's own errors, which something in between may have sent.",
    next: "Check the provider's address (`…_BASE_URL`). If it is right, give the request id to the provider's support.",
    exit: 6,
    isRetryable: true,
  },
  PROVIDER_CREDENTIALS: {
    means: 'The client id, the secret or the private key is refused.',
    next: 'Set both from one application, of the environment that `…_BASE_URL` names, and start the worker again.',
    exit: 4,
    isRetryable: true,
  },
  PROVIDER_FORBIDDEN: {
    means: 'The application may not do this (403).',
    next: "Ask the provider's support to give the application access to its fleet.",
    exit: 4,
    isRetryable: true,
  },
  PROVIDER_APPLICATION_REFUSED: {
    means:
      'The provider refuses the application as a whole, and no single vehicle: by its own words, by its credentials, by a 403, or because eight vehicles, each alone, were refused in the same words. No vehicle is parked for it: one call every 15 minutes tries again, and when it is taken all go on by themselves ([deploying.md](deploying.md#trouble-with-the-provider)).',
    next: 'Put the application right at the provider, or ask its support. Nothing has to be done for the vehicles.',
    exit: 4,
    isRetryable: true,
  },
  PROVIDER_AWAY: {
    means:
      'No call to an endpoint of the provider has got through for five minutes. No vehicle is parked for it: one call every 15 minutes tries again, and when it gets through all go on by themselves ([deploying.md](deploying.md#trouble-with-the-provider)).',
    next: "Look at the provider's status page, and at the network. Nothing has to be done for the vehicles.",
    exit: 6,
    isRetryable: true,
  },
  PROVIDER_REFUSED: {
    means: 'The provider refuses the request itself (another 4xx). The activation is parked.',
    next: 'Correct what the message says, then `vin retry VIN`.',
  },
  APPLICATION_UNKNOWN: {
    means:
      'An activation, a sweep or a setting names an application of a provider that is not there: this worker has no such application. The activation is parked.',
    next: 'Give the worker its settings ([applications.md](applications.md)), or use one of those that the message names.',
    exit: 2,
  },
} as const satisfies ErrorCodes;

/** Of escalations. */
export const NOTICE_ERRORS = {
  NOTICE_NOT_HANDED_OVER: {
    means:
      'Temporal did not take a notice for the workflow that delivers it. The activation goes on meanwhile, and does not end before.',
    next: 'Nothing at first: it is handed over again by itself. If it stays so, see to it that Temporal is reached.',
    isRetryable: true,
  },
  NOTICE_NOT_DELIVERED: {
    means: 'The receiver of a channel was not reached, or did not take the notice.',
    next: 'Nothing at first. If it stays so, check the settings of the channel and its receiver ([notices.md](notices.md)). The log has the notice too.',
    exit: 6,
    isRetryable: true,
  },
} as const satisfies ErrorCodes;

/** Of messages to an activation. */
export const MESSAGE_ERRORS = {
  MESSAGE_REFUSED: {
    means:
      'The activation refused a message, or it makes no sense; a sentence says why. Nothing was changed.',
    next: 'Correct the message and send it again, with another id.',
    http: 409,
  },
  RUN_FULL: {
    means:
      'The server takes no more messages for the run of an activation: it keeps 10,000 by default. Nothing was changed.',
    next: 'See that a worker runs: it continues in a fresh run, which takes messages again. To end the access now, request the cancellation of the workflow in Temporal.',
    exit: 6,
    http: 503,
  },
  MESSAGE_NOT_KNOWN: {
    means: 'The server did not answer in time: the message may be carried out or not.',
    next: 'Ask again with the same id, which the error names: then it is the same message.',
    exit: 6,
    http: 503,
  },
  BATCH_UNKNOWN: {
    means: 'There is no batch with this id, or it has ended so long ago that Temporal has forgotten it.',
    next: 'Look whether the id is right (`vin batch list`).',
    exit: 3,
    http: 404,
  },
  BATCH_ID_TAKEN: {
    means:
      'The id is that of another batch: of another message, other vehicles or somebody else. Nothing was sent.',
    next: 'Take another id. With the same words the same id is the same batch.',
    http: 409,
  },
  BATCH_TOO_LARGE: {
    means: 'A batch is for at most 50,000 vehicles. Nothing was sent.',
    next: 'Send it in parts, for example one fleet or one brand after the other.',
    http: 422,
  },
  TASK_NOT_WHOLE: {
    means:
      'A query, in the Temporal UI for example, reached a worker together with events that no workflow task had brought yet. Nothing was decided or changed.',
    next: 'Ask again. `vin` and the API do so by themselves.',
  },
} as const satisfies ErrorCodes;
