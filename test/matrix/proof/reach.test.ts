import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../matrix/proof/change.ts';
import { reachesBuild } from '../../../matrix/proof/reach.ts';
import { readSet } from '../../support/read-sets.ts';

const READS = readSet();

function reach(path: string, how: Change['how'] = 'modified', whole = true): string | null {
  return reachesBuild({ path, how }, READS, whole);
}

describe('a change that was read, or may be, costs a build', () => {
  it.each([
    ['a source', 'virt/kvm/kvm_main.c', 'modified', 'was read for virt/kvm/kvm_main.o'],
    ['a header', 'include/linux/kvm_host.h', 'modified', 'was read for'],
    ['a source that goes', 'virt/kvm/kvm_main.c', 'vanished', 'was read for'],
    ['a script that a command names', 'scripts/link-vmlinux.sh', 'modified', 'was read for vmlinux'],
    ['a Makefile on the way', 'virt/kvm/Makefile', 'modified', 'on its way through virt/kvm'],
    ['a Makefile that appears on the way', 'arch/x86/kvm/Kbuild', 'appeared', 'on its way'],
    ['the top Makefile', 'Makefile', 'modified', 'always'],
    ['the Makefile of the arch', 'arch/x86/Makefile', 'modified', 'always'],
    ['Kbuild of the asm headers', 'include/asm-generic/Kbuild', 'modified', 'asm headers'],
    ['a fragment by its path', 'virt/kvm/Makefile.kvm', 'modified', 'virt/kvm'],
    ['a fragment by its name', 'lib/odd/Makefile.rules', 'modified', 'includes'],
    ['a header of a name that was included', 'arch/x86/include/linux/errno.h', 'appeared', 'may stand before'],
    ['an asm header', 'arch/x86/include/asm/new.h', 'appeared', 'asm headers by name'],
    ['an asm header that goes', 'arch/x86/include/asm/old.h', 'vanished', 'asm headers by name'],
    ['a kernel copy of a header of tools', 'arch/x86/include/asm/inat.h', 'modified', 'compared with tools/'],
    ['a source of objtool', 'tools/objtool/check.c', 'modified', 'part of a tool'],
    ['a library of the tools', 'tools/lib/rbtree.c', 'modified', 'part of a tool'],
    ['what __has_include looks for', 'security/landlock/errata/abi-2.h', 'appeared', '__has_include'],
    ['a file where a Makefile lists files', 'certs/new.x509', 'appeared', 'by pattern'],
    ['a source where a Makefile lists files', 'certs/new.c', 'appeared', 'by pattern'],
    ['a source below where a Makefile lists files', 'certs/more/new.c', 'appeared', 'by pattern'],
    ['a Makefile that tools share', 'tools/build/Makefile.build', 'modified', 'tools may share'],
    ['a Makefile of a library of the tools', 'tools/lib/subcmd/Makefile', 'modified', 'tools may share'],
    ['an asm header further down', 'arch/x86/include/asm/vdso/new.h', 'appeared', 'asm headers by name'],
    ['a source that make prefers to assembler', 'arch/x86/lib/memmove_64.c', 'appeared', 'may prefer it'],
    ['what looks like a build in the tree', 'arch/x86/include/generated/new.h', 'appeared', 'clean trees'],
    ['a table that awk may read', 'arch/x86/lib/x86-opcode-map.txt', 'modified', 'nothing proves'],
    ['a script', 'scripts/mkcompile_h', 'modified', 'nothing proves'],
    ['something new of no known kind', 'drivers/odd/firmware.blob', 'modified', 'nothing proves'],
  ] as const)('%s', (_, path, how, why) => {
    expect(reach(path, how)).toContain(why);
  });
});

it('a new header of the uapi counts where they are exported', () => {
  const change = { path: 'include/uapi/linux/new.h', how: 'appeared' } as const;
  expect(reachesBuild(change, READS, true)).toBeNull();
  const files = new Map([...READS.files, ['scripts/headers_install.sh', 'usr/include/linux/kvm.h']]);
  expect(reachesBuild(change, { ...READS, files }, true)).toContain('exported');
});

it('what gdb reads counts where its directory was entered', () => {
  const reads = { ...READS, dirs: new Set([...READS.dirs, 'scripts/gdb']) };
  const change = { path: 'scripts/gdb/linux/constants.py.in', how: 'modified' } as const;
  expect(reachesBuild(change, reads, true)).toContain('nothing proves');
});

describe('a change that no build like this reads costs nothing', () => {
  it.each([
    ['a source of a driver that is off', 'drivers/vfio/vfio_main.c', 'modified'],
    ['a header that nobody included', 'include/linux/vfio.h', 'modified'],
    ['a Makefile in a directory that make never entered', 'drivers/vfio/Makefile', 'modified'],
    ['a new source: only a Makefile or an #include could name it', 'virt/kvm/new.c', 'appeared'],
    ['a new header of a new name', 'include/linux/kvm_iodev.h', 'appeared'],
    ['a source that goes', 'drivers/vfio/virqfd.c', 'vanished'],
    ['another arch', 'arch/arm64/kvm/arm.c', 'modified'],
    ['what gdb reads, where it is off', 'scripts/gdb/linux/constants.py.in', 'modified'],
    ['the Makefile of another arch', 'arch/s390/kvm/Makefile', 'modified'],
    ['a table of another arch', 'arch/s390/kernel/syscalls/syscall.tbl', 'modified'],
    ['documentation', 'Documentation/virt/kvm/api.rst', 'modified'],
    ['a schema', 'Documentation/devicetree/bindings/odd.yaml', 'appeared'],
    ['selftests', 'tools/testing/selftests/kvm/Makefile.kvm', 'modified'],
    ['a tool that is not built', 'tools/perf/Makefile.perf', 'modified'],
    ['a header copy that objtool does not read', 'tools/include/uapi/linux/kvm.h', 'modified'],
    ['MAINTAINERS', 'MAINTAINERS', 'modified'],
    ['Kconfig files: .config tells', 'virt/kvm/Kconfig', 'modified'],
    ['defconfigs: .config tells', 'arch/x86/configs/x86_64_defconfig', 'modified'],
  ] as const)('%s', (_, path, how) => {
    expect(reach(path, how)).toBeNull();
  });
});

describe('behind a build that failed', () => {
  it.each(['drivers/vfio/vfio_main.c', 'include/linux/vfio.h', 'drivers/vfio/Makefile'])('%s reaches', (path) => {
    expect(reach(path, 'modified', false)).toContain('the build failed');
  });

  it.each(['arch/arm64/kvm/arm.c', 'Documentation/virt/kvm/api.rst', 'tools/testing/selftests/kvm/x.c'])(
    '%s does not',
    (path) => {
      expect(reach(path, 'modified', false)).toBeNull();
    },
  );
});

it('every header counts where all headers are packed into the kernel', () => {
  const packed = readSet({ files: new Map([['kernel/gen_kheaders.sh', 'kernel/kheaders_data.tar.xz']]) });
  expect(reachesBuild({ path: 'include/linux/vfio.h', how: 'modified' }, packed, true)).toContain('packed');
});

it('an arch that a build borrows from is no other arch', () => {
  expect(reach('arch/arm/boot/dts/odd.tbl')).toContain('nothing proves');
});

it('whatever happened to a file that was read reaches, and an unknown file never passes unseen', () => {
  const how = fc.constantFrom('modified', 'appeared', 'vanished') satisfies fc.Arbitrary<Change['how']>;
  fc.assert(
    fc.property(fc.constantFrom(...READS.files.keys()), how, fc.boolean(), (path, change, whole) => {
      expect(reach(path, change, whole)).not.toBeNull();
    }),
  );
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  fc.assert(
    fc.property(word, word, how, (dir, name, change) => {
      expect(reach(`drivers/${dir}/${name}.tbl`, change)).not.toBeNull();
    }),
  );
});
