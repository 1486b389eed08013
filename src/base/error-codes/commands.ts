import type { ErrorCodes } from './error-code';

/** Of settings and the command line. */
export const COMMAND_ERRORS = {
  CONFIG_INVALID: {
    means: 'An environment variable, or a setting of temporal.toml, is missing or cannot be used.',
    next: 'Set what the message names ([README](../README.md#configuration)) and start again.',
  },
  CATALOGUE_INVALID: {
    means: 'The file of `VIN_CATALOGUE` cannot be read, or does not have the format.',
    next: 'Correct the places that the message names ([catalogue.md](catalogue.md)).',
  },
  VIN_INVALID: {
    means: 'The VIN is too short or too long, or has a character that no VIN has.',
    next: "Compare it with the vehicle's papers. I, O and Q are refused in production and only warned about in the sandbox.",
    exit: 2,
  },
  BRAND_UNKNOWN: {
    means: 'The catalogue has no such brand.',
    next: 'Take the spelling that the message suggests, or add the brand to your catalogue file.',
    exit: 2,
  },
  TAG_MISSING: {
    means: 'The brand needs a tag that is not given.',
    next: 'Add `--tag key=value`, or a default in the policy of your catalogue file.',
    exit: 2,
  },
  ODOMETER_INVALID: { means: 'The odometer cannot be read.', next: 'Write it as `2050km`.' },
  CLOCK_WRONG: {
    means:
      'The clock of a worker or of a gateway is more than half a minute ahead of the Temporal server, or behind it.',
    next: 'Have both machines set by the same time service (NTP), and start again.',
    exit: 2,
  },
  PORT_NOT_USABLE: {
    means: 'The gateway, or the worker for its metrics, cannot listen on its port.',
    next: 'Take another one with `--port` (`--metrics-port` of the worker), or stop the program that uses it.',
  },
  ACTIVATION_UNKNOWN: {
    means: 'This vehicle has never been activated here, or so long ago that Temporal has forgotten it.',
    next: 'Look whether VIN, provider and namespace are right (`vin list`). If it was never activated: `vin activate`.',
    exit: 3,
    http: 404,
  },
  DEFLEETING_UNKNOWN: {
    means: 'Nobody has asked for this vehicle to leave, or so long ago that Temporal has forgotten it.',
    next: 'Look whether the VIN and the namespace are right (`vin defleet list --all`).',
    exit: 3,
    http: 404,
  },
  PLATE_INVALID: {
    means: 'The plate cannot be read: it has no country, no number, or a character that no plate has.',
    next: 'Write it like `NO-AA12345`: the country in two letters (ISO 3166), a hyphen, the number.',
  },
  PARKING_UNKNOWN: {
    means: 'This plate has no parking here, or it left so long ago that Temporal has forgotten it.',
    next: 'Look whether plate and namespace are right (`vin parking list --all`). To add it: `vin parking add`.',
    http: 404,
  },
  PARKING_ENDED: {
    means:
      'The parking of the plate has ended: it may be the plate of others now, so its payments are not touched.',
    next: 'Look at what was locked as it left (`vin parking show`). If it is back in the fleet, add it again.',
    http: 409,
  },
  PLATE_TAKEN: {
    means:
      'The plate is that of another vehicle or fleet here, and a plate is never shared. Nothing was changed.',
    next: 'Compare the plate. If it has changed hands, add it with `--transfer`: it leaves for the one and begins again for the other.',
    http: 409,
  },
  PARKING_OFF: {
    means: 'There is no credential for parking.',
    next: 'Name one in `VIN_PARKING`, and set its variables ([parking.md](parking.md)).',
    http: 404,
  },
  SERVICE_UNKNOWN: {
    means: 'No credential shows an unpaid service of this id that has ended.',
    next: 'Look with `vin parking services PLATE`. It may be paid, or go on; a credential of level small shows none.',
    http: 404,
  },
  WORKER_MISSING: {
    means:
      'No worker takes the order for a sweep, goes on with one, or answers what became of notices: none runs, or all are busy.',
    next: 'Start `vin worker`, then ask again: a sweep that waits in Temporal is the same one.',
    exit: 6,
  },
  OUTPUT_NOT_WRITTEN: {
    means:
      'The answer could not be written to stdout, for example because the disk is full. What was asked for has been done.',
    next: 'See to the place that stdout goes to, then ask again.',
  },
  INPUT_INVALID: {
    means:
      'An activation was started by hand with an input that makes no sense; nothing was sent to the provider.',
    next: 'Start it again with the input that the message asks for, or with `vin activate`.',
  },
  REFUSED_FOR_GOOD: {
    means:
      'The type of the failure with which an activation closes in Temporal: the provider has rejected or refused the vehicle, for a reason that nothing can be done about. No fault of the activation; its detail is the whole view.',
    next: 'Read the reason (`vin status VIN`). Once it has changed, start the vehicle again with `vin activate`.',
  },
  VEHICLE_TOO_LARGE: {
    means:
      'A brand or fleet has more than 200 characters, or the tags are more than 50 or have more than 16,384 characters in all. Nothing was started.',
    next: 'Shorten it and start the vehicle again.',
  },
  APPLICATION_MISMATCH: {
    means:
      'What this namespace calls by this name is another application at the provider: another client id or base URL. The worker has not started and has touched nothing.',
    next: "Use that application's settings, another name for yours ([applications.md](applications.md)), or a namespace of your own. For a new client id of the same application: `vin worker --adopt-application` ([deploying.md](deploying.md)).",
  },
  UNSTICK_FAILED: {
    means: 'The history of an activation cannot be replayed even at its beginning. Nothing was changed.',
    next: 'Run the version of the worker that began it, or start the vehicle again ([stuck.md](stuck.md)).',
  },
  SWEEP_FAILED: {
    means: 'A sweep gave up; the message says why. What it told activations stays told.',
    next: 'Fix the cause that the message names, then ask again. The next sweep of the schedule tries by itself.',
  },
  USAGE_WRONG: {
    means: 'The command has no such option or argument, one is missing, or its value cannot be.',
    next: 'Correct what the message names; `--help` shows the options and examples.',
    exit: 2,
  },
  UNEXPECTED: {
    means:
      'Something that we did not foresee. From the gateway (500) the message was not taken and may be sent again.',
    next: 'Look at the log of the part. If it happens again, report it with the lines around it.',
    http: 500,
  },
} as const satisfies ErrorCodes;

/** Of a fleet's list. */
export const LIST_ERRORS = {
  LIST_UNREADABLE: { means: 'The file cannot be read.', next: 'Check its path and its permissions.' },
  LIST_COLUMN_MISSING: {
    means:
      'The header has no column `vin` or no column `brand`, under no word that is known, or there is no header.',
    next: 'Rename the columns that the message names. Where there is no header, start the file with a line such as `vin,brand,fleet`.',
    exit: 3,
  },
  RESULT_NOT_WRITABLE: {
    means: 'The file for the verdicts of the rows cannot be written, or it is the list itself.',
    next: 'Name another file with `--result` and import again; nothing starts twice.',
  },
  IMPORT_STOPPED: {
    means: 'So many starts in a row failed that the import gave up. The result file has what was done.',
    next: 'See to it that Temporal is reached, then import the list again; nothing starts twice.',
  },
  LIST_COLUMN_TWICE: {
    means: 'A column stands in the header twice, or two words mean the same column.',
    next: 'Delete one of them, or rename the right one.',
  },
  LIST_COLUMN_INVALID: {
    means: 'A column `tag:<key>` has a key that no name can be.',
    next: 'Write the heading again without the character that the message names.',
  },
  LIST_ENCODING: {
    means:
      "The file is no CSV (a spreadsheet's own file, a database, a PDF, a web page), or in an encoding that is not read, such as UTF-7.",
    next: 'Open it with the program that wrote it, save it as "CSV UTF-8", and import that.',
  },
} as const satisfies ErrorCodes;

/** Of the simulator and the demo. */
export const TRIAL_ERRORS = {
  SIMULATOR_NOT_LISTENING: {
    means: 'The simulator cannot listen on its port.',
    next: 'Choose another `--port` or `--host`; `--port 0` takes a free one.',
  },
  SCRIPT_INVALID: {
    means: "The simulator's script of lives cannot be read, or a line of it.",
    next: 'Correct the line: the file needs the columns `vin` and `expect`.',
  },
  EXPECTATION_INVALID: {
    means: 'The column `expect` says something that cannot be read.',
    next: 'Write `<end> [after <duration>] [: <reason>]`, for example `approved after 6d: consent assignment missing`.',
  },
  DEMO_PART_FAILED: {
    means: 'A process of the demo ended before it was ready.',
    next: 'Read its output: the message ends with the file.',
  },
} as const satisfies ErrorCodes;
