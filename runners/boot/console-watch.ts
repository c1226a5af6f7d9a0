import type { QemuRow } from '../../matrix/file/schema.ts';
import type { BootOutcome } from '../../matrix/judge/boot-facts.ts';

/** A guest that has said its last word may take this long to go; some machines never do, some panics never end. */
const GOODBYE_SECONDS = 5;
/** A guest in an oops loop writes a hundred thousand lines a minute. */
const MOST_BYTES = 8 * 2 ** 20;
/** The kernel's first word: its banner, or any line with its clock. */
const FIRST_WORD = /^\[\s*\d+\.\d{6}\]|Linux version /m;
const LAST_WORDS = /kvm-matrix: done \d+\r?\n|Kernel panic - not syncing/;

/** Ends the guest when it has been silent too long, has run or talked too long, or has said goodbye and stays. */
export class ConsoleWatch {
  ending: BootOutcome['ended'] | null = null;
  /** When the kernel first spoke, by performance.now(); null until then. */
  spokeAt: number | null = null;
  readonly #abort = new AbortController();
  readonly #qemu: QemuRow;
  readonly #limit: NodeJS.Timeout;
  #silence: NodeJS.Timeout;
  #goodbye: NodeJS.Timeout | undefined;
  #tail = '';
  #bytes = 0;

  constructor(qemu: QemuRow) {
    this.#qemu = qemu;
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
    return setTimeout(() => this.#end({ kind: 'silent', seconds: this.#qemu.silence }), this.#qemu.silence * 1000);
  }

  #end(how: BootOutcome['ended']): void {
    this.ending ??= how;
    this.#abort.abort();
  }
}
