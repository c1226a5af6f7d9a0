import { existsSync, readFileSync, statSync, type Stats } from 'node:fs';

/** Whether a file is still the one that it was: by inode, size and times. Null: there is none. */
export function stampOf(path: string): string | null {
  return stampAndAge(path)?.stamp ?? null;
}

function stampAndAge(path: string): { stamp: string; age: number } | null {
  const stat = statIfThere(path);
  if (!stat) return null;
  const { ino, size, mtimeMs, ctimeMs } = stat;
  return { stamp: `${ino} ${size} ${mtimeMs} ${ctimeMs}`, age: Date.now() - ctimeMs };
}

/** existsSync alone costs more. What lies behind something that is no directory is not there either. */
function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (existsSync(path)) throw error;
    return undefined;
  }
}

/**
 * In ms. A file that changed just now may change again and bear the same times: clocks of file systems tick in up to two
 * seconds (FAT). git has the same trouble with its index (Documentation/technical/racy-git.txt).
 */
export const SETTLED = 3000;

/** What was made of the text of files, each for as long as it is the very same file. */
export class FileMemo<Value> {
  readonly #known = new Map<string, { readonly stamp: string; readonly value: Value }>();
  readonly #read: (text: string) => Value;

  constructor(read: (text: string) => Value) {
    this.#read = read;
  }

  /** Null when there is no such file. */
  of(path: string): Value | null {
    const now = stampAndAge(path);
    const known = this.#known.get(path);
    if (now !== null && known?.stamp === now.stamp) return known.value;
    this.#known.delete(path);
    if (now === null) return null;
    const value = this.#read(readFileSync(path, 'utf8'));
    if (now.age > SETTLED) this.#known.set(path, { stamp: now.stamp, value });
    return value;
  }
}
