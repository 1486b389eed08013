import { z } from 'zod';
import { answers, type SimulatedReply } from './answers';
import { hasEligibilityCheck } from './brands';

/**
 * What becomes of a question for a VIN: an answer in the fields of the Eligibility API reference, or a refusal that
 * names its field (a VIN that the carmaker does not know, a brand that is not activated for the application).
 */
export type EligibilityScript =
  | {
      readonly eligible: boolean;
      readonly data_delivery?: readonly ('pull' | 'push')[] | undefined;
      readonly connectivity_status?: 'activated' | 'deactivated' | 'unknown' | undefined;
      readonly primary_user_assigned?: boolean | undefined;
    }
  | { readonly refused: 'vin' | 'brand' };

const questionSchema = z.object({ vin: z.string(), brand: z.string() });

/** The texts of its errors are documented nowhere; their shape and their fields are. */
const REFUSALS = {
  vin: { source: 'vin', detail: 'vin is invalid' },
  brand: { source: 'brand', detail: 'brand call failed' },
} as const;

/** What the Eligibility API says of each vehicle: yes, where nobody scripted it. */
export class Eligibility {
  private readonly scripts = new Map<string, EligibilityScript>();

  script(vin: string, script: EligibilityScript): void {
    this.scripts.set(vin, script);
  }

  /** POST /v1/eligibility. Its limit of calls is documented nowhere. */
  answer(body: unknown): SimulatedReply {
    const question = questionSchema.safeParse(body);
    if (!question.success) {
      return answers.invalid(
        question.error.issues.map(({ path, message }) => ({ source: path.join('.'), detail: message })),
      );
    }
    const { vin, brand } = question.data;
    if (!hasEligibilityCheck(brand)) return answers.invalid([REFUSALS.brand]);
    if ([...vin].length !== 17) return answers.invalid([REFUSALS.vin]);
    const script = this.scripts.get(vin) ?? { eligible: true };
    if ('refused' in script) return answers.invalid([REFUSALS[script.refused]]);
    return answers.ok({ vin, data_delivery: script.eligible ? ['pull', 'push'] : [], ...script });
  }
}
