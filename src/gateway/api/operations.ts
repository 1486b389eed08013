import { readBatch, stopBatch } from './batch-routes';
import { readCertificates } from './certificate-routes';
import {
  askDefleeting,
  listDefleetings,
  moveDefleeting,
  readDefleeting,
  takeBackDefleeting,
} from './defleeting-routes';
import {
  acknowledgeActivations,
  amendActivations,
  dataSeenActivations,
  defleetActivations,
  refreshActivations,
  resumeActivations,
  retryActivations,
  stayActivations,
  suspendActivations,
} from './group-routes';
import {
  acknowledgeActivation,
  amendActivation,
  dataSeenActivation,
  defleetActivation,
  refreshActivation,
  resumeActivation,
  retryActivation,
  stayActivation,
  suspendActivation,
} from './message-routes';
import type { Operation } from './operation';
import {
  addParking,
  declineParking,
  listParkings,
  lockParking,
  readParking,
  readParkingServices,
  removeParking,
} from './parking-routes';
import { listActivations, readActivation } from './reading';
import { startActivation, startActivations } from './starting';
import { readSummary } from './summary-route';

/** All that the API can do, in the order of its document. */
export const OPERATIONS: readonly Operation[] = [
  startActivation,
  startActivations,
  listActivations,
  readSummary,
  readActivation,
  defleetActivation,
  defleetActivations,
  stayActivation,
  stayActivations,
  suspendActivation,
  suspendActivations,
  retryActivation,
  amendActivation,
  acknowledgeActivation,
  resumeActivation,
  refreshActivation,
  dataSeenActivation,
  retryActivations,
  amendActivations,
  acknowledgeActivations,
  resumeActivations,
  refreshActivations,
  dataSeenActivations,
  readBatch,
  stopBatch,
  askDefleeting,
  listDefleetings,
  readDefleeting,
  moveDefleeting,
  takeBackDefleeting,
  readCertificates,
  addParking,
  listParkings,
  readParking,
  removeParking,
  readParkingServices,
  lockParking,
  declineParking,
];
