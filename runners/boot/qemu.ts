import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { QemuRow } from '../../matrix/file/schema.ts';
import type { BootOutcome } from '../../matrix/judge/boot-facts.ts';
import { parseConsole } from '../../matrix/logs/console-log.ts';
import { qemuArgv, type ProbeMode } from '../../matrix/recipe/guest.ts';
import { followFile, makeDir } from '../files.ts';
import { runToFile } from '../process.ts';
import { ConsoleWatch } from './console-watch.ts';

/** A kernel whose modules were pulled may hang for ever after its oops; the probe's steps there are short. */
const DEAD_SECONDS = 20;

export interface BootJob {
  readonly qemu: QemuRow;
  readonly mode: ProbeMode;
  readonly image: string;
  readonly initrd: string;
  readonly log: string;
  readonly signal: AbortSignal;
}

/** Boots to the end of the probe, or to what comes instead. A bad kernel is an outcome, not an exception. */
export async function bootGuest({ qemu, mode, image, initrd, log, signal }: BootJob): Promise<BootOutcome> {
  makeDir(dirname(log));
  const fd = openSync(log, 'w');
  const watch = new ConsoleWatch(qemu, mode === 'main' ? undefined : DEAD_SECONDS);
  const start = performance.now();
  try {
    // Into a file and not through a pipe: QEMU writes byte by byte and drops what a full one does not take (hw/char/serial.c).
    const argv = qemuArgv(qemu, image, initrd, mode);
    const tail = followFile(log, (chunk) => watch.heard(chunk));
    const { ended, stderr } = await runToFile(argv, { signal, stop: watch.stop, stdout: fd }).finally(tail.close);
    const console = parseConsole(readFileSync(log, 'utf8'));
    // QEMU's words about the machine (a blocked DMA, say) stand behind the guest's, not in the middle of its lines.
    writeSync(fd, stderr);
    return {
      ended: watch.ending ?? ended,
      console,
      complaint: stderr.trim().split('\n').at(-1) ?? '',
      seconds: (performance.now() - start) / 1000,
      firmwareSeconds: watch.spokeAt === null ? null : (watch.spokeAt - start) / 1000,
    };
  } finally {
    watch.close();
    closeSync(fd);
  }
}
