import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { usageFailure } from '../matrix/failure.ts';
import { expandColumns, type Column } from '../matrix/column.ts';
import { parseMatrixFile } from '../matrix/file/parse.ts';
import type { MatrixFile } from '../matrix/file/schema.ts';
import { makePlan, type Plan } from '../matrix/plan/plan.ts';
import { chooseRows } from '../matrix/plan/rows.ts';
import { chooseStages } from '../matrix/plan/stages.ts';
import { isConfigTarget } from '../matrix/recipe/make.ts';
import { PACKAGE_ROOT, readIfThere } from './files.ts';
import { readSeries } from './series/intake.ts';

/** What the user asked for, as typed. */
export interface RunRequest {
  /** Left out: only the base is walked. */
  readonly series?: string;
  readonly tree?: string;
  readonly base?: string;
  /** `matrix.yaml` here if there is one, else the one that comes with the package. */
  readonly matrix?: string;
  readonly columns?: readonly string[];
  readonly patches?: string;
  readonly stages?: string;
}

export interface PreparedPlan {
  readonly plan: Plan;
  readonly rangeBase: string | null;
  readonly containers: MatrixFile['containers'];
}

/** From words to a plan: everything that can be known without building anything. */
export async function preparePlan(request: RunRequest): Promise<PreparedPlan> {
  const file = readMatrixFile(request.matrix);
  const columns = expandColumns(file, request.columns).map(withBaseText);
  const stages = chooseStages(request.stages);
  const { series, rangeBase } = await readSeries(request.series, request.tree);
  const rows = chooseRows(request.patches, series.patches.length);
  return { plan: makePlan({ series, rows, stages, columns }), rangeBase, containers: file.containers };
}

/** A config base that is no target of make is a file of the user's, read once, relative to where he stands. */
function withBaseText(column: Column): Column {
  const { configBase } = column;
  if (configBase === 'tiny' || isConfigTarget(configBase)) return column;
  const text = readIfThere(configBase);
  if (text === null)
    throw usageFailure(
      `config base ${configBase} of ${column.arch}: there is no such file`,
      'name tiny, a *config target of the kernel, or a .config file in matrix.yaml',
    );
  return { ...column, baseText: text.endsWith('\n') ? text : `${text}\n` };
}

export function readMatrixFile(path: string | undefined): MatrixFile {
  const { file, text } = readMatrixText(path);
  return parseMatrixFile(text, basename(file));
}

/** The rows that some chosen column is of: what `doctor` looks at and `setup` provides for. */
export function chosenArches(matrix: string | undefined, globs?: readonly string[]): MatrixFile['arches'] {
  return Object.fromEntries(expandColumns(readMatrixFile(matrix), globs).map(({ arch, row }) => [arch, row]));
}

/** The matrix file as it stands on the disk: a run keeps a copy, for its reproducers. */
export function readMatrixText(path: string | undefined): { file: string; text: string } {
  const file = path ?? (existsSync('matrix.yaml') ? 'matrix.yaml' : join(PACKAGE_ROOT, 'matrix.yaml'));
  if (!existsSync(file))
    throw usageFailure(
      `--matrix ${file}: there is no such file`,
      'leave --matrix out to use the one that comes with kvm-matrix',
    );
  return { file, text: readFileSync(file, 'utf8') };
}
