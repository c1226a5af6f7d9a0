/** One `@@` block, with its text as posted. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newLines: number;
  /** The `@@` line and all that follows, without the final newline. */
  readonly text: string;
  /** False when the mail ends, or another file begins, before the counts in the `@@` line are used up. */
  readonly complete: boolean;
}

/** What a patch does to one file. Paths are relative to the tree; null is /dev/null. */
export interface FileDiff {
  readonly oldPath: string | null;
  readonly newPath: string | null;
  /** The abbreviated blob id before, from the `index` line; null when there is none or the file is new. */
  readonly preBlob: string | null;
  readonly hunks: readonly Hunk[];
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** Splits the diff part of a patch mail (`git diff` format). Anything around the diffs is passed over. */
export function parseDiff(text: string): FileDiff[] {
  const files: Mutable<FileDiff>[] = [];
  const lines = text.replace(/\n$/, '').split('\n');
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? '';
    const file = files.at(-1);
    const hunk = file && HUNK.exec(line);
    if (hunk && file) {
      const read = readHunk(lines, at, hunk);
      file.hunks = [...file.hunks, read.hunk];
      at = read.next;
      continue;
    }
    if (line.startsWith('diff --git ')) files.push(fileFromGitLine(line));
    else if (file && file.hunks.length === 0) readHeaderLine(file, line);
    at += 1;
  }
  return files;
}

/** The first thing that shows a diff was cut off or damaged on its way, as a sentence part; null if it is whole. */
export function diffDamage(files: readonly FileDiff[]): string | null {
  for (const file of files) {
    const cut = file.hunks.find((hunk) => !hunk.complete);
    if (cut) return `the hunk "${firstLine(cut.text)}" of ${diffPath(file)} is cut short`;
  }
  return null;
}

/** The path a reader would name the file by. */
function diffPath(file: FileDiff): string {
  return file.newPath ?? file.oldPath ?? '/dev/null';
}

function readHunk(lines: readonly string[], start: number, match: RegExpExecArray): { hunk: Hunk; next: number } {
  const oldLines = Number(match[2] ?? 1);
  const newLines = Number(match[4] ?? 1);
  let [old, fresh, at] = [oldLines, newLines, start + 1];
  for (; at < lines.length && (old > 0 || fresh > 0); at += 1) {
    const sign = lines[at]?.[0];
    // Some mailers strip the single space of an empty context line.
    if (sign === ' ' || lines[at] === '') [old, fresh] = [old - 1, fresh - 1];
    else if (sign === '-') old -= 1;
    else if (sign === '+') fresh -= 1;
    else if (sign !== '\\') break;
  }
  const text = lines.slice(start, at).join('\n');
  return {
    hunk: { oldStart: Number(match[1]), oldLines, newLines, text, complete: old === 0 && fresh === 0 },
    next: at,
  };
}

function fileFromGitLine(line: string): Mutable<FileDiff> {
  const match = /^diff --git "?a\/(.*?)"? "?b\/(.*?)"?$/.exec(line);
  return { oldPath: match?.[1] ?? null, newPath: match?.[2] ?? null, preBlob: null, hunks: [] };
}

function readHeaderLine(file: Mutable<FileDiff>, line: string): void {
  const index = /^index ([0-9a-f]{4,64})\.\./.exec(line)?.[1];
  if (index && !/^0+$/.test(index)) file.preBlob = index;
  if (line.startsWith('new file mode')) file.oldPath = null;
  if (line.startsWith('deleted file mode')) file.newPath = null;
  const renamedFrom = /^(?:rename|copy) from (.*)$/.exec(line)?.[1];
  if (renamedFrom) file.oldPath = renamedFrom;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
