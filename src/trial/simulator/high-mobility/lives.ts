import { parseDuration } from '../../../domain/duration';
import { hasRequiredTags, isApprovedWithData } from './brands';

/** What the provider can say of a clearance (Fleet Clearance API reference). */
export const STATUSES = [
  'pending',
  'approved',
  'rejected',
  'revoking',
  'revoked',
  'canceling',
  'canceled',
] as const;
export type Status = (typeof STATUSES)[number];

/** One step of a clearance: the status it takes, simulated milliseconds after the step before. */
export interface ScenarioStep {
  readonly status: Status;
  readonly reason?: string | null;
  readonly after: number;
}

/** What becomes of a clearance by itself, from the moment it is asked for. */
export type Scenario = readonly ScenarioStep[];

/** A vehicle as it comes in with a submission. */
export interface Vehicle {
  readonly vin: string;
  readonly brand: string;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly control_measures?: unknown;
}

/** How long things usually take here. The provider promises no durations; these are plausible ones. */
export const USUAL = {
  /** A car that needs an over-the-air update and a drive. */
  approval: parseDuration('2d'),
  /** "In a matter of seconds" (Fleet Clearance tutorial, Sandbox). */
  sandboxApproval: parseDuration('6s'),
  rejection: parseDuration('3h'),
  /** From approval to the first drive, before which there is no data. */
  firstDrive: parseDuration('6h'),
  /** From revoking to revoked, and from canceling to canceled. */
  ending: parseDuration('30m'),
} as const;

/** How long after its approval a vehicle is first driven. */
export function firstDrive(brand: string): number {
  return isApprovedWithData(brand) ? 0 : USUAL.firstDrive;
}

const MISSING_TAG_REJECTION = parseDuration('5m');
/** Ford's consent is looked for during ten days (OEM guide for Ford, clearance lifecycle). */
const CONSENT_PATIENCE = parseDuration('10d');
const CONSENT_MISSING = 'consent assignment missing';

const pending: ScenarioStep = { status: 'pending', after: 0 };

/** What becomes of a vehicle that nobody scripted. */
export function usualScenario(vehicle: Vehicle): Scenario {
  return virtualLife(vehicle) ?? brandLife(vehicle);
}

/** The three virtual VINs of the sandbox (Fleet Clearance tutorial, "Sandbox Virtual VINs"). */
function virtualLife(vehicle: Vehicle): Scenario | undefined {
  switch (vehicle.vin) {
    case '2HM00000000000001':
      return isObject(vehicle.control_measures)
        ? [pending, { status: 'approved', after: USUAL.sandboxApproval }]
        : [pending, { status: 'rejected', reason: 'unspecified', after: USUAL.sandboxApproval }];
    case '2HM00000000000002':
      return [pending];
    case '2HM00000000000003':
      return [pending, { status: 'rejected', reason: 'unspecified', after: parseDuration('3h') }];
    default:
      return undefined;
  }
}

function brandLife({ brand, tags }: Vehicle): Scenario {
  if (!hasRequiredTags(brand, tags)) {
    return [
      pending,
      { status: 'rejected', reason: 'customer name tag missing', after: MISSING_TAG_REJECTION },
    ];
  }
  if (brand === 'ford') {
    return [
      { ...pending, reason: CONSENT_MISSING },
      { status: 'rejected', reason: CONSENT_MISSING, after: CONSENT_PATIENCE },
    ];
  }
  return [
    pending,
    { status: 'approved', after: brand === 'sandbox' ? USUAL.sandboxApproval : USUAL.approval },
  ];
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
