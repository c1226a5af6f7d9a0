import type { GridColumn } from '../../../matrix/grid/grid.ts';

/** Equal neighbours share a label: `KVM: m` stands once over its three columns. */
export interface HeaderSpan {
  readonly label: string;
  /** Index of the first column below it. */
  readonly from: number;
  readonly width: number;
}

/** One row of the header: the arches first, then each axis. */
export interface HeaderRow {
  readonly name: string;
  readonly spans: readonly HeaderSpan[];
  /** The labels are too long to lie side by side. */
  readonly upright: boolean;
}

/** The header of the grid, from the outermost grouping to the innermost. */
export function headerRows(columns: readonly GridColumn[]): HeaderRow[] {
  const axes = [...new Set(columns.flatMap(({ config }) => Object.keys(config)))];
  const names = ['arch', ...axes];
  return names.map((name, depth) => {
    const paths = columns.map((column) => pathOf(column, axes).slice(0, depth + 1));
    const spans = spansOf(paths);
    return { name, spans, upright: depth > 0 && spans.some(({ label, width }) => label.length > 2 * width + 1) };
  });
}

function pathOf({ arch, config }: GridColumn, axes: readonly string[]): string[] {
  return [arch, ...axes.map((axis) => config[axis] ?? '')];
}

function spansOf(paths: readonly (readonly string[])[]): HeaderSpan[] {
  const spans: HeaderSpan[] = [];
  let open = '';
  for (const [index, path] of paths.entries()) {
    const last = spans.at(-1);
    const key = JSON.stringify(path);
    if (last && key === open) spans[spans.length - 1] = { ...last, width: last.width + 1 };
    else spans.push({ label: path.at(-1) ?? '', from: index, width: 1 });
    open = key;
  }
  return spans;
}
