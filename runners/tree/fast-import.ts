import { once } from 'node:events';
import { infraFailure } from '../../matrix/failure.ts';
import { openPipe, type Pipe } from '../process.ts';
import { gitArgv, placeEnv } from './git.ts';

export interface CommitHead {
  readonly ref: string;
  readonly mark?: number;
  readonly author?: string;
  /** The committer, `Name <email>`. */
  readonly who: string;
  /** RFC 2822, for author and committer alike. */
  readonly date: string;
  readonly from?: string;
  readonly message: string;
}

/** A `git fast-import` stream: straight into one pack, no work tree, no loose objects, no object of others touched. */
export class FastImport {
  readonly #pipe: Pipe;

  constructor(gitDir: string, args: readonly string[] = []) {
    // Small packs would be unpacked into loose objects, and that freshens.
    const argv = [
      '-c',
      'core.compression=1',
      '-c',
      'fastimport.unpackLimit=0',
      'fast-import',
      '--quiet',
      '--depth=0',
      '--date-format=rfc2822',
      ...args,
    ];
    this.#pipe = openPipe(gitArgv(argv), { env: placeEnv({ gitDir }) });
  }

  /** Waits where git is slower than we are: a kernel does not fit into memory. */
  async write(data: string | Buffer): Promise<void> {
    if (!this.#pipe.stdin.write(data)) await Promise.race([once(this.#pipe.stdin, 'drain'), this.#pipe.ended]);
  }

  async blob(content: Buffer): Promise<void> {
    await this.write('blob\n');
    await this.#data(content);
  }

  /** Opens a commit; `modify` and `D` lines follow. */
  async commit({ ref, mark, author, who, date, from, message }: CommitHead): Promise<void> {
    await this.write(`commit ${ref}\n${mark === undefined ? '' : `mark :${mark}\n`}`);
    await this.write(`${author === undefined ? '' : `author ${author} ${date}\n`}committer ${who} ${date}\n`);
    await this.#data(Buffer.from(message));
    if (from !== undefined) await this.write(`from ${from}\n`);
  }

  async modify(mode: string, path: string, content: Buffer): Promise<void> {
    await this.write(`M ${mode} inline ${path}\n`);
    await this.#data(content);
  }

  async close(): Promise<void> {
    this.#pipe.stdin.end();
    const ended = await this.#pipe.ended;
    if (ended.kind !== 'exited' || ended.code !== 0)
      throw infraFailure('git fast-import failed', 'its own words stand above; is there room on the disk?');
  }

  async #data(content: Buffer): Promise<void> {
    await this.write(`data ${content.length}\n`);
    await this.write(content);
    await this.write('\n');
  }
}

export function quotePath(path: string): string {
  return /^"|[\n\\]/.test(path) ? JSON.stringify(path) : path;
}
