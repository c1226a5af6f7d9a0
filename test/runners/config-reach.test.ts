import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseDotConfig } from '../../matrix/kconfig/kconfig.ts';
import type { Change } from '../../matrix/proof/change.ts';
import type { ReadSet } from '../../matrix/proof/read-set.ts';
import { reachOfConfig, throughIncluders, type ConfigReach } from '../../runners/kbuild/config-reach.ts';
import { collectReads } from '../../runners/kbuild/read-set.ts';
import { write } from '../support/files.ts';

let dir = '';
let [source, build] = ['', ''];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-config-reach-'));
  [source, build] = [join(dir, 'linux'), join(dir, 'build')];
  write(source, { Makefile: 'include $(addprefix $(srctree)/, $(include-y))\n', 'scripts/link.sh': 'CONFIG_SMP\n' });
  write(source, {
    'arch/x86/kvm/Makefile': 'include $(srctree)/virt/kvm/Makefile.kvm\nkvm-$(CONFIG_KVM_SMM) += smm.o\n',
    'virt/kvm/Makefile.kvm': 'kvm-$(CONFIG_KVM_VFIO) += vfio.o\n',
    'drivers/vfio/Makefile': 'include $(src)/Makefile.more\n',
    'drivers/vfio/Makefile.more': 'vfio-$(CONFIG_VFIO_GROUP) += group.o\n',
    'drivers/odd/Makefile': 'include $(obj)/generated.mk\n',
    'drivers/vfio/vfio.c': 'CONFIG_IN_C\n',
    'drivers/vfio/gen.sh': 'grep CONFIG_BY_SCRIPT include/config/auto.conf\n',
    'arch/x86/include/asm/Kbuild': 'generic-$(CONFIG_OF_HEADERS) += x.h\n',
    'arch/x86/kvm/Platform': 'cflags-$(CONFIG_PLATFORM) += -DX\n',
    'arch/x86/Makefile': 'ifdef CONFIG_FLAGS\nendif\n',
    'tools/objtool/Makefile': 'include ../scripts/Makefile.include\n',
  });
  write(build, {
    'include/config/auto.conf': 'CONFIG_KVM=m\nCONFIG_KVM_VFIO=y\nCONFIG_LOCALVERSION=\nCONFIG_NAME=a "b"\n',
    'drivers/vfio/.vfio.o.cmd': `savedcmd_vfio.o := gcc ${source}/drivers/vfio/vfio.c ${source}/drivers/vfio/gen.sh\n`,
  });
  for (const sub of ['arch/x86/kvm', 'drivers/odd', 'tools/objtool']) write(build, { [`${sub}/x`]: '' });
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

function reads(): ReadSet {
  return collectReads(source, build, 'x86');
}

const SAME = 'CONFIG_KVM=m\nCONFIG_KVM_VFIO=y\nCONFIG_LOCALVERSION=""\nCONFIG_NAME="a \\"b\\""\n';

function reach(config: string): ConfigReach | string {
  return reachOfConfig(source, build, parseDotConfig(config), reads());
}

it('a config that says the same reaches nothing, whatever its comments and quotes', () => {
  expect(reach(`# CONFIG_NEW is not set\n${SAME}`)).toEqual({ symbols: [], changes: [], files: [] });
});

it('a symbol reaches the Makefiles that name it, through what they include, and the records of fixdep', () => {
  expect(reach(SAME.replace('CONFIG_KVM_VFIO=y\n', ''))).toEqual({
    symbols: ['KVM_VFIO'],
    changes: [{ path: 'arch/x86/kvm/Makefile', how: 'modified' }],
    files: ['include/config/KVM_VFIO'],
  });
});

it.each([
  ['KVM_SMM', 'arch/x86/kvm/Makefile'],
  ['VFIO_GROUP', 'drivers/vfio/Makefile'],
  ['BY_SCRIPT', 'drivers/vfio/gen.sh'],
  ['SMP', 'scripts/link.sh'],
  ['FLAGS', 'arch/x86/Makefile'],
  ['PLATFORM', 'arch/x86/kvm/Platform'],
  ['OF_HEADERS', 'arch/x86/include/asm/Kbuild'],
])('%s is looked for in %s', (symbol, path) => {
  expect(reach(`${SAME}CONFIG_${symbol}=y\n`)).toMatchObject({ changes: [{ path }] });
});

it.each(['IN_C', 'KVM_SM', 'KVM_SMM_MORE'])('%s is for fixdep alone', (symbol) => {
  expect(reach(`${SAME}CONFIG_${symbol}=y\n`)).toMatchObject({ changes: [], files: [`include/config/${symbol}`] });
});

it('a Makefile that puts names together, or includes what nobody can follow, is taken to name every symbol', () => {
  write(source, { 'drivers/odd/Makefile': 'obj-$(CONFIG_$(NAME)) += x.o\n' });
  expect(reach(`${SAME}CONFIG_X=y\n`)).toMatchObject({ changes: [{ path: 'drivers/odd/Makefile' }] });
  write(source, { 'drivers/odd/Makefile': 'obj-$(CONFIG_ODD_$(BITS)) += x.o\n' });
  expect(reach(`${SAME}CONFIG_ODD_64=y\n`)).toMatchObject({ changes: [{ path: 'drivers/odd/Makefile' }] });
  write(source, { 'drivers/odd/Makefile': 'include $(srctree)/$(NAME).mk\n' });
  expect(reach(`${SAME}CONFIG_X=y\n`)).toMatchObject({ changes: [{ path: 'drivers/odd/Makefile' }] });
});

it('too much is told in words', () => {
  const many = Array.from({ length: 101 }, (_, index) => `CONFIG_X${index}=y\n`).join('');
  expect(reach(SAME + many)).toBe('101 symbols of the config differ');
  expect(reach(`${SAME}CONFIG_IKCONFIG=y\n`)).toBe('CONFIG_IKCONFIG packs what differs');
  rmSync(join(build, 'include/config/auto.conf'));
  expect(reach(SAME)).toBe('nobody knows the config of the last build');
});

const modified = (path: string): Change => ({ path, how: 'modified' });

it.each([
  ['virt/kvm/Makefile.kvm', ['arch/x86/kvm/Makefile']],
  ['drivers/vfio/Makefile.more', ['drivers/vfio/Makefile']],
  ['drivers/vfio/Makefile', ['drivers/vfio/Makefile']],
  ['drivers/vfio/vfio.c', ['drivers/vfio/vfio.c']],
  ['scripts/Makefile.lib', ['scripts/Makefile.lib']],
  ['tools/build/Makefile.include', ['tools/build/Makefile.include']],
])('%s is changed for those who include it', (path, paths) => {
  expect(throughIncluders(source, reads(), [modified(path)])).toEqual(paths.map(modified));
});

it('an include goes on behind a backslash', () => {
  write(source, { 'drivers/vfio/Makefile': 'include $(src)/Makefile.none \\\n  $(src)/Makefile.more\n' });
  const paths = throughIncluders(source, reads(), [modified('drivers/vfio/Makefile.more')]).map(({ path }) => path);
  expect(paths).toEqual(['drivers/vfio/Makefile']);
});

it('a Makefile that others include is changed for itself and for them', () => {
  write(source, { 'lib/vdso/Makefile': '', 'arch/x86/kvm/Makefile': 'include $(srctree)/lib/vdso/Makefile\n' });
  const paths = throughIncluders(source, reads(), [modified('lib/vdso/Makefile')]).map(({ path }) => path);
  expect(paths).toEqual(['lib/vdso/Makefile', 'arch/x86/kvm/Makefile']);
});

it('where somebody includes what nobody can follow, and for what comes and goes, nothing is put in its place', () => {
  const appeared: Change = { path: 'virt/kvm/Makefile.kvm', how: 'appeared' };
  expect(throughIncluders(source, reads(), [appeared])).toEqual([appeared]);
  write(source, { 'drivers/odd/Makefile': 'include $(srctree)/$(NAME)\n' });
  expect(throughIncluders(source, reads(), [modified('virt/kvm/Makefile.kvm')])).toEqual([
    modified('virt/kvm/Makefile.kvm'),
  ]);
});
