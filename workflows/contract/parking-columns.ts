import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { plateText } from '../../src/domain/plate';
import { vinKey } from '../../src/domain/vehicle-key';
import type { ParkedVehicle } from './parking';
import { columnName } from './search-attributes';

const PLATE = defineSearchAttributeKey(columnName('plate'), SearchAttributeType.KEYWORD);
const VIN = defineSearchAttributeKey(columnName('vin'), SearchAttributeType.KEYWORD);
const FLEET = defineSearchAttributeKey(columnName('fleet'), SearchAttributeType.KEYWORD);

/** The columns by which a parking is found; null: it has none. */
export function parkingColumns({ plate, vin, fleet }: ParkedVehicle) {
  return [
    { key: PLATE, value: plateText(plate) },
    { key: VIN, value: vin === null ? null : vinKey(vin) },
    { key: FLEET, value: fleet },
  ];
}
