/** What a notice is about: the plate of a parking, else the VIN; null: no vehicle. */
export function subjectOf({ vin, plate }: { readonly vin: string; readonly plate?: string }): string | null {
  return plate ?? (vin || null);
}
