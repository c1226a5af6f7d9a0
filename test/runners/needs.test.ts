import { describe, expect, it } from 'vitest';
import type { ArchRow, QemuRow } from '../../matrix/file/schema.ts';
import { needsOf } from '../../runners/doctor/needs.ts';
import { column, columnWithoutQemu } from '../support/columns.ts';

const { row } = column();
const { qemu } = row;
if (!qemu) throw new Error('x86-64 has no machine');

/** An arch that no machine of ours is: its compiler is always a cross compiler. */
function vax(more: { toolchain?: Partial<ArchRow['toolchain']>; qemu?: Partial<QemuRow> } = {}): ArchRow {
  return {
    ...row,
    toolchain: { prefix: 'vax-linux-gnu-', llvm: false, packages: ['gcc-vax-linux-gnu'], ...more.toolchain },
    qemu: { ...qemu, binary: 'qemu-system-vax', packages: ['qemu-system-misc'], ...more.qemu } as QemuRow,
  };
}

/** `program: packages` of what these rows need beyond what no row at all does. */
function needs(arches: Readonly<Record<string, ArchRow>>): string[] {
  const always = new Set(needsOf({}).map(({ program }) => program));
  return needsOf(arches)
    .filter(({ program }) => !always.has(program))
    .map(({ program, packages }) => `${program}: ${packages.join(' ')}`);
}

describe('what a row needs', () => {
  it('is its compiler and its QEMU, each with the packages that the row names', () => {
    expect(needs({ vax: vax() })).toEqual([
      'vax-linux-gnu-gcc: gcc-vax-linux-gnu',
      'qemu-system-vax: qemu-system-misc',
    ]);
  });

  it('is no QEMU where it boots nothing', () => {
    const bare = columnWithoutQemu().row;
    expect(needs({ vax: { ...bare, toolchain: vax().toolchain } })).toEqual(['vax-linux-gnu-gcc: gcc-vax-linux-gnu']);
  });

  it('with llvm is clang, lld and the binary tools besides the gcc of the probe', () => {
    const programs = needs({ vax: vax({ toolchain: { llvm: true } }) });
    expect(programs).toEqual([
      'vax-linux-gnu-gcc: gcc-vax-linux-gnu',
      'clang: clang',
      'ld.lld: lld',
      'llvm-objcopy: llvm',
      'qemu-system-vax: qemu-system-misc',
    ]);
  });

  it('is told once for rows that share it, and for each what it does not', () => {
    const arches = {
      vax: vax(),
      'vax-clang': vax({ toolchain: { llvm: true } }),
      vms: vax({ qemu: { binary: 'simh' } }),
    };
    expect(needs(arches).map((need) => need.split(':')[0])).toEqual([
      'vax-linux-gnu-gcc',
      'qemu-system-vax',
      'clang',
      'ld.lld',
      'llvm-objcopy',
      'simh',
    ]);
  });

  it('says what for: doctor prints it', () => {
    const why = new Map(
      needsOf({ vax: vax({ toolchain: { llvm: true } }) }).map(({ program, why: what }) => [program, what]),
    );
    expect([why.get('vax-linux-gnu-gcc'), why.get('clang'), why.get('qemu-system-vax')]).toEqual([
      'compiles for vax',
      'LLVM=1',
      'boots vax',
    ]);
  });

  it('without any row is git, make and what builds the host tools', () => {
    expect(needsOf({}).map(({ program }) => program)).toEqual(
      expect.arrayContaining(['git', 'make', 'gcc', 'flex', 'bison', 'cpio']),
    );
  });
});
