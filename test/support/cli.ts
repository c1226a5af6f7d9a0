import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '../../matrix/journal/event.ts';
import type { Grid } from '../../matrix/grid/grid.ts';

const ROOT = join(import.meta.dirname, '../..');
export const FAKE_BIN = join(ROOT, 'test/fixtures/bin');
export const FAKE_MATRIX = join(ROOT, 'test/fixtures/fake-matrix.yaml');
const MAIN = join(ROOT, 'dist/cli/main.js');

/** Images are made once for all tests, and not in the home of each. */
const STORES = {
  XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  XDG_DATA_HOME: process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local/share'),
};

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ran: Promise<Ran>;
}

export interface CliOptions {
  readonly cwd: string;
  /** Replaces PATH; default: the fake tools before the real ones. */
  readonly path?: string;
  /** More of the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the built program as a user would, without the environment of the test. */
export function startCli(args: readonly string[], { cwd, path, env: more }: CliOptions): Running {
  if (!existsSync(MAIN)) throw new Error('dist/ is not there: npm run build');
  const env = { PATH: path ?? `${FAKE_BIN}:${process.env['PATH']}`, HOME: cwd, CI: 'true', ...STORES, ...more };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  return { child, ran: collect(child) };
}

export function runCli(args: readonly string[], options: CliOptions): Promise<Ran> {
  return startCli(args, options).ran;
}

async function collect(child: ChildProcess): Promise<Ran> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

export function runDir(cwd: string, run = 'run-0001'): string {
  return join(cwd, 'kvm-matrix.out/runs', run);
}

export function readGrid(cwd: string, run?: string): Grid {
  return JSON.parse(readFileSync(join(runDir(cwd, run), 'grid.json'), 'utf8')) as Grid;
}

export function readEvents(cwd: string, run?: string): Event[] {
  const file = join(runDir(cwd, run), 'events.jsonl');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Event);
}

/** Waits until the journal holds an event that `isIt`, or the run is over. */
export async function untilEvent({ child }: Running, cwd: string, isIt: (event: Event) => boolean): Promise<void> {
  while (child.exitCode === null && !readEvents(cwd).some(isIt))
    await new Promise((resolve) => setTimeout(resolve, 20));
}

/** What a finished grid says, without times: two runs of the same thing are equal in it. */
export function timeless(grid: Grid): unknown {
  const { startedAt, finishedAt, cost: _, argv, ...run } = grid.run;
  const cells = grid.cells.map((cell) => ({
    ...cell,
    stages: cell.stages.map((stage) => ({ ...stage, seconds: typeof stage.seconds })),
  }));
  return {
    ...grid,
    run: { ...run, times: [typeof startedAt, typeof finishedAt, argv.length > 0] },
    cells,
  };
}

/** `verdict` of every stage of a cell, e.g. `pass pass fail skip skip`. */
export function verdicts(grid: Grid, patch: number, column: string): string {
  const cell = grid.cells.find((candidate) => candidate.patch === patch && candidate.column === column);
  return cell?.stages.map(({ verdict }) => verdict).join(' ') ?? 'no such cell';
}
