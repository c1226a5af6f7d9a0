import type { QemuRow } from '../../matrix/file/schema.ts';
import type { BootOutcome } from '../../matrix/judge/boot-facts.ts';

/** A guest that has said its last word may take this long to go; some machines never do, some panics never end. */
const GOODBYE_SECONDS = 5;
/** A guest in an oops loop writes a hundred thousand lines a minute. */
const MOST_BYTES = 8 * 2 ** 20;
/** The kernel's first word: its banner, or any line with its clock. */
const FIRST_WORD = /^\[\s*\d+\.\d{6}\]|Linux version /m;
const OOPS = /\bOops\b|BUG: unable to handle|Internal error: /;
const LAST_WORDS = /kvm-matrix: done \d+\r?\n|Kernel panic - not syncing/;

/** Ends the guest when it has been silent too long, has run or talked too long, or has said goodbye and stays. */
export class ConsoleWatch {
  ending: BootOutcome['ended'] | null = null;
  /** When the kernel first spoke, by performance.now(); null until then. */
  spokeAt: number | null = null;
  readonly #abort = new AbortController();
  readonly #limit: NodeJS.Timeout;
  readonly #afterOops: number;
  #silence: NodeJS.Timeout;
  #silenceSeconds: number;
  #goodbye: NodeJS.Timeout | undefined;
  #tail = '';
  #bytes = 0;

  /** `afterOops`: seconds of silence that are enough once the kernel has told of an oops. */
  constructor(qemu: QemuRow, afterOops = qemu.silence) {
    this.#silenceSeconds = qemu.silence;
    this.#afterOops = Math.min(afterOops, qemu.silence);
    this.#limit = setTimeout(() => this.#end({ kind: 'timed-out', seconds: qemu.limit }), qemu.limit * 1000);
    this.#silence = this.#expect();
  }

  /** Aborted when the guest is to be ended. */
  get stop(): AbortSignal {
    return this.#abort.signal;
  }

  heard(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#tail = (this.#tail + chunk.toString('latin1')).slice(-400 - chunk.length);
    if (OOPS.test(this.#tail)) this.#silenceSeconds = this.#afterOops;
    clearTimeout(this.#silence);
    this.#silence = this.#expect();
    if (this.spokeAt === null && FIRST_WORD.test(this.#tail)) this.spokeAt = performance.now();
    if (LAST_WORDS.test(this.#tail))
      this.#goodbye ??= setTimeout(() => this.#end({ kind: 'exited', code: 0 }), GOODBYE_SECONDS * 1000);
    if (this.#bytes > MOST_BYTES) this.#end({ kind: 'flooded', bytes: this.#bytes });
  }

  close(): void {
    for (const timer of [this.#silence, this.#limit, this.#goodbye]) clearTimeout(timer);
  }

  #expect(): NodeJS.Timeout {
    const seconds = this.#silenceSeconds;
    return setTimeout(() => this.#end({ kind: 'silent', seconds }), seconds * 1000);
  }

  #end(how: BootOutcome['ended']): void {
    this.ending ??= how;
    this.#abort.abort();
  }
}
