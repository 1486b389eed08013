import { createHash } from 'node:crypto';
import { type Application, applicationKey } from '../../domain/application';
import { ExpiringMap } from './expiring-map';

/** As long as one with a time counts, in milliseconds, and so many of them. */
const TIMELESS = { keepFor: 7 * 86_400_000, atMost: 10_000 };

/** Which signed webhooks say that a provider still speaks: for each application by itself, so that none hides the silence of another. */
export class LifeSigns {
  private readonly timeless = new ExpiringMap<true>(TIMELESS);

  /** @param heard told of each sign. */
  constructor(private readonly heard: (app: Application) => void) {}

  /**
   * A rightly signed webhook came that is not outdated. One without a time counts once: whoever has seen it can send
   * it again for ever.
   */
  note(app: Application, body: Buffer, receivedAt: number | null): void {
    if (receivedAt === null) {
      const key = createHash('sha256').update(applicationKey(app)).update(body).digest('base64');
      if (this.timeless.get(key)) return;
      this.timeless.set(key, true);
    }
    this.heard(app);
  }
}
