import { parseNameStatus, type Change } from '../../matrix/proof/change.ts';
import { tryGit } from './git.ts';

/** In which paths two trees differ, and what stands there; git is asked once for each. */
export class Differences {
  readonly #gitDir: string;
  readonly #asked = new Map<string, Promise<readonly Change[] | null>>();
  readonly #texts = new Map<string, Promise<string | null>>();

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

  /** The text of a file in a tree; null when it is not there. */
  text(tree: string, path: string): Promise<string | null> {
    const key = `${tree}:${path}`;
    const asked = this.#texts.get(key) ?? this.#show(key);
    this.#texts.set(key, asked);
    return asked;
  }

  async #show(key: string): Promise<string | null> {
    const { code, stdoutBytes } = await tryGit({ gitDir: this.#gitDir }, ['cat-file', 'blob', key]);
    return code === 0 ? stdoutBytes.toString('latin1') : null;
  }

  async #ask(from: string, to: string): Promise<readonly Change[] | null> {
    const args = ['diff-tree', '-r', '-z', '--no-renames', '--name-status', from, to];
    const { code, stdout } = await tryGit({ gitDir: this.#gitDir }, args);
    return code === 0 ? parseNameStatus(stdout) : null;
  }
}
