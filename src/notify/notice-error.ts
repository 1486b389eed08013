import { VinError } from '../base/errors';

/** What somebody can do about a notice that does not arrive. */
export interface Advice {
  /** What to look at if it stays so. */
  readonly check?: string;
  /** What to do besides, as a sentence without its full stop. */
  readonly remedy?: string | undefined;
}

/** A notice did not reach its receiver, or we do not know whether it did. It is sent again with the same id. */
export class NoticeError extends VinError {
  override readonly name = 'NoticeError';

  /** @param retryAfter milliseconds that the receiver asks us to wait. */
  constructor(
    message: string,
    override readonly retryAfter: number | undefined,
    { check = 'the settings of the channel and its receiver (docs/notices.md)', remedy }: Advice = {},
  ) {
    super(
      'NOTICE_NOT_DELIVERED',
      message,
      `It is sent again by itself. If it stays so, check ${check}.${remedy ? ` ${remedy}.` : ''}`,
    );
  }
}
