import { VinError } from '../base/errors';

/** A notice did not reach its receiver, or we do not know whether it did. It is sent again with the same id. */
export class NoticeError extends VinError {
  override readonly name = 'NoticeError';

  /**
   * @param retryAfter milliseconds that the receiver asks us to wait.
   * @param remedy what to do besides.
   */
  constructor(
    message: string,
    override readonly retryAfter: number | undefined,
    remedy?: string,
  ) {
    super(
      'NOTICE_NOT_DELIVERED',
      message,
      `It is sent again by itself. If it stays so, check VIN_NOTIFY_URL and its receiver.${remedy ? ` ${remedy}.` : ''}`,
    );
  }
}
