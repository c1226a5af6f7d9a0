import { join } from 'node:path';
import PQueue from 'p-queue';
import { infraFailure } from '../../matrix/failure.ts';
import { describeEnd, type Ended } from '../../matrix/judge/build.ts';
import { makeDir, openByteLog } from '../files.ts';
import { watchDisk } from './disk-watch.ts';
import { boxUid, giveTo, type Driver } from './driver.ts';
import { endedOf, remarksOn } from './ended.ts';
import { INSIDE, type Box, type BoxOptions, type Limits, type LoggedBoxOptions, type Place } from './engine.ts';
import { ENV, launcherEnv } from './environment.ts';
import type { Job } from './frames.ts';
import { tame } from './tame.ts';
import { sentenceOf, Warden, type Sink } from './warden.ts';

/** Bytes of a log. A build that says more than this is ended. */
const LOG_BYTES = 256 * 2 ** 20;

export interface BoxSettings {
  readonly driver: Driver;
  readonly limits: Limits;
  readonly hasLauncher: boolean;
  /** The FIFO of the jobserver; null where there is none. */
  readonly jobserver: string | null;
  readonly onNote: (note: string) => void;
  readonly onCpu: (seconds: number) => void;
}

/** A place in a container. It starts with its first command, and again with the next one when it died. */
export class WardenBox implements Box {
  readonly inside: Box['inside'];
  readonly contains = true;
  readonly runners = INSIDE.runners;
  readonly #place: Place;
  readonly #settings: BoxSettings;
  readonly #line = new PQueue({ concurrency: 1 });
  #warden: Warden | null = null;

  constructor(place: Place, settings: BoxSettings) {
    this.#place = place;
    this.#settings = settings;
    const launcher = place.store !== null && settings.hasLauncher ? `${INSIDE.bin}/compile-once` : null;
    this.inside = { source: INSIDE.source, build: INSIDE.build, launcher };
  }

  /** Whether it is of this very place. */
  sees(place: Place): boolean {
    return JSON.stringify(place) === JSON.stringify(this.#place);
  }

  async run(argv: readonly string[], { log, append, jobserver, ...options }: LoggedBoxOptions): Promise<Ended> {
    const file = openByteLog(log, append ?? false);
    try {
      const job = this.#jobOf(argv, options, { merged: true, jobserver: jobserver !== undefined });
      return await this.#do(job, options, (_, chunk) => file.write(chunk));
    } finally {
      file.close();
    }
  }

  makeDir(path: string): void {
    const dir = join(this.#place.build, path);
    makeDir(dir);
    giveTo(dir, boxUid());
  }

  async capture(argv: readonly string[], options: BoxOptions = {}): ReturnType<Box['capture']> {
    const said: Record<'O' | 'E', Buffer[]> = { O: [], E: [] };
    const job = this.#jobOf(argv, options, { merged: false, jobserver: false });
    const ended = await this.#do(job, options, (kind, chunk) => said[kind].push(Buffer.from(chunk)));
    if (ended.kind !== 'exited')
      throw infraFailure(`${argv[0]} in a box: ${describeEnd(ended)}`, 'run `kvm-matrix doctor`');
    const stdoutBytes = Buffer.concat(said.O);
    return {
      code: ended.code,
      stdoutBytes,
      stdout: stdoutBytes.toString('utf8'),
      stderr: Buffer.concat(said.E).toString('utf8'),
    };
  }

  async close(): Promise<void> {
    await this.#warden?.close();
    this.#warden = null;
  }

  #jobOf(argv: readonly string[], { env, cwd }: BoxOptions, how: Pick<Job, 'merged' | 'jobserver'>): Job {
    return {
      argv,
      cwd: cwd ?? INSIDE.build,
      env: { ...ENV, ...launcherEnv(this.inside.launcher, this.#place.below), ...env },
      ...how,
    };
  }

  #do(job: Job, options: BoxOptions, sink: Sink): Promise<Ended> {
    return this.#line.add(() => this.#doNext(job, options, sink));
  }

  async #doNext(job: Job, { signal, limit }: BoxOptions, sink: Sink): Promise<Ended> {
    signal?.throwIfAborted();
    const warden = await this.#open();
    if (typeof warden === 'string') return { kind: 'lost', why: warden };
    const { disk, seconds } = this.#settings.limits;
    let stopped: Ended | null = null;
    const stop = (why: Ended): void => {
      stopped ??= why;
      warden.kill();
    };
    const lost = (why: string): void => stop({ kind: 'lost', why });
    const timer = setTimeout(() => stop({ kind: 'timed-out', seconds: limit ?? seconds }), (limit ?? seconds) * 1000);
    const watch = watchDisk(this.#place.build, disk, lost);
    const onAbort = (): void => warden.kill();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const told = await warden.run(job, bounded(sink, lost));
      signal?.throwIfAborted();
      if (told === null) return stopped ?? (await this.#died(warden));
      this.#settings.onCpu(told.cpuSeconds);
      for (const remark of remarksOn(told, job.argv[0] ?? '', this.#settings.limits)) sayTo(sink, remark);
      return stopped ?? endedOf(told, job.argv[0] ?? '', this.#settings.limits);
    } finally {
      clearTimeout(timer);
      watch.close();
      signal?.removeEventListener('abort', onAbort);
      await this.#tame(sink);
    }
  }

  /** The warden to talk to, or why there is none. */
  async #open(): Promise<Warden | string> {
    if (this.#warden !== null && !this.#warden.isGone) return this.#warden;
    const { driver, limits, jobserver } = this.#settings;
    const uid = boxUid();
    try {
      for (const dir of [this.#place.build, this.#place.store, this.#place.below]) if (dir !== null) makeDir(dir);
      for (const path of [this.#place.build, this.#place.store, jobserver]) if (path !== null) giveTo(path, uid);
      this.#warden = await Warden.start((socket) => driver.start({ place: this.#place, socket, uid, limits }));
      return this.#warden;
    } catch (error) {
      return sentenceOf(error);
    }
  }

  async #died(warden: Warden): Promise<Ended> {
    const words = await warden.lastWords();
    await this.close();
    return { kind: 'lost', why: `the box is gone${words === '' ? '; was it out of memory?' : `: ${words}`}` };
  }

  async #tame(sink: Sink): Promise<void> {
    for (const path of await tame(this.#place.build)) {
      const text = `removed from O=, for it leads out of it: ${path.slice(this.#place.build.length + 1)}`;
      sayTo(sink, text);
      this.#settings.onNote(`${this.#place.name}: ${text}`);
    }
  }
}

function sayTo(sink: Sink, text: string): void {
  sink('E', Buffer.from(`kvm-matrix: ${text}\n`));
}

/** Says no more than LOG_BYTES, and has who says more ended. */
function bounded(sink: Sink, lost: (why: string) => void): Sink {
  let said = 0;
  return (kind, chunk) => {
    said += chunk.length;
    if (said > LOG_BYTES) lost(`it said more than ${LOG_BYTES / 2 ** 20} MiB`);
    else sink(kind, chunk);
  };
}
