import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Event } from '../../matrix/journal/event.ts';
import { usageFailure } from '../../matrix/failure.ts';
import { makeDir } from '../files.ts';
import { Journal } from './journal.ts';

/** The output directory: runs with their reports, and `work/` with repositories, lanes and object files. */
export class OutDir {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  get work(): string {
    return join(this.path, 'work');
  }

  /** A resolved .config by its digest. Journals name them, so they are kept apart from what may be thrown away. */
  config(digest: string): string {
    return join(this.path, 'configs', digest);
  }

  /** What a build has read, by its digest. */
  readSet(digest: string): string {
    return join(this.path, 'readsets', `${digest}.json.gz`);
  }

  runDir(id: string): string {
    return join(this.path, 'runs', id);
  }

  /** The ids of all runs, oldest first. */
  runs(): string[] {
    const dir = join(this.path, 'runs');
    return existsSync(dir)
      ? readdirSync(dir)
          .filter((name) => /^run-\d+$/.test(name))
          .toSorted()
      : [];
  }

  lastRun(): string {
    const last = this.runs().at(-1);
    if (last === undefined)
      throw usageFailure(
        `there is no run in ${this.path}`,
        'start one with `kvm-matrix run --series … --tree …`, or name the directory with --out',
      );
    return last;
  }

  newRun(): string {
    const id = `run-${String(Number(this.runs().at(-1)?.slice(4) ?? 0) + 1).padStart(4, '0')}`;
    makeDir(this.runDir(id));
    return id;
  }

  journal(id: string): Journal {
    return new Journal(this.runDir(id));
  }

  /** Read anew from the journal every time it is walked. */
  events(id: string): Iterable<Event> {
    const journal = this.journal(id);
    const [first] = journal.read();
    if (!first) throw usageFailure(`${this.runDir(id)} has no journal`, 'name another run with --run, or start one');
    return { [Symbol.iterator]: () => journal.read() };
  }
}
