import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, infraFailure } from '../../matrix/failure.ts';
import { remove } from '../files.ts';
import { encodeFrame, encodeJob, FrameReader, parseTold, type Frame, type Job, type Told } from './frames.ts';

/** Seconds that an engine may take to start a box on a busy machine. */
const START_LIMIT = 120;

/** How an engine started a box. */
export interface Started {
  /** Settles when the engine says that the box is gone; with its last words if it has any. */
  readonly gone: Promise<string>;
  stop(): Promise<void>;
}

/** What a job says, as it says it. */
export type Sink = (kind: 'O' | 'E', chunk: Buffer) => void;

/** The other end of process 1 of a box. */
export class Warden {
  readonly #socket: Socket;
  readonly #started: Started;
  #sink: Sink = () => undefined;
  #settle: ((told: Told | null) => void) | null = null;
  #isGone = false;

  /** `start` gets the path of a socket and has a warden connect to it. Throws a Failure with the engine's words. */
  static async start(start: (socket: string) => Promise<Started>): Promise<Warden> {
    // A socket's path has room for 108 bytes: the output directory may be deeper.
    const dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-'));
    const path = join(dir, 'socket');
    const server = createServer();
    server.listen(path);
    try {
      await once(server, 'listening');
      chmodSync(dir, 0o711);
      chmodSync(path, 0o666);
      const connected = once(server, 'connection') as Promise<[Socket]>;
      const started = await start(path);
      return new Warden(await firstCall(connected, started), started);
    } finally {
      // One warden, one connection: nothing inside finds anybody to talk to behind it.
      server.close();
      remove(dir);
    }
  }

  private constructor(socket: Socket, started: Started) {
    this.#socket = socket;
    this.#started = started;
    const reader = new FrameReader();
    socket.on('data', (chunk: Buffer) => {
      for (const frame of reader.read(chunk)) this.#hear(frame);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => this.#end(null));
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Null: the box is gone. */
  run(job: Job, sink: Sink): Promise<Told | null> {
    if (this.#isGone) return Promise.resolve(null);
    this.#sink = sink;
    this.#socket.write(encodeJob(job));
    return new Promise((resolve) => (this.#settle = resolve));
  }

  /** Ends the job under way, at once. */
  kill(): void {
    if (!this.#isGone) this.#socket.write(encodeFrame('K'));
  }

  /** The last words of the engine about a box that is gone; empty when it had none. */
  async lastWords(): Promise<string> {
    return (await Promise.race([this.#started.gone, this.#started.stop().then(() => '')])).trim();
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    await this.#started.stop();
  }

  #hear({ kind, content }: Frame): void {
    if (kind === 'O' || kind === 'E') this.#sink(kind, content);
    if (kind === 'X') this.#end(parseTold(content.toString('latin1')));
  }

  #end(told: Told | null): void {
    if (told === null) this.#isGone = true;
    this.#settle?.(told);
    this.#settle = null;
  }
}

/** The warden's call, or a Failure with the last words of a box that died before it. */
async function firstCall(connected: Promise<[Socket]>, started: Started): Promise<Socket> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`nothing came to life in ${START_LIMIT} s`), START_LIMIT * 1000);
  });
  const first = await Promise.race([connected.then(([socket]) => socket), started.gone, late]);
  clearTimeout(timer);
  if (typeof first !== 'string') return first;
  await started.stop();
  throw infraFailure(`the box did not start: ${first.trim().split('\n').at(-1)}`, 'run `kvm-matrix doctor`');
}

/** The sentence of a Failure; anything else is a bug and goes on. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Failure) return error.message;
  throw error;
}
