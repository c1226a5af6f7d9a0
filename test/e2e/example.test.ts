import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gridSchema } from '../../matrix/grid/grid-schema.ts';
import type { Grid } from '../../matrix/grid/grid.ts';
import { readGrid, runCli, runDir, verdicts, type Ran } from '../support/cli.ts';
import { kernelSource, whyNot } from '../support/kernel-source.ts';

const SERIES = join(import.meta.dirname, '../example/series.mbox');
const MATRIX = join(import.meta.dirname, '../../matrix.yaml');
const MM = 'x86-64/kvm=m,vfio=m';
const MN = 'x86-64/kvm=m,vfio=n';

const source = kernelSource() ?? '';
const RUN = ['run', '--series', SERIES, '--tree', source, '--matrix', MATRIX, '--columns', MM, '--columns', MN];
const why = whyNot(['qemu-system-x86_64', 'x86_64-linux-gnu-gcc']);

describe.skipIf(why !== null)(
  `the example series on the distribution's kernel${why === null ? '' : ` (skipped: ${why})`}`,
  () => {
    const cwd = mkdtempSync(join(tmpdir(), 'kvm-matrix-e2e-'));
    const options = { cwd, path: process.env['PATH'] ?? '' };
    let ran: Ran;
    let grid: Grid;

    beforeAll(async () => {
      ran = await runCli([...RUN, '--audit', '1'], options);
      process.stderr.write(`${ran.stdout}\n`);
      grid = readGrid(cwd);
    });
    afterAll(() => rmSync(cwd, { recursive: true, force: true }));

    it('blames the three planted breaks on their patch, stage and columns, and no patch for what the base has', () => {
      expect(grid.blame.map(({ column, stage, brokenBy, fixedBy }) => [column, stage, brokenBy, fixedBy])).toEqual([
        [MM, 'build', 5, 6],
        [MM, 'vfio', 0, null],
        [MM, 'vfio', 7, 9],
        [MN, 'build', 2, 4],
        [MN, 'build', 5, 6],
      ]);
      expect(ran.code).toBe(1);
    });

    it('tells the hole that x86 has on the base: the vendor module goes while VFIO holds a VM, and the close runs freed code', () => {
      const known = grid.blame.find(({ brokenBy }) => brokenBy === 0);
      expect(known?.message).toMatch(/kvm_amd has no reference of its own/);
      expect(known?.checks).toContain('vfio.unload-held.kvm-amd');
      expect(known?.checks).toContain('vfio.unload-held.close');
      expect(known?.checks).not.toContain('vfio.unload-held.kvm');
    });

    it('names the line of each', () => {
      const messages = grid.blame.map(({ message }) => message);
      expect(messages[0]).toMatch(/^arch\/x86\/kvm\/kvm(-intel)?\.ko: "__xfer_to_guest_mode_work_pending" undefined!$/);
      expect(messages[2]).toMatch(
        /^vfio\.lifetime\.[\w.-]+\.released: with the device closed kvm has 3 references, had 2/,
      );
      expect(grid.blame[2]?.checks).toContain('vfio.kvm-unload-after');
      expect(messages[3]).toMatch(/^virt\/kvm\/kvm_main\.c:\d+: .kvm_vfio_ops. undeclared here/);
    });

    it('really ran a guest, did DMA through the IOMMU and took an interrupt on the base', () => {
      expect(verdicts(grid, 0, MM)).toBe('pass pass pass pass warn');
      const log = grid.cells.find(({ patch, column }) => patch === 0 && column === MM)?.stages.at(-1)?.log ?? '';
      const console = readFileSync(join(runDir(cwd), log), 'utf8');
      for (const point of [
        'kvm.guest-runs',
        'kvm.busy-unload-refused',
        'kvm.reload-rounds',
        'vfio.dma-to-device',
        'vfio.dma-from-device',
        'vfio.interrupt',
        'vfio.kvm-attach',
      ]) {
        expect(console).toMatch(new RegExp(`\\] ok \\d+ ${point.replace('.', '\\.')}\\r?$`, 'm'));
      }
    });

    it('builds nothing for the patches to s390 and to the documentation, and a clean build of one of them is the same', () => {
      const basis = (patch: number, column: string): string | undefined =>
        grid.cells.find((cell) => cell.patch === patch && cell.column === column)?.stages[1]?.basis;
      expect([8, 10].flatMap((patch) => [MM, MN].map((column) => basis(patch, column)))).toEqual([
        'proved',
        'proved',
        'proved',
        'proved',
      ]);
      expect(grid.run.audit).toEqual({ cells: 1, differing: [] });
    });

    it('writes a grid file that keeps the contract', () => {
      expect(gridSchema.strict().parse(grid)).toEqual(grid);
      expect(grid.run.complete).toBe(true);
    });

    it('a second run of the same thing calls no make', async () => {
      const again = await runCli(RUN, options);
      expect(again.code).toBe(1);
      expect(readGrid(cwd, 'run-0002').run.cost.makeCalls).toBe(0);
    });

    it('the reproducer of the cell that leaks a module reference shows the same failure, without kvm-matrix', async () => {
      const { stdout } = await runCli(['repro', `07/${MM}`, '--run', 'run-0001'], options);
      const env = { ...process.env, WORK: join(cwd, 'repro') };
      const console = execFileSync('sh', ['-c', stdout], {
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
        maxBuffer: 2 ** 26,
      });
      expect(console).toMatch(/not ok \d+ vfio\.kvm-unload-after/);
      expect(console).toMatch(/kvm-matrix: done 1/);
    });
  },
);
