import type { Client } from '@temporalio/client';
import { applicationFrom, applicationKey } from '../domain/application';
import { Activations } from './activations';
import { runningAnywhere } from './anywhere';
import type { ActivationRow } from './reports';

/** The wall between applications for what is of a vehicle and of no application: one that lives at others alone is as absent. */
export class Elsewhere {
  /** @param applications the keys of ours; null: all are. */
  constructor(
    private readonly client: Client,
    private readonly applications: readonly string[] | null,
  ) {}

  /** Whether a vehicle lives, and nowhere at our applications, by what lists show. */
  shows(lives: readonly ActivationRow[]): boolean {
    const { applications } = this;
    return (
      applications !== null &&
      lives.length > 0 &&
      !lives.some((life) => applications.includes(applicationKey(life)))
    );
  }

  /** The same, and nothing of it is known here that a list does not show yet. @param lives where they are known already. */
  async has(vin: string | null, lives?: readonly ActivationRow[]): Promise<boolean> {
    const { applications, client } = this;
    if (applications === null || vin === null || (lives && !this.shows(lives))) return false;
    // One after the other: mostly the first has it, and a token may have twenty.
    for (const key of applications) {
      const row = await new Activations(client, applicationFrom(key)).rowIfKnown(vin);
      if (row?.execution === 'RUNNING') return false;
    }
    return lives !== undefined || this.shows(await runningAnywhere(client, vin));
  }

  /** Rows without those of vehicles that are elsewhere: asked of all at once. */
  async without<Row extends { readonly vin: string | null }>(rows: readonly Row[]): Promise<readonly Row[]> {
    const vins = [...new Set(rows.flatMap(({ vin }) => vin ?? []))];
    if (this.applications === null || vins.length === 0) return rows;
    const lives = await runningAnywhere(this.client, vins);
    return rows.filter(({ vin }) => !this.shows(lives.filter((life) => life.vin === vin)));
  }
}
