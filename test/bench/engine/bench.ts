import { cpSync, existsSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { columnSlug } from '../../../matrix/cell.ts';
import type { Column } from '../../../matrix/column.ts';
import { kernelSource } from '../../support/kernel-source.ts';
import type { Compiles } from '../meter/compiles.ts';
import type { Usage } from '../meter/usage.ts';

/** What the environment says that is to be measured; engine.test.ts tells what each variable means. */
const ROOT = join(import.meta.dirname, '../../..');
export const CWD = process.env['BENCH_DIR'] ?? ROOT;
export const OUT = join(CWD, 'kvm-matrix.engine');
export const TREE = process.env['BENCH_TREE'] ?? kernelSource() ?? '';
export const MATRIX = process.env['BENCH_MATRIX'];
export const SERIES = process.env['BENCH_SERIES'] ?? join(ROOT, 'test/example/series.mbox');
export const GLOBS = (process.env['BENCH_COLUMNS'] ?? 'x86-64/* riscv64/*').split(' ');
export const CACHE = process.env['BENCH_CACHE'] ?? 'ccache';
/** Our launcher, when a run has built it. */
export const LAUNCHER = join(OUT, 'work/compile-once');
/** What it keeps, and what it had kept when the base row was built for the first time. */
export const STORE = join(OUT, 'work/compile-once.store');
const BASE_STORE = join(OUT, 'base.store');
export const JOBS = availableParallelism();

/** One walk over all cells, by whomever. */
export interface Measured {
  readonly wall: number;
  readonly cpu: number;
  readonly makes: number;
  /** By cell: the digest of the kernel that it built; null when it did not build. */
  readonly built: ReadonlyMap<string, string | null>;
  /** Null: who compiled kept no count. */
  readonly compiles: Compiles | null;
  readonly usage: Usage | null;
}

export function buildDir(column: Column): string {
  return join(OUT, 'work/build', columnSlug(column.id));
}

/** Behind the base row: what a walk of another time compiled would be given to this one. */
export function forgetWalks(): void {
  if (!existsSync(BASE_STORE)) return cpSync(STORE, BASE_STORE, { recursive: true });
  rmSync(STORE, { recursive: true });
  cpSync(BASE_STORE, STORE, { recursive: true });
}
