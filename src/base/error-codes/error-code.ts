/** What there is to know of an error code, whatever happened. The texts are those of docs/errors.md, in Markdown. */
export interface ErrorCodeFacts {
  readonly means: string;
  /** What to do. The error itself says it more exactly. */
  readonly next: string;
  /** The exit code of a command that it ends. @default 1 */
  readonly exit?: number;
  /** Whether the same may be tried again, later, without a person changing anything here first. @default false */
  readonly isRetryable?: boolean;
  /** The status of the gateway's answer, where it answers with it. */
  readonly http?: number;
}

export type ErrorCodes = Readonly<Record<string, ErrorCodeFacts>>;
