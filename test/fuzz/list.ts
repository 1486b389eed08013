import { loadCatalogue } from '../../src/catalogue/catalogue';
import { checkFleet, checkName } from '../../src/domain/name';
import { type ListRow, type RowBatch, readBatches } from '../../src/fleet-list/fleet-list';
import type { Target } from './kit/target';

const OPTIONS = { catalogue: loadCatalogue(), sandbox: false };
const VIN = (n: number): string => `WBA8E9G50GNT${String(n).padStart(5, '0')}`;
const LIST = `vin;brand;fleet;odometer;tag:name\r\n${VIN(1)};BMW;Köln;2.050 km;Müller\r\n${VIN(2)};mini;;;\r\n`;

export const target: Target = {
  about: "the bytes of a fleet's list",
  corpus: [
    `vin,brand,fleet\n${VIN(1)},bmw,acme\n${VIN(2)},bmw,acme\n`,
    LIST,
    `\uFEFF${LIST}`,
    Buffer.from(LIST, 'latin1'),
    Buffer.from(`\uFEFF${LIST.replaceAll(';', '\t')}`, 'utf16le'),
    Buffer.from(LIST, 'utf16le').swap16(),
    LIST.replaceAll('\r\n', '\r'),
    `sep=;\r\n${LIST}\x1A`,
    `Our fleet\n\nvin|brand|fleet (name)\n${VIN(1)}|bmw|"a ""b""\nc"\n`,
    `="vin",="brand",="fleet"\n="${VIN(1)}",="bmw",="acme"\n'${VIN(2)},'bmw,'acme\n`,
    `vin,brand,fleet,,\n${VIN(1)},bmw\n"${VIN(2)}",bmw,"acme\nNord",,\n${VIN(3)},bmw,x,,y\n`,
    `vin,brand,fleet\n${VIN(1)},bmw,"acme\n${VIN(2)},bmw,"\n${VIN(3)},bmw,${'x'.repeat(10_000)}\n`,
    `Liste 2026;;;\nNr.;Fahrgestellnummer;Marke;Flotte;km-Stand\n1;WBA 8E9\u00A0G50GNT00001;BMW;=B3;1.000\n\nSumme;;;;1.000\n;;;;1\n`,
    `FIN,Make,Fleet\n${VIN(1)},BMW,#N/A\nfin,make,fleet\n${VIN(2)},bmw,x\nTotal,,\n${VIN(3)},bmw,y\nTotal: 3,,\n`,
  ],
  words: [
    ...[
      'vin',
      'brand',
      'fleet',
      'odometer',
      'tag:',
      'sep=',
      VIN(1),
      VIN(2),
      '2050km',
      '1.2E+16',
      '\x1A',
      '\uFFFD',
      'Fahrgestellnummer',
      'Marke',
      'Total',
      '=B3',
      '#N/A',
    ],
    ...['""', '",', ',"', '="', `\n${VIN(4)},bmw\n`, '\u200B', '\u00A0', '\u0308', 'é'.normalize('NFD')],
    ...[[0xff, 0xfe], [0xfe, 0xff], [0xff, 0xfe, 0, 0], [0xf6], [0x81], [0xc3]].map((bytes) =>
      Buffer.from(bytes),
    ),
  ],
  holds: async (bytes) => {
    const whole = await read(bytes, bytes.length);
    const pieces = await read(bytes, 1 + (bytes.length % 97));
    if (JSON.stringify(pieces) !== JSON.stringify(whole)) throw new Error('where the bytes are cut matters');
    const seen = new Set<string>();
    let line = 0;
    for (const row of whole.rows) {
      if (row.line <= line) throw new Error(`line ${row.line} comes after line ${line}`);
      line = row.line;
      if (row.ok) checkVehicle(row.vehicle, seen);
      else if (!row.problem || !row.remedy || row.value.length > 200)
        throw new Error(`line ${line} says nothing`);
    }
  },
};

function checkVehicle(
  { vin, fleet, tags }: Extract<ListRow, { ok: true }>['vehicle'],
  seen: Set<string>,
): void {
  if (!/^[A-HJ-NPR-Z0-9]{17}$/.test(vin) || seen.has(vin)) throw new Error(`the VIN ${vin}`);
  seen.add(vin);
  const names = [...Object.keys(tags), ...Object.values(tags)].map(
    (name) => [name, checkName(name, 10_000)] as const,
  );
  for (const [name, check] of fleet === undefined ? names : [...names, [fleet, checkFleet(fleet)] as const]) {
    if (!check.ok || check.name !== name) throw new Error(`the name ${JSON.stringify(name)}`);
  }
}

interface Outcome {
  readonly rows: readonly ListRow[];
  readonly notes: readonly string[];
  readonly code?: string;
}

async function read(bytes: Buffer, chunk: number): Promise<Outcome> {
  const batches: RowBatch[] = [];
  try {
    for await (const batch of readBatches(chunks(bytes, chunk), OPTIONS)) batches.push(batch);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code?.startsWith('LIST_')) return { rows: [], notes: [], code };
    throw error;
  }
  return { rows: batches.flatMap(({ rows }) => rows), notes: batches.flatMap(({ notes }) => notes) };
}

async function* chunks(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += Math.max(1, size)) yield bytes.subarray(at, at + size);
}
