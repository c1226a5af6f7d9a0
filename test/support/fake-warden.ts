import { connect } from 'node:net';
import { encodeFrame, FrameReader } from '../../runners/engine/frames.ts';
import type { Driver, Order } from '../../runners/engine/driver.ts';
import type { Started } from '../../runners/engine/warden.ts';

/** What a fake job says and how it ends; `hang` waits for a kill, `die` takes the box with it. */
export interface Script {
  readonly say?: string;
  /** As in frames.ts, or one of those words. */
  readonly end: string;
}

/** A driver whose boxes are no processes: a warden that speaks the protocol and plays scripts, a command each. */
export class FakeDriver implements Driver {
  readonly facts = { name: 'podman', version: 'fake', image: null } as const;
  readonly counts = true;
  readonly orders: Order[] = [];
  /** The words of every command, as they came. */
  readonly jobs: string[][] = [];
  stopped = 0;
  readonly #scripts: Script[];

  constructor(...scripts: Script[]) {
    this.#scripts = scripts;
  }

  start(order: Order): Promise<Started> {
    this.orders.push(order);
    const socket = connect(order.socket, () => socket.write(encodeFrame('H')));
    const reader = new FrameReader();
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      for (const { kind, content } of reader.read(chunk)) {
        if (kind === 'K') socket.write(encodeFrame('X', 'signal 9 0 0 0 0'));
        else
          this.#play(
            content.toString('utf8').split('\0').slice(0, -1),
            (data) => void socket.write(data),
            () => void socket.destroy(),
          );
      }
    });
    const stop = (): Promise<void> => {
      this.stopped += 1;
      socket.destroy();
      return Promise.resolve();
    };
    return Promise.resolve({ gone: new Promise<string>(() => undefined), stop });
  }

  #play(words: string[], write: (data: Buffer) => void, die: () => void): void {
    this.jobs.push(words);
    const { say, end } = this.#scripts.shift() ?? { end: 'exit 0 0 0 0 0' };
    if (say !== undefined) write(encodeFrame('O', say));
    if (end === 'die') die();
    else if (end !== 'hang') write(encodeFrame('X', end));
  }

  imageDigest(): Promise<string | null> {
    return Promise.resolve('sha256:fake');
  }

  sweep(): Promise<void> {
    return Promise.resolve();
  }
}
