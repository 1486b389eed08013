/**
 * A parser that meets the outside, and what must hold for whatever it is given. Each file `test/fuzz/<parser>.ts`
 * exports one as `target`; nothing else has to know of it.
 */
export interface Target {
  /** In the words of the field, for example "the bytes of a fleet's list". */
  readonly about: string;
  /** Inputs that the parser understands: each case is one of them, changed. Some dozens, small and unlike each other. */
  readonly corpus: readonly (string | Uint8Array)[];
  /** Pieces that mean something to this parser, put in here and there. */
  readonly words?: readonly (string | Uint8Array)[];
  /** Throws where something does not hold. An error that the parser gives on purpose is none: catch it there. */
  readonly holds: (bytes: Buffer) => void | Promise<void>;
}
