/** The candidate with the fewest edits to `word`, if that is few enough to be what was meant. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const scored = candidates.map((candidate) => ({ candidate, edits: editDistance(word, candidate) }));
  const best = scored.toSorted((a, b) => a.edits - b.edits)[0];
  return best && best.edits <= Math.max(word.length > 2 ? 1 : 0, Math.floor(word.length / 3)) ? best.candidate : null;
}

/** Edits of one character, two neighbours changing places counting as one; case ignored. */
function editDistance(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  const table: number[][] = [Array.from({ length: to.length + 1 }, (_, index) => index)];
  const at = (i: number, j: number): number => table[i]?.[j] ?? 0;
  for (let i = 1; i <= from.length; i += 1) {
    table.push([i]);
    for (let j = 1; j <= to.length; j += 1) {
      const change = at(i - 1, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      table[i]?.push(Math.min(change, at(i - 1, j) + 1, at(i, j - 1) + 1, swapped ? at(i - 2, j - 2) + 1 : Infinity));
    }
  }
  return at(from.length, to.length);
}
