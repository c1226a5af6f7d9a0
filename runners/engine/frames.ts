/** What goes over a warden's socket: see warden/frames.h. */
export interface Frame {
  readonly kind: string;
  readonly content: Buffer;
}

const HEAD = 5;

export function encodeFrame(kind: string, content: string | Uint8Array = ''): Buffer {
  const bytes = Buffer.from(content);
  const head = Buffer.alloc(HEAD);
  head.write(kind, 0, 'latin1');
  // The warden is of this machine, and every machine that Node runs on is little-endian or says so.
  head.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** Frames out of a stream of bytes, whatever pieces it comes in. */
export class FrameReader {
  #left: Buffer = Buffer.alloc(0);

  /** The frames that are whole with `chunk`. */
  *read(chunk: Buffer): Generator<Frame> {
    this.#left = Buffer.concat([this.#left, chunk]);
    while (this.#left.length >= HEAD) {
      const end = HEAD + this.#left.readUInt32LE(1);
      if (this.#left.length < end) return;
      yield { kind: this.#left.toString('latin1', 0, 1), content: this.#left.subarray(HEAD, end) };
      this.#left = this.#left.subarray(end);
    }
  }
}

/** A command for a warden. */
export interface Job {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** stderr goes where stdout goes. */
  readonly merged: boolean;
  readonly jobserver: boolean;
}

export function encodeJob({ argv, cwd, env, merged, jobserver }: Job): Buffer {
  const flags = `-${merged ? 'm' : ''}${jobserver ? 'j' : ''}`;
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const words = [flags, cwd, String(variables.length), ...variables, ...argv];
  return encodeFrame('J', words.map((word) => `${word}\0`).join(''));
}

/** How a job ended, as the warden saw it. */
export interface Told {
  readonly how: 'exit' | 'signal' | 'errno';
  /** The exit code, the signal's number, or why it could not be executed. */
  readonly number: number;
  readonly cpuSeconds: number;
  /** Processes that ran on behind it and were ended. */
  readonly left: number;
  /** How often it met the limits of its group. */
  readonly outOfMemory: number;
  readonly outOfPids: number;
}

export function parseTold(text: string): Told {
  const [how = '', ...numbers] = text.split(' ');
  const [number = 0, cpuSeconds = 0, left = 0, outOfMemory = 0, outOfPids = 0] = numbers.map(Number);
  return { how: how as Told['how'], number, cpuSeconds, left, outOfMemory, outOfPids };
}
