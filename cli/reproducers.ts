import { join } from 'node:path';
import { parseCellId, type CellId } from '../matrix/cell.ts';
import { everyColumn, type Column } from '../matrix/column.ts';
import type { Event, StageSettled } from '../matrix/journal/event.ts';
import type { GuestModule } from '../matrix/recipe/guest.ts';
import { reproHead, reproSteps } from '../matrix/recipe/repro.ts';
import { allowsNext } from '../matrix/result.ts';
import { PROBE_DIR } from '../runners/boot/initramfs.ts';
import { readIfThere } from '../runners/files.ts';
import { readMatrixFile } from '../runners/prepare.ts';
import type { OutDir } from '../runners/store/out-dir.ts';

/** What a reproducer needs of one cell. */
interface Built {
  /** The resolved .config, by its digest. */
  config?: string;
  /** What the guest loads, as JSON; null when it was not built to the end. */
  modules?: string | null;
}

/** Reproducers of one run; they listen to its events first. */
export class Reproducers {
  readonly #out: OutDir;
  readonly #columns: ReadonlyMap<string, Column>;
  readonly #built = new Map<CellId, Built>();
  /** Most cells of a column are done alike. */
  readonly #steps = new Map<string, string | null>();
  #started: Extract<Event, { type: 'run-started' }> | null = null;

  constructor(out: OutDir, runId: string) {
    this.#out = out;
    const file = readMatrixFile(join(out.runDir(runId), 'matrix.yaml'));
    this.#columns = new Map(everyColumn(file).map((column) => [column.id, column]));
  }

  enter(event: Event): void {
    if (event.type === 'run-started') this.#started ??= event;
    if (event.type === 'stage-settled') this.#settle(event);
  }

  /** Cells that were configured. */
  get cells(): CellId[] {
    return [...this.#built.keys()];
  }

  /** Shell lines that redo a cell; null for a cell that was never configured. */
  linesFor(cell: CellId): string | null {
    const where = parseCellId(cell);
    const column = where ? this.#columns.get(where.column) : undefined;
    if (!this.#started || !where || !column) return null;
    const { run, gitDir } = this.#started;
    const commit = where.patch === 0 ? run.base.commit : run.series.patches[where.patch - 1]?.commit;
    const steps = this.#stepsOf(column, this.#built.get(cell) ?? {});
    return commit && steps !== null ? `${reproHead({ cell, commit, gitDir, engine: run.engine })}\n\n${steps}` : null;
  }

  #settle({ cell, result, detail }: StageSettled): void {
    if (result.stage !== 'configure' && result.stage !== 'build') return;
    const built = this.#built.get(cell) ?? {};
    const { config, modules } = detail.artefacts;
    if (result.stage === 'configure' && config !== undefined) built.config = config;
    else if (result.stage === 'build') built.modules = allowsNext(result) ? (modules ?? '[]') : null;
    if (built.config !== undefined) this.#built.set(cell, built);
  }

  #stepsOf(column: Column, { config = '', modules = null }: Built): string | null {
    const key = JSON.stringify([column.id, config, modules]);
    const known = this.#steps.get(key);
    if (known !== undefined) return known;
    const dotConfig = config === '' ? null : readIfThere(this.#out.config(config));
    const toLoad = modules === null ? null : (JSON.parse(modules) as GuestModule[]);
    const steps = dotConfig === null ? null : reproSteps({ column, dotConfig, modules: toLoad, probeDir: PROBE_DIR });
    this.#steps.set(key, steps);
    return steps;
  }
}
