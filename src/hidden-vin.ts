/** A VIN is personal data: enough of it to find the vehicle with, not enough to name it. */
export function hideVin(vin: string): string {
  return `${vin.slice(0, 3)}…${vin.slice(-4)}`;
}
