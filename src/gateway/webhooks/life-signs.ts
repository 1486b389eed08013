import { createHash } from 'node:crypto';
import { type Application, applicationKey } from '../../domain/application';
import { ExpiringMap } from './expiring-map';

/** As long as a webhook counts, in milliseconds, and so many of them. */
const KNOWN = { keepFor: 7 * 86_400_000, atMost: 10_000 };

/** Milliseconds by which webhooks may come in another order than they were sent in, and still be signs of life. */
const LATE = 3_600_000;

/** Which signed webhooks say that a provider still speaks: for each application by itself, so that none hides the silence of another. */
export class LifeSigns {
  private readonly known = new ExpiringMap<true>(KNOWN);
  /** The newest time of a webhook, by application. */
  private readonly newest = new Map<string, number>();

  /** @param heard told of each sign. */
  constructor(private readonly heard: (app: Application) => void) {}

  /** A rightly signed webhook came that is not outdated. It counts once: whoever has seen it can send it again. */
  note(app: Application, body: Buffer, receivedAt: number | null): void {
    const application = applicationKey(app);
    const key = createHash('sha256').update(application).update(body).digest('base64');
    if (this.known.get(key)) return;
    this.known.set(key, true);
    const newest = this.newest.get(application) ?? Number.NEGATIVE_INFINITY;
    if (receivedAt !== null && receivedAt < newest - LATE) return;
    this.newest.set(application, Math.max(newest, receivedAt ?? newest));
    this.heard(app);
  }
}
