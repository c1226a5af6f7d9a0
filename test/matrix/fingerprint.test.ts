import { describe, expect, it } from 'vitest';
import { cellInputs, firstUnapplied, touchedPaths, type Toolbox } from '../../matrix/fingerprint.ts';
import type { Column } from '../../matrix/column.ts';
import type { QemuRow } from '../../matrix/file/schema.ts';
import type { SymbolRequest } from '../../matrix/kconfig.ts';
import { assembleSeries } from '../../matrix/series/series.ts';
import { column } from '../support/columns.ts';
import { runFacts } from '../support/journal.ts';
import { part } from '../support/mails.ts';

const TOOLS: Toolbox = {
  compiler: 'x86_64-linux-gnu-gcc (Debian 12.2.0-14+deb12u1) 12.2.0',
  qemu: 'QEMU emulator version 7.2.22',
  probe: 'abc',
};
const TREES = ['tree-of-base', 'tree-of-1'];

const ASKED: SymbolRequest = { symbol: 'KVM', value: 'm' };
const WISH: SymbolRequest = { ...ASKED, ifKnown: true };

function withQemu(more: Partial<QemuRow>): Column {
  const whole = column();
  if (!whole.row.qemu) throw new Error('x86-64 has no machine');
  return { ...whole, row: { ...whole.row, qemu: { ...whole.row.qemu, ...more } } };
}

function withToolchain(more: Partial<Column['row']['toolchain']>): Column {
  const whole = column();
  return { ...whole, row: { ...whole.row, toolchain: { ...whole.row.toolchain, ...more } } };
}

describe('what decides a cell', () => {
  const text = cellInputs(TREES, column(), TOOLS);

  it('equal inputs give equal text', () => {
    expect(cellInputs([...TREES], column(), { ...TOOLS })).toBe(text);
  });

  it.each([
    ['another tree', cellInputs(['tree-of-base', 'tree-of-1b'], column(), TOOLS)],
    [
      'another tree of a row before: what is new depends on it',
      cellInputs(['other-base', 'tree-of-1'], column(), TOOLS),
    ],
    ['another column', cellInputs(TREES, column('x86-64/kvm=m,vfio=y'), TOOLS)],
    ['another request in the matrix file', cellInputs(TREES, { ...column(), fragments: [] }, TOOLS)],
    ['another CPU', cellInputs(TREES, withQemu({ cpu: 'EPYC' }), TOOLS)],
    ['another machine', cellInputs(TREES, withQemu({ machine: 'q35' }), TOOLS)],
    ['another device', cellInputs(TREES, withQemu({ devices: ['edu'] }), TOOLS)],
    ['another thing that the machine lacks', cellInputs(TREES, withQemu({ lacks: { dma: 'no engine' } }), TOOLS)],
    ['clang', cellInputs(TREES, withToolchain({ llvm: true }), TOOLS)],
    ['another compiler', cellInputs(TREES, column(), { ...TOOLS, compiler: 'gcc 13' })],
    ['another QEMU, or none', cellInputs(TREES, column(), { ...TOOLS, qemu: null })],
    ['another probe', cellInputs(TREES, column(), { ...TOOLS, probe: 'abd' })],
  ])('%s makes it another cell', (_, other) => {
    expect(other).not.toBe(text);
  });

  it('a config file decides by its text', () => {
    const from = (baseText: string): string =>
      cellInputs(TREES, { ...column(), configBase: 'lab/distro.config', baseText }, TOOLS);
    expect(from('CONFIG_KVM=m\n')).toBe(from('CONFIG_KVM=m\n'));
    expect(from('CONFIG_KVM=y\n')).not.toBe(from('CONFIG_KVM=m\n'));
  });

  it('a wish and a request for the same are two things', () => {
    expect(cellInputs(TREES, { ...column(), requests: [WISH] }, TOOLS)).not.toBe(
      cellInputs(TREES, { ...column(), requests: [ASKED] }, TOOLS),
    );
  });

  it('names no directory of this machine: a result holds in another checkout', () => {
    expect(text).not.toContain(process.cwd());
  });
});

describe('the paths between two rows', () => {
  const series = assembleSeries([part(1, 3), part(2, 3), part(3, 3)]);

  it('are those of the patches behind the first up to the second', () => {
    expect([...touchedPaths(series, 0, 1)]).toEqual(['virt/kvm/part1.c']);
    expect([...touchedPaths(series, 1, 3)]).toEqual(['virt/kvm/part2.c', 'virt/kvm/part3.c']);
    expect([...touchedPaths(series, 2, 2)]).toEqual([]);
  });

  it('have the old and the new name of a moved file, and of a new file only the new one', () => {
    const moved =
      'diff --git a/a.c b/b.c\nsimilarity index 100%\nrename from a.c\nrename to b.c\ndiff --git a/c.c b/c.c\nnew file mode 100644\n';
    expect([...touchedPaths(assembleSeries([part(1, 1, { patch: moved })]), 0, 1)]).toEqual(['a.c', 'b.c', 'c.c']);
  });
});

it('the first patch without a commit is the one that does not apply; those behind it only need it', () => {
  const { patches } = runFacts().series;
  expect(firstUnapplied(patches)).toBeUndefined();
  expect(
    firstUnapplied(patches.map((patch) => (patch.position > 1 ? { ...patch, commit: null } : patch)))?.position,
  ).toBe(2);
});
