import { describe, expect, it } from 'vitest';
import { columnInputs, firstUnapplied, touchedPaths, type Toolbox } from '../../../matrix/plan/fingerprint.ts';
import type { Column } from '../../../matrix/column.ts';
import type { QemuRow } from '../../../matrix/file/schema.ts';
import type { SymbolRequest } from '../../../matrix/kconfig/kconfig.ts';
import { assembleSeries } from '../../../matrix/series/series.ts';
import { column } from '../../support/columns.ts';
import { runFacts } from '../../support/journal.ts';
import { part } from '../../support/mails.ts';

const TOOLS: Toolbox = {
  compiler: 'x86_64-linux-gnu-gcc (Debian 12.2.0-14+deb12u1) 12.2.0',
  qemu: 'QEMU emulator version 7.2.22',
  probe: 'abc',
};

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

describe('what decides a column', () => {
  const text = columnInputs(column(), TOOLS);

  it('equal inputs give equal text', () => {
    expect(columnInputs(column(), { ...TOOLS })).toBe(text);
  });

  it.each([
    ['another linker, or a rustc that came', columnInputs(column(), { ...TOOLS, others: ['GNU ld 2.41'] })],
    ['another column', columnInputs(column('x86-64/kvm=m,vfio=y'), TOOLS)],
    ['another request in the matrix file', columnInputs({ ...column(), fragments: [] }, TOOLS)],
    ['another CPU', columnInputs(withQemu({ cpu: 'EPYC' }), TOOLS)],
    ['another machine', columnInputs(withQemu({ machine: 'q35' }), TOOLS)],
    ['another device', columnInputs(withQemu({ devices: ['edu'] }), TOOLS)],
    ['another thing that the machine lacks', columnInputs(withQemu({ lacks: { dma: 'no engine' } }), TOOLS)],
    ['clang', columnInputs(withToolchain({ llvm: true }), TOOLS)],
    ['another compiler', columnInputs(column(), { ...TOOLS, compiler: 'gcc 13' })],
    ['another QEMU, or none', columnInputs(column(), { ...TOOLS, qemu: null })],
    ['another probe', columnInputs(column(), { ...TOOLS, probe: 'abd' })],
  ])('%s makes it another column', (_, other) => {
    expect(other).not.toBe(text);
  });

  it('a config file decides by its text', () => {
    const from = (baseText: string): string =>
      columnInputs({ ...column(), configBase: 'lab/distro.config', baseText }, TOOLS);
    expect(from('CONFIG_KVM=m\n')).toBe(from('CONFIG_KVM=m\n'));
    expect(from('CONFIG_KVM=y\n')).not.toBe(from('CONFIG_KVM=m\n'));
  });

  it('a wish and a request for the same are two things', () => {
    expect(columnInputs({ ...column(), requests: [WISH] }, TOOLS)).not.toBe(
      columnInputs({ ...column(), requests: [ASKED] }, TOOLS),
    );
  });

  it('names no directory of this machine: a result holds in another checkout', () => {
    expect(text).not.toContain(process.cwd());
  });
});

it('the paths of a series have the old and the new name of a moved file, and of a new file only the new one', () => {
  const moved =
    'diff --git a/a.c b/b.c\nsimilarity index 100%\nrename from a.c\nrename to b.c\ndiff --git a/c.c b/c.c\nnew file mode 100644\n';
  const series = assembleSeries([part(1, 2, { patch: moved }), part(2, 2)]);
  expect([...touchedPaths(series)]).toEqual(['a.c', 'b.c', 'c.c', 'virt/kvm/part2.c']);
});

it('the first patch without a commit is the one that does not apply; those behind it only need it', () => {
  const { patches } = runFacts().series;
  expect(firstUnapplied(patches)).toBeUndefined();
  expect(
    firstUnapplied(patches.map((patch) => (patch.position > 1 ? { ...patch, commit: null } : patch)))?.position,
  ).toBe(2);
});
