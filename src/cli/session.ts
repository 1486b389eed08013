import type { Client } from '@temporalio/client';
import { isSandbox, readConfig } from '../config';
import { loadCatalogue } from '../domain/catalogue';
import type { Catalogue } from '../domain/catalogue-schema';
import { checkVin } from '../domain/vin';
import { VinError } from '../errors';
import { Activations } from '../temporal/activations';
import { connectClient } from '../temporal/connection';
import { prepareNamespace } from '../temporal/namespace';
import { say } from './output';

/** Runs one question or order against the activations, and closes the connection after it. */
export async function withActivations<T>(
  work: (activations: Activations) => Promise<T>,
  { starting = false }: { readonly starting?: boolean } = {},
): Promise<T> {
  return withClient(async (client) => {
    if (starting) await prepareNamespace(client);
    return work(new Activations(client));
  });
}

/** Runs one piece of work with a connection to Temporal, and closes it after it. */
export async function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const { client, close } = await connectClient();
  try {
    return await work(client);
  } finally {
    await close();
  }
}

/** The catalogue of this environment, and whether its provider is a sandbox. */
export function readSurroundings(): { catalogue: Catalogue; sandbox: boolean } {
  const { VIN_CATALOGUE, HIGH_MOBILITY_BASE_URL } = readConfig(process.env, [
    'VIN_CATALOGUE',
    'HIGH_MOBILITY_BASE_URL',
  ]);
  return { catalogue: loadCatalogue(VIN_CATALOGUE), sandbox: isSandbox(HIGH_MOBILITY_BASE_URL) };
}

/**
 * A VIN from the command line, in the form to use.
 *
 * @throws VinError `VIN_INVALID`.
 */
export function readVin(text: string, sandbox: boolean): string {
  const check = checkVin(text, { sandbox });
  if (!check.ok) {
    throw new VinError('VIN_INVALID', `The VIN ${JSON.stringify(text)} ${check.problem}.`, check.remedy);
  }
  for (const warning of check.warnings) say(`warning: the VIN ${check.vin} ${warning}`);
  return check.vin;
}
