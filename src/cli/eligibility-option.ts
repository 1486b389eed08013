import { Option } from 'commander';

/** `--check-eligibility`, alone or with `blocking`. */
export function eligibilityOption(): Option {
  return new Option(
    '--check-eligibility [mode]',
    'ask the carmaker first, where the brand can be asked; "blocking" submits only what is eligible',
  )
    .choices(['advisory', 'blocking'])
    .preset('advisory');
}
