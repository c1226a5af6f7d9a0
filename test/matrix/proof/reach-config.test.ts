import { describe, expect, it } from 'vitest';
import type { Change } from '../../../matrix/proof/change.ts';
import { reachesConfig } from '../../../matrix/proof/reach-config.ts';
import { readSet } from '../../support/read-sets.ts';

const READS = readSet();

function reach(path: string, base = 'tiny', reads = READS): string | null {
  return reachesConfig({ path, how: 'modified' }, reads, base);
}

it.each([
  'Kconfig',
  'virt/kvm/Kconfig',
  'Makefile',
  'arch/x86/Makefile',
  'arch/x86/Makefile_32.cpu',
  'arch/x86/Kbuild',
  'scripts/kconfig/symbol.c',
  'scripts/Makefile.compiler',
  'scripts/cc-can-link.sh',
  'arch/x86/entry/vdso/checkundef.sh',
])('%s may change what Kconfig resolves', (path) => {
  expect(reach(path)).not.toBeNull();
});

it.each([
  ['a Kconfig file that was not sourced', 'drivers/gpu/drm/Kconfig'],
  ['that of another arch', 'arch/arm64/kvm/Kconfig'],
  ['the Makefile of another arch', 'arch/arm64/Makefile'],
  ['a Makefile further down', 'arch/x86/kvm/Makefile'],
  ['one outside arch', 'drivers/vfio/Makefile'],
  ['a source', 'virt/kvm/kvm_main.c'],
  ['what gdb reads', 'scripts/gdb/linux/constants.py.in'],
  ['words', 'Documentation/kbuild/kconfig-language.rst'],
  ['a selftest', 'tools/testing/selftests/kvm/run.sh'],
  ['a defconfig that nobody asked for', 'arch/x86/configs/x86_64_defconfig'],
])('%s cannot', (_, path) => {
  expect(reach(path)).toBeNull();
});

describe('where more is asked', () => {
  it('a defconfig counts when it is the base', () => {
    expect(reach('arch/x86/configs/x86_64_defconfig', 'defconfig')).toContain('defconfig may read');
    expect(reach('arch/arm64/configs/defconfig', 'defconfig')).toBeNull();
  });

  it('a Platform file of mips does: its Makefile includes it', () => {
    expect(reach('arch/mips/loongson64/Platform', 'tiny', readSet({ srcArch: 'mips' }))).not.toBeNull();
  });

  it('what looks like a build in the tree keeps make from all else', () => {
    const change = (path: string): Change => ({ path, how: 'appeared' });
    for (const path of ['.config', 'include/config/auto.conf', 'arch/x86/include/generated/x.h'])
      expect(reachesConfig(change(path), READS, 'tiny')).toContain('clean trees');
    expect(reachesConfig(change('arch/arm64/include/generated/x.h'), READS, 'tiny')).toBeNull();
  });

  it('what was sourced counts, whatever its name', () => {
    expect(reach('init/defaults.in', 'tiny', readSet({ kconfig: new Set(['init/defaults.in']) }))).not.toBeNull();
  });

  it('every Kconfig file counts while it is not known which were read', () => {
    expect(reach('drivers/gpu/drm/Kconfig', 'tiny', readSet({ kconfig: new Set() }))).not.toBeNull();
  });
});
