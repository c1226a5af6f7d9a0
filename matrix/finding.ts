/** What kind of thing a log line group says. `warning`, `references` and `config` do not fail anything. */
export type FindingKind =
  | 'compile-error'
  | 'link-error'
  | 'modpost-error'
  | 'make-error'
  | 'kconfig-error'
  | 'probe'
  | 'panic'
  | 'splat'
  | 'warning'
  | 'references'
  | 'config';

/** One classified line group of a log. `file` is relative to the source tree. */
export interface Finding {
  readonly kind: FindingKind;
  readonly file: string | null;
  readonly line: number | null;
  readonly message: string;
  /** The check of the probe that says it. */
  readonly check?: string;
  /** Not there on the patch before (for warnings: nor on the last patch that built). The base has nothing new. */
  readonly new: boolean;
}

export type Observation = Omit<Finding, 'new'>;

/** What Kconfig warns of; errors end it. */
export function isOfKconfig({ kind, file }: Observation): boolean {
  return kind === 'warning' && /(^|\/)Kconfig[^/]*$/.test(file ?? '');
}

/** Line numbers shift when a patch adds lines above, so two findings are the same if all but the line agrees. */
export function findingKey(finding: Observation): string {
  return [finding.kind, finding.file ?? '', finding.message].join('\0');
}

/** Marks what `before` did not have. A second equal warning in the same file is new too: counts are compared. */
export function markNew(now: readonly Observation[], before: readonly Observation[] | null): Finding[] {
  if (before === null) return now.map((finding) => ({ ...finding, new: false }));
  const left = countKeys(before);
  return now.map((finding) => {
    const key = findingKey(finding);
    const known = left.get(key) ?? 0;
    left.set(key, known - 1);
    return { ...finding, new: known <= 0 };
  });
}

/** All of `first`, and what `second` has beyond it. */
export function unite(first: readonly Observation[], second: readonly Observation[]): Observation[] {
  const marked = markNew(second, first);
  return [...first, ...second.filter((_, index) => marked[index]?.new)];
}

/** The same order whatever order parallel compilers spoke in. */
export function sortFindings<F extends Observation>(findings: readonly F[]): F[] {
  const key = (f: F): string => [f.file ?? '', String(f.line ?? 0).padStart(7, '0'), f.kind, f.message].join('\0');
  return findings.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

function countKeys(findings: readonly Observation[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const finding of findings) counts.set(findingKey(finding), (counts.get(findingKey(finding)) ?? 0) + 1);
  return counts;
}
