/** What a subject line says in its brackets. */
export interface SubjectTag {
  /** The subject without `[PATCH …]`. */
  readonly title: string;
  /** 1 unless a `v2`, `v3` … is there. */
  readonly version: number;
  /** The `N` of `N/M`; 0 is a cover letter; null when there is no `N/M`. */
  readonly position: number | null;
  readonly total: number | null;
  readonly isReply: boolean;
}

/** Reads `[RFC PATCH v3 02/26] title` as `git format-patch` and its users write it. Never throws. */
export function parseSubject(subject: string): SubjectTag {
  const isReply = /^\s*(re|aw|sv|fwd?)\s*:/i.test(subject);
  const match = /^\s*((?:\[[^\]]*\]\s*)*)(.*)$/s.exec(subject);
  const brackets = match?.[1] ?? '';
  const count = /(?:^|[[\s])(\d{1,4})\/(\d{1,4})(?=[\]\s])/.exec(brackets);
  const version = /(?:^|[[\s])(?:PATCH)?v(\d{1,3})(?=[\]\s])/i.exec(brackets);
  return {
    title: (match?.[2] ?? subject).replaceAll(/\s+/g, ' ').trim(),
    version: version ? Number(version[1]) : 1,
    position: count ? Number(count[1]) : null,
    total: count ? Number(count[2]) : null,
    isReply,
  };
}
