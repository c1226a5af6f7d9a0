import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { QemuRow } from '../../matrix/file/schema.ts';
import type { BootOutcome } from '../../matrix/judge/boot.ts';
import { parseConsole } from '../../matrix/logs/console-log.ts';
import { qemuArgv } from '../../matrix/recipe/guest.ts';
import { makeDir } from '../files.ts';
import { runStreamed } from '../process.ts';

export interface BootJob {
  readonly qemu: QemuRow;
  readonly image: string;
  readonly initrd: string;
  readonly log: string;
  readonly signal: AbortSignal;
}

/** A guest that has said its last word may take this long to power off; some machines never do. */
const GOODBYE_SECONDS = 5;

/** Boots to the end of the probe, or to what comes instead. A bad kernel is an outcome, not an exception. */
export async function bootGuest({ qemu, image, initrd, log, signal }: BootJob): Promise<BootOutcome> {
  makeDir(dirname(log));
  const fd = openSync(log, 'w');
  const watch = new ConsoleWatch(qemu);
  const start = performance.now();
  try {
    const onOutput = (chunk: Buffer): void => {
      writeSync(fd, chunk);
      watch.heard(chunk);
    };
    const ended = await runStreamed(qemuArgv(qemu, image, initrd), { signal, stop: watch.stop, onOutput });
    return { ended: watch.ending ?? ended, console: parseConsole(readFileSync(log, 'utf8')), seconds: (performance.now() - start) / 1000 };
  } finally {
    watch.close();
    closeSync(fd);
  }
}

/** Ends the guest when it has been silent too long, has run too long, or has said goodbye and stays. */
class ConsoleWatch {
  ending: BootOutcome['ended'] | null = null;
  readonly #abort = new AbortController();
  readonly #qemu: QemuRow;
  readonly #limit: NodeJS.Timeout;
  #silence: NodeJS.Timeout;
  #tail = '';

  constructor(qemu: QemuRow) {
    this.#qemu = qemu;
    this.#limit = setTimeout(() => this.#end({ kind: 'timed-out', seconds: qemu.limit }), qemu.limit * 1000);
    this.#silence = this.#expect();
  }

  get stop(): AbortSignal {
    return this.#abort.signal;
  }

  heard(chunk: Buffer): void {
    this.#tail = (this.#tail + chunk.toString('latin1')).slice(-400);
    clearTimeout(this.#silence);
    const isDone = /kvm-matrix: done \d+\r?\n/.test(this.#tail);
    this.#silence = isDone ? setTimeout(() => this.#end({ kind: 'exited', code: 0 }), GOODBYE_SECONDS * 1000) : this.#expect();
  }

  close(): void {
    clearTimeout(this.#silence);
    clearTimeout(this.#limit);
  }

  #expect(): NodeJS.Timeout {
    return setTimeout(() => this.#end({ kind: 'silent', seconds: this.#qemu.silence }), this.#qemu.silence * 1000);
  }

  #end(how: BootOutcome['ended']): void {
    this.ending = how;
    this.#abort.abort();
  }
}
