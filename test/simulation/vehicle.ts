import type { ActivationState } from '../../workflows/lifecycle/state';
import type { Shown } from './temporal/history';
import type { VirtualWorkflow } from './temporal/virtual-workflow';

/** The activations of the vehicle, one after the other. Who knows it by its id speaks to the newest. */
export class Vehicle {
  /** Oldest first. */
  readonly lives: VirtualWorkflow[] = [];
  /** Whether it has ended and nobody will begin it again. */
  isOver = false;

  get workflow(): VirtualWorkflow {
    return this.lives.at(-1) as VirtualWorkflow;
  }

  get state(): ActivationState | null {
    return this.workflow.state;
  }

  get shown(): Shown | null {
    return this.workflow.shown;
  }

  get startedAt(): number {
    return this.workflow.startedAt;
  }

  get closed(): VirtualWorkflow['closed'] {
    return this.workflow.closed;
  }

  /** False when it has ended. */
  signal(name: string, payload: unknown): boolean {
    return this.workflow.signal(name, payload);
  }

  cancel(): boolean {
    return this.workflow.cancel();
  }
}
