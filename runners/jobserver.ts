import { closeSync, constants, openSync, read, readSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import PQueue from 'p-queue';
import { makeDir, remove } from './files.ts';
import { output } from './process.ts';
import { freeRoom, waitForRoom, type Need } from './room.ts';

const TOKEN = '+';

/**
 * One GNU make jobserver for all makes and all boots: a byte in a pipe is the right to one CPU. Every make and every
 * QEMU that we start costs a token, which is the job that it has by itself; a make takes more from the pipe as it finds
 * work. Source: "POSIX Jobserver Interaction" in the GNU make manual (the pipe form, which make 4.3 and later know).
 */
export class Jobserver {
  readonly #path: string;
  /** For the makes: they set O_NONBLOCK on it (make 4.3, posixos.c), and that is shared by all who hold it. */
  readonly #theirs: number;
  /** For us: reads wait for a token. */
  readonly #fd: number;
  /** Reads never wait on this one. */
  readonly #drain: number;
  readonly #jobs: number;
  /** Who waits for a token waits in this line: one read at a time blocks, and takes one byte. */
  readonly #line = new PQueue({ concurrency: 1 });
  #holders = 0;

  static async open(dir: string, jobs: number): Promise<Jobserver> {
    makeDir(dir);
    const path = join(dir, 'jobserver');
    remove(path);
    await output(['mkfifo', '-m', '600', path]);
    return new Jobserver(path, jobs);
  }

  private constructor(path: string, jobs: number) {
    this.#path = path;
    this.#jobs = jobs;
    // Opened for reading and writing, so that it neither blocks nor ever looks closed.
    this.#theirs = openSync(path, 'r+');
    this.#fd = openSync(path, 'r+');
    this.#drain = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    writeSync(this.#fd, TOKEN.repeat(jobs));
  }

  /** The FIFO: a box opens it anew. */
  get path(): string {
    return this.#path;
  }

  /** Both ends, for the child's descriptors 3 and 4. */
  get inherit(): readonly number[] {
    return [this.#theirs, this.#theirs];
  }

  get env(): Readonly<Record<string, string>> {
    return { MAKEFLAGS: `-j${this.#jobs} --jobserver-auth=3,4` };
  }

  /** Does `work` on one CPU of the budget, when there is one, and room for what it needs of memory and disk. */
  async run<T>(need: Need, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#take(need, signal);
    try {
      return await work();
    } finally {
      this.#giveBack();
    }
  }

  close(): void {
    closeSync(this.#theirs);
    closeSync(this.#fd);
    closeSync(this.#drain);
    remove(this.#path);
  }

  async #take(need: Need, signal: AbortSignal): Promise<void> {
    const turn = async (): Promise<void> => {
      await waitForRoom(
        need,
        () => freeRoom(dirname(this.#path)),
        () => this.#holders > 0,
        signal,
      );
      await this.#readToken(signal);
    };
    await this.#line.add(turn, { signal });
    this.#holders += 1;
  }

  /** A read in a thread of its own; what cancels it puts in the byte that it waits for. */
  async #readToken(signal: AbortSignal): Promise<void> {
    const wake = (): void => void writeSync(this.#fd, TOKEN);
    signal.addEventListener('abort', wake, { once: true });
    try {
      await promisify(read)(this.#fd, Buffer.alloc(1), 0, 1, null);
    } finally {
      signal.removeEventListener('abort', wake);
    }
    signal.throwIfAborted();
  }

  /** A make that was killed takes its tokens with it. When nobody holds any, there must be all. */
  #giveBack(): void {
    this.#holders -= 1;
    if (this.#holders > 0 || this.#line.size + this.#line.pending > 0) {
      writeSync(this.#fd, TOKEN);
      return;
    }
    this.#empty();
    writeSync(this.#fd, TOKEN.repeat(this.#jobs));
  }

  #empty(): void {
    const buffer = Buffer.alloc(2 ** 12);
    try {
      while (readSync(this.#drain, buffer) > 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}
