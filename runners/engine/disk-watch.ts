import { statfsSync } from 'node:fs';
import { capture } from '../process.ts';

const LOOK_MS = 500;
const GIB = 2 ** 30;

/** Bytes that are left for the journal and for others. Who writes much when there is less is stopped, and what he wrote goes. */
const RESERVE = GIB;

/** More files than this are no kernel's. */
const MOST_FILES = 1_000_000;

/**
 * Looks at the disk of `dir` while a command runs, and calls `stop` when `dir` holds more than `gib`. How much room the
 * disk has costs nothing to ask; only when much of it went is `dir` itself measured. A quota would need a file system
 * that has them, a loop device would need root.
 */
export function watchDisk(dir: string, gib: number, stop: (why: string) => void): { close: () => void } {
  let [at, measuring] = [roomOf(dir), false];
  const look = async (): Promise<void> => {
    const room = roomOf(dir);
    const fell = at.bytes - room.bytes > (gib * GIB) / 4 || at.files - room.files > MOST_FILES / 4;
    if (measuring || !(fell || room.bytes < RESERVE)) return;
    measuring = true;
    const held = await measure(dir);
    if (held.bytes > gib * GIB) stop(`O= holds more than ${gib} GiB`);
    else if (held.files > MOST_FILES) stop(`O= holds more than ${MOST_FILES} files`);
    else if (room.bytes < RESERVE && held.bytes > GIB) stop('the disk is nearly full, and O= holds more than 1 GiB');
    [at, measuring] = [room, false];
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  return { close: () => clearInterval(timer) };
}

interface Room {
  readonly bytes: number;
  readonly files: number;
}

function roomOf(dir: string): Room {
  const { bavail, bsize, ffree } = statfsSync(dir);
  return { bytes: bavail * bsize, files: ffree };
}

/** What lies in `dir`. Files may come and go meanwhile: du says so and counts on. */
async function measure(dir: string): Promise<Room> {
  const sum = async (flag: string): Promise<number> =>
    Number.parseInt((await capture(['du', '-s', flag, dir])).stdout, 10) || 0;
  return { bytes: (await sum('-k')) * 1024, files: await sum('--inodes') };
}
