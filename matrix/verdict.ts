/** KCIDB's status words, worst first (`warn` is ours). A fold keeps the first one present. */
export const VERDICTS = ['fail', 'error', 'miss', 'warn', 'pass', 'skip'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** The verdict of a whole is the worst of its parts; a whole with no parts was skipped. */
export function foldVerdicts(parts: Iterable<Verdict>): Verdict {
  const seen = new Set(parts);
  return VERDICTS.find((verdict) => seen.has(verdict)) ?? 'skip';
}

/** Only a kernel that was judged can be compared with its neighbour: `miss`, `error` and `skip` say nothing of it. */
export function isJudged(verdict: Verdict): boolean {
  return verdict === 'fail' || verdict === 'warn' || verdict === 'pass';
}
