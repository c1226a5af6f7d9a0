import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Grid } from '../../matrix/grid/grid.ts';
import { readGrid, runCli, runDir, verdicts, type Ran } from '../support/cli.ts';
import { kernelSource, whyNot } from '../support/kernel-source.ts';

const MATRIX = join(import.meta.dirname, '../../matrix.yaml');
const ARM = 'arm64/kvm=y,vfio=y';
const RISCV = 'riscv64/kvm=m,vfio=m';
const why = whyNot(['qemu-system-aarch64', 'qemu-system-riscv64']);

describe.skipIf(why !== null)(`the base on other arches${why === null ? '' : ` (skipped: ${why})`}`, () => {
  const cwd = mkdtempSync(join(tmpdir(), 'kvm-matrix-e2e-'));
  let ran: Ran;
  let grid: Grid;

  beforeAll(async () => {
    const columns = [ARM, RISCV, 'arm64/kvm=m,vfio=m'].flatMap((column) => ['--columns', column]);
    const args = ['run', '--tree', kernelSource() ?? '', '--matrix', MATRIX, ...columns];
    ran = await runCli(args, { cwd, path: process.env['PATH'] ?? '' });
    process.stderr.write(`${ran.stdout}\n`);
    grid = readGrid(cwd);
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  function passed(column: string, checks: readonly string[]): string[] {
    const log = grid.cells.find((cell) => cell.column === column)?.stages.at(-1)?.log ?? '';
    const console = readFileSync(join(runDir(cwd), log), 'utf8');
    return checks.filter((check) => new RegExp(`ok \\d+ ${check.replaceAll('.', '\\.')}\\r?$`, 'm').test(console));
  }

  it('arm64 runs a guest at EL2 and does DMA through its SMMU', () => {
    expect(verdicts(grid, 0, ARM)).toBe('pass pass pass pass pass');
    const checks = ['kvm.guest-runs', 'vfio.dma-from-device', 'vfio.dma-after-unmap', 'vfio.interrupt'];
    expect(passed(ARM, checks)).toEqual(checks);
  });

  it('riscv64 loads kvm.ko, runs a guest, and says that its VFIO has no IOMMU', () => {
    expect(verdicts(grid, 0, RISCV)).toBe('pass pass pass pass pass');
    const checks = ['kvm.load.kvm', 'kvm.guest-runs', 'kvm.reload-rounds', 'vfio.dma-from-device'];
    expect(passed(RISCV, checks)).toEqual(checks);
  });

  it('Kconfig tells that arm64 has no KVM=m', () => {
    const column = grid.columns.find(({ id }) => id === 'arm64/kvm=m,vfio=m');
    expect(column).toMatchObject({ expressible: false, reason: 'KVM is bool, it cannot be m' });
    expect(verdicts(grid, 0, 'arm64/kvm=m,vfio=m')).toBe('skip skip skip skip skip');
    expect(ran.code).toBe(0);
  });
});
