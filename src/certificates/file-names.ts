const SHARD = 1_000;

/** What the name of what is left of an erased certificate ends with. */
export const STUB_ENDING = '.stub.json';

/** The names of a certificate's files. They name no vehicle: files are listed by who may not read them. */
export function fileNames(number: number): {
  readonly full: string;
  readonly buyer: string;
  readonly page: string;
  readonly stub: string;
} {
  const digits = String(number).padStart(8, '0');
  return {
    full: `${digits}.full.vin-certificate.jws`,
    buyer: `${digits}.buyer.vin-certificate.jws`,
    page: `${digits}.buyer.vin-certificate.html`,
    stub: `${digits}${STUB_ENDING}`,
  };
}

const FULL = /^(\d{8,})(?:\.full\.vin-certificate\.jws|\.stub\.json)$/;

/** The number of a first file, or of what is left of it, by its name; null for any other. */
export function numberOf(name: string): number | null {
  const [, digits] = FULL.exec(name) ?? [];
  return digits === undefined ? null : Number(digits);
}

/** The folder of a number: a thousand in each. */
export function shardOf(number: number): string {
  return String(Math.floor(number / SHARD)).padStart(5, '0');
}

/** What a statement's name ends with. */
export const STATEMENT_ENDING = '.vin-statement.jws';
