/** One path in which two trees differ. */
export interface Change {
  readonly path: string;
  readonly how: 'modified' | 'appeared' | 'vanished';
}

const HOW: Readonly<Record<string, Change['how']>> = { A: 'appeared', D: 'vanished' };

/** Reads `git diff-tree -r -z --no-renames --name-status A B`: status, NUL, path, NUL. */
export function parseNameStatus(text: string): Change[] {
  const words = text.split('\0');
  const changes: Change[] = [];
  for (let index = 0; index + 1 < words.length; index += 2)
    changes.push({ path: words[index + 1] ?? '', how: HOW[words[index] ?? ''] ?? 'modified' });
  return changes;
}
