import type { ActivationReport } from '../activations/reports';
import { versionOf } from '../catalogue/version';
import { providerOf } from './handed-in';

/**
 * Whether an activation that runs lives by another catalogue than that of this environment; null where that cannot be known. Only
 * the versions are compared: to read a catalogue takes as long as the rest of a command.
 */
export function hasOtherRules({
  provider,
  catalogueVersion,
  execution,
}: Pick<ActivationReport, 'provider' | 'catalogueVersion' | 'execution'>): boolean | null {
  const profile = providerOf(provider);
  if (!profile || catalogueVersion === null || execution !== 'RUNNING') return null;
  try {
    const here = versionOf(profile, process.env['VIN_CATALOGUE']?.trim() || undefined);
    return here !== catalogueVersion;
  } catch {
    // Whoever starts a worker with such a file is told what is wrong with it.
    return null;
  }
}
