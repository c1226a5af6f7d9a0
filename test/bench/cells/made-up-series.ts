import { STAGES } from '../../../matrix/cell.ts';
import type { Column } from '../../../matrix/column.ts';
import type { RunFacts } from '../../../matrix/journal/event.ts';
import type { Series } from '../../../matrix/series/series.ts';

/** A series of so many patches, without their text. */
export function madeUpSeries(patches: number): Series {
  const all = Array.from({ length: patches }, (_, index) => ({
    position: index + 1,
    subject: `KVM: x86/mmu: Stop telling everybody about step ${index + 1} of a long way`,
    messageId: `<20261123.${index + 1}@example.org>`,
    author: { name: 'A', email: 'a@example.org', date: 'Mon, 23 Nov 2026 10:00:00 +0000' },
    body: '',
    text: '',
    files: [],
    origin: 'made up',
  }));
  return { subject: 'KVM: A long way', version: 2, baseCommit: null, patches: all, notes: [] };
}

export function madeUpFacts(id: string, series: Series, columns: readonly Column[]): RunFacts {
  return {
    id,
    tool: 'kvm-matrix 0.1.0',
    argv: ['run', '--series', 'series.mbox', '--tree', 'linux'],
    base: { commit: commitOf(0), how: 'from base-commit: in the cover letter' },
    series: {
      subject: series.subject,
      version: series.version,
      patches: series.patches.map((patch) => ({
        position: patch.position,
        commit: commitOf(patch.position),
        subject: patch.subject,
        messageId: patch.messageId,
        note: null,
      })),
    },
    engine: { name: 'none', version: null, image: null },
    columns: columns.map(({ id: column, arch, config }) => ({ id: column, arch, config })),
    rows: rowsOf(series),
    stages: STAGES,
  };
}

export function commitOf(row: number): string {
  return row.toString(16).padStart(4, '0').repeat(10);
}

/** The base and all patches. */
export function rowsOf({ patches }: Series): number[] {
  return [0, ...patches.map(({ position }) => position)];
}
