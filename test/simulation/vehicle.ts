import type { ActivationState } from '../../workflows/lifecycle/state';
import type { Shown } from './temporal/history';
import type { VirtualWorkflow } from './temporal/virtual-workflow';

/** The activations of the vehicle, one after the other. Who knows it by its id speaks to the newest. */
export class Vehicle {
  /** Oldest first. */
  readonly lives: VirtualWorkflow[] = [];
  /** Whether it has ended and nobody will begin it again. */
  isOver = false;

  /** Of one that nobody has begun there is none. */
  get workflow(): VirtualWorkflow {
    return this.lives.at(-1) as VirtualWorkflow;
  }

  get state(): ActivationState | null {
    return this.lives.at(-1)?.state ?? null;
  }

  get shown(): Shown | null {
    return this.lives.at(-1)?.shown ?? null;
  }

  get startedAt(): number {
    return this.workflow.startedAt;
  }

  get closed(): VirtualWorkflow['closed'] {
    return this.lives.at(-1)?.closed ?? null;
  }

  /** False when it has ended, or nobody has begun it. */
  signal(name: string, payload: unknown): boolean {
    return this.lives.at(-1)?.signal(name, payload) ?? false;
  }

  cancel(): boolean {
    return this.workflow.cancel();
  }
}
