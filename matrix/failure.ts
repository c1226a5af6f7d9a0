/** Process exit codes; `git bisect run` skips on 125. */
export const EXIT = { clean: 0, fail: 1, usage: 2, bug: 70, infra: 125, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * A trouble that is not the kernel's and that the user can mend: a sentence, a hint, an exit code.
 * Shown without a stack. Anything else that is thrown is a bug of ours.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  /** The next thing to type or to look at. */
  readonly hint: string;
  readonly exitCode: ExitCode;

  constructor(message: string, { hint, exitCode, cause }: { hint: string; exitCode: ExitCode; cause?: unknown }) {
    super(message, { cause });
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** What the user typed or wrote is wrong; nothing ran. */
export function usageFailure(message: string, hint: string): Failure {
  return new Failure(message, { hint, exitCode: EXIT.usage });
}

/** The machine lets us down; the kernel is not to blame. */
export function infraFailure(message: string, hint: string, cause?: unknown): Failure {
  return new Failure(message, { hint, exitCode: EXIT.infra, cause });
}
