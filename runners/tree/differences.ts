import { parseNameStatus, type Change } from '../../matrix/proof/change.ts';
import { tryGit } from './git.ts';

/** In which paths two trees differ, asked of git once for every pair. */
export class Differences {
  readonly #gitDir: string;
  readonly #asked = new Map<string, Promise<readonly Change[] | null>>();

  constructor(gitDir: string) {
    this.#gitDir = gitDir;
  }

  /** Null when the repository does not have both. */
  between(from: string, to: string): Promise<readonly Change[] | null> {
    if (from === to) return Promise.resolve([]);
    const key = `${from} ${to}`;
    const asked = this.#asked.get(key) ?? this.#ask(from, to);
    this.#asked.set(key, asked);
    return asked;
  }

  async #ask(from: string, to: string): Promise<readonly Change[] | null> {
    const args = ['diff-tree', '-r', '-z', '--no-renames', '--name-status', from, to];
    const { code, stdout } = await tryGit({ gitDir: this.#gitDir }, args);
    return code === 0 ? parseNameStatus(stdout) : null;
  }
}
