import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { columnSlug } from '../../matrix/cell.ts';
import { everyColumn, type Column } from '../../matrix/column.ts';
import type { Grid } from '../../matrix/grid/grid.ts';
import { parseDotConfig } from '../../matrix/kconfig/kconfig.ts';
import { guestModules } from '../../matrix/recipe/guest.ts';
import { buildProbe, packInitramfs } from '../../runners/boot/initramfs.ts';
import { bootGuest } from '../../runners/boot/qemu.ts';
import { listModules } from '../../runners/kbuild/modules.ts';
import { hostEngine } from '../../runners/engine/host.ts';
import { toolSite } from '../../runners/walk/tools.ts';
import { readIfThere } from '../../runners/files.ts';
import { readMatrixFile } from '../../runners/prepare.ts';
import { runCli } from '../support/cli.ts';
import { kernelSource } from '../support/kernel-source.ts';

/**
 * Boot to verdict under TCG, per arch: `npm run bench`. Builds the base row of one column an arch in kvm-matrix.bench
 * first (kept: the second time nothing is built), then boots each kernel five times.
 */
const TIMES = 5;
const cwd = process.env['BENCH_DIR'] ?? join(import.meta.dirname, '../..');
const OUT = join(cwd, 'kvm-matrix.bench');

it(
  'boots each arch five times',
  async () => {
    const columns = await builtColumns();
    const rows: Timing[] = [];
    for (const column of columns) {
      const timing = await timeBoots(column);
      rows.push(timing);
      process.stderr.write(`${line(timing)}\n`);
    }
    process.stderr.write(
      `\nboot to verdict, median of ${TIMES} (fastest to slowest); of it before the kernel's first word\n`,
    );
    for (const row of rows) process.stderr.write(`${line(row)}\n`);
    expect(rows.filter(({ ended }) => !ended)).toEqual([]);
  },
  3 * 3_600_000,
);

interface Timing {
  readonly column: Column;
  readonly seconds: readonly number[];
  readonly firmware: readonly number[];
  /** Every boot came to the probe's goodbye. */
  readonly ended: boolean;
}

/** KVM=m, VFIO=m of every arch, built; KVM=y where the arch has no KVM=m. */
async function builtColumns(): Promise<Column[]> {
  const arches = process.env['BENCH_ARCHES']?.split(' ');
  const all = everyColumn(readMatrixFile(undefined)).filter(
    ({ row, arch }) => row.qemu && (arches?.includes(arch) ?? !row.optional),
  );
  const names = [...new Set(all.map(({ arch }) => arch))];
  const want = async (globs: readonly string[]): Promise<Set<string>> => {
    const flags = globs.flatMap((glob) => ['--columns', glob]);
    const tree = process.env['BENCH_TREE'] ?? kernelSource() ?? '';
    const { stdout } = await runCli(
      ['run', '--json', '--engine', 'none', '--tree', tree, '--stages', 'build', '--out', OUT, ...flags],
      {
        cwd,
        path: process.env['PATH'] ?? '',
      },
    );
    const grid = JSON.parse(stdout) as Grid;
    return new Set(grid.cells.filter(({ verdict }) => verdict === 'pass').map(({ column }) => column as string));
  };
  const modular = await want(names.map((arch) => `${arch}/kvm=m,vfio=m`));
  const rest = names.filter((arch) => !modular.has(`${arch}/kvm=m,vfio=m`));
  const builtIn = rest.length === 0 ? new Set<string>() : await want(rest.map((arch) => `${arch}/kvm=y,vfio=m`));
  return all.filter(({ id }) => modular.has(id) || builtIn.has(id));
}

async function timeBoots(column: Column): Promise<Timing> {
  const qemu = column.row.qemu;
  if (!qemu) throw new Error(`${column.arch} has no machine`);
  const buildDir = join(OUT, 'work/build', columnSlug(column.id));
  const scratch = mkdtempSync(join(tmpdir(), 'kvm-matrix-bench-'));
  const initrd = join(scratch, 'initrd');
  await packInitramfs({
    column,
    buildDir,
    scratch,
    modules: guestModules(column, listModules(buildDir)),
    resolved: parseDotConfig(readIfThere(join(buildDir, '.config')) ?? ''),
    probe: await buildProbe(column, toolSite(hostEngine(null), join(OUT, 'work'), column)),
    target: initrd,
  });
  const boots = [];
  for (let time = 0; time < TIMES; time += 1)
    boots.push(
      await bootGuest({
        qemu,
        initrd,
        mode: 'main',
        image: join(buildDir, column.row.make.image),
        log: join(scratch, `${time}.log`),
        signal: new AbortController().signal,
      }),
    );
  return {
    column,
    seconds: boots.map(({ seconds }) => seconds),
    firmware: boots.map(({ firmwareSeconds }) => firmwareSeconds ?? Number.NaN),
    ended: boots.every(({ console }) => console.done !== null),
  };
}

function line({ column, seconds, firmware, ended }: Timing): string {
  const [low, middle, high] = spread(seconds);
  const [, before] = spread(firmware);
  const state = ended ? '' : '  DID NOT END';
  return `${column.id.padEnd(22)} ${s(middle)} (${s(low)} to ${s(high)})  firmware ${s(before)}${state}`;
}

function spread(values: readonly number[]): [number, number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  return [sorted[0] ?? Number.NaN, sorted[sorted.length >> 1] ?? Number.NaN, sorted.at(-1) ?? Number.NaN];
}

function s(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}
