/**
 * Files of the tree that may name other symbols of Kconfig than a record tells of them: fixdep must run for whoever reads
 * one. Null: nothing is known, and it must run for all.
 */
export type Doubts = readonly string[] | null;

/**
 * SHA-256 of each scripts/basic/fixdep.c, and a NUL behind it, that was read to the end, and found to make its output of
 * nothing but its arguments, the files of the depfile in their order, and the words of CONFIG_ in each of them in theirs.
 */
const KNOWN_FIXDEPS: ReadonlySet<string> = new Set([
  // 6.6
  '0532a44182fc203b2f162fa41e3523c23d02bf3d7f84d3dae8e8edd936e26fd6',
  // 6.12
  'ae07cba7c1d4f7c39e3ee830b4d2d6c1b4f28e72153ab31d8263cf4d9a0d241e',
]);

export function isKnownFixdep(digest: string): boolean {
  return KNOWN_FIXDEPS.has(digest);
}

/** The symbols that fixdep writes down for a text, each where it comes first. Source: parse_config_file in scripts/basic/fixdep.c. */
export function configWords(text: string): string[] {
  const [whole = ''] = text.split('\0', 1);
  const words = whole.matchAll(/(?<![A-Za-z0-9_])CONFIG_([A-Za-z0-9_]*)/g);
  return [...new Set(Array.from(words, ([, word = '']) => word.replace(/_MODULE$/, '')))].filter(Boolean);
}

/** Whether fixdep writes the same for two texts of a file. False where one may be no file but a link: those end without a line end. */
export function sameWords(before: string, after: string): boolean {
  if ([before, after].some((text) => text !== '' && !text.endsWith('\n'))) return false;
  return configWords(before).join('\n') === configWords(after).join('\n');
}
