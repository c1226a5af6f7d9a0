import { columnId, matchesGlob, type AxisValues, type ColumnId } from './cell.ts';
import { usageFailure } from './failure.ts';
import { nearest } from './file/nearest.ts';
import type { ArchRow, MatrixFile, Rule } from './file/schema.ts';
import { parseRequest, type SymbolRequest } from './kconfig/kconfig.ts';

/** One arch x config, followed through all patches, with all that it takes to build and boot it. */
export interface Column {
  readonly id: ColumnId;
  readonly arch: string;
  /** The axis values as written in the matrix file. */
  readonly config: AxisValues;
  readonly row: ArchRow;
  /** `tiny`, a *config target of the kernel, or the path of a file. */
  readonly configBase: string;
  /** The text of that file: it decides verdicts, whatever it is called. Null for the rest. */
  readonly baseText: string | null;
  /** What the fragments ask for; a symbol that the tree does not know is passed over and noted. */
  readonly fragments: readonly SymbolRequest[];
  /** What the axis values ask for; every one must come out as asked. */
  readonly requests: readonly SymbolRequest[];
}

/** All columns that include and exclude leave, those of optional rows too. */
export function everyColumn(file: MatrixFile): Column[] {
  const all = Object.keys(file.arches).flatMap((arch) =>
    product(file.axes).map((values) => toColumn(file, arch, values)),
  );
  return all.filter((column) => isIncluded(file, column));
}

/** The columns that the `--columns` globs leave; without any, those of the rows that are not optional. */
export function expandColumns(file: MatrixFile, globs: readonly string[] = []): Column[] {
  const ruled = everyColumn(file);
  for (const glob of globs) checkGlob(glob, ruled);
  if (globs.length === 0) return ruled.filter(({ row }) => !row.optional);
  return ruled.filter((column) => globs.some((glob) => picks(glob, column)));
}

/** An optional row wants to be named: `*` before the slash does not reach it. */
function picks(glob: string, { id, arch, row }: Column): boolean {
  return matchesGlob(glob, id) && (!row.optional || glob.startsWith(`${arch}/`));
}

function toColumn(file: MatrixFile, arch: string, config: AxisValues): Column {
  const row = file.arches[arch];
  if (!row) throw new Error(`no row for ${arch}`);
  const names = [...(row.config.base ? [] : file.config.fragments), ...(row.config.fragments ?? [])];
  return {
    id: columnId(arch, config),
    arch,
    config,
    row,
    configBase: row.config.base ?? file.config.base,
    baseText: null,
    fragments: names.flatMap((name) => file.fragments[name] ?? []).map(parseRequest),
    requests: Object.entries(config)
      .flatMap(([axis, value]) => row.axes[axis]?.[value] ?? [])
      .map(parseRequest),
  };
}

function product(axes: MatrixFile['axes']): AxisValues[] {
  return Object.entries(axes).reduce<AxisValues[]>(
    (partial, [axis, values]) => partial.flatMap((chosen) => values.map((value) => ({ ...chosen, [axis]: value }))),
    [{}],
  );
}

function isIncluded(file: MatrixFile, column: Column): boolean {
  const matches = (rule: Rule): boolean =>
    Object.entries(rule).every(([axis, wanted]) =>
      [wanted].flat().includes((axis === 'arch' ? column.arch : column.config[axis]) ?? ''),
    );
  return (file.include.length === 0 || file.include.some(matches)) && !file.exclude.some(matches);
}

function checkGlob(glob: string, columns: readonly Column[]): void {
  if (columns.some((column) => picks(glob, column))) return;
  const ids = columns.map((column) => column.id);
  const near = nearest(glob, ids);
  throw usageFailure(
    `no column matches "${glob}"`,
    near ? `did you mean "${near}"?` : `the columns are ${ids.join(' ')}`,
  );
}
