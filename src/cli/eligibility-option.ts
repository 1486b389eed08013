import { Option } from 'commander';
import type { EligibilityMode } from '../domain/eligibility';

const ASKING_MODES = ['advisory', 'blocking'] as const satisfies readonly EligibilityMode[];
export type AskingMode = (typeof ASKING_MODES)[number];

/** `--check-eligibility`, alone or with `blocking`. */
export function eligibilityOption(): Option {
  return new Option(
    '--check-eligibility [mode]',
    'ask the carmaker first, where the brand can be asked; "blocking" submits only what is eligible',
  )
    .choices(ASKING_MODES)
    .preset('advisory');
}
