/** One test point of the probe. Its name begins with its stage: `kvm.guest-runs`. */
export interface Point {
  readonly name: string;
  readonly number: number;
  readonly status: 'ok' | 'not ok' | 'skip';
  /** What stands behind `#`: why it failed or was skipped. */
  readonly detail: string;
}

const POINT = /^(ok|not ok) (\d+)(?: -)? ([a-z0-9][\w.-]*)(?:\s*#\s*(.*))?$/;

/** Reads one line of KTAP (Documentation/dev-tools/ktap.rst), timestamp removed; null when it is no test point. */
export function parsePoint(line: string): Point | null {
  const match = POINT.exec(line.trimEnd());
  if (!match) return null;
  const detail = match[4] ?? '';
  const skipped = match[1] === 'ok' && /^SKIP\b/i.test(detail);
  return {
    name: match[3] ?? '',
    number: Number(match[2]),
    status: skipped ? 'skip' : match[1] === 'ok' ? 'ok' : 'not ok',
    detail: skipped ? detail.replace(/^SKIP\s*/i, '') : detail,
  };
}
