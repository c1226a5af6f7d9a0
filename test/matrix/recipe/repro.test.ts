import { describe, expect, it } from 'vitest';
import { cellId } from '../../../matrix/cell.ts';
import type { GuestModule } from '../../../matrix/recipe/guest.ts';
import { reproHead, reproSteps, type ReproCell, type ReproWork } from '../../../matrix/recipe/repro.ts';
import { column, columnWithoutQemu } from '../../support/columns.ts';

const MM = column('x86-64/kvm=m,vfio=m');
const SMALL = {
  ...MM,
  fragments: [{ symbol: 'SMP', value: 'y' }],
  requests: [
    { symbol: 'KVM', value: 'm' },
    { symbol: 'VFIO', value: 'n' },
  ],
};
const KVM: GuestModule = { name: 'kvm', path: 'arch/x86/kvm/kvm.ko', depends: [], group: 'kvm', refusedWith: null };

function repro(more: Partial<ReproCell & ReproWork> = {}): string {
  const input = {
    cell: cellId(3, MM.id),
    column: SMALL,
    commit: 'c'.repeat(40),
    gitDir: '/out/repos/import.git',
    engine: { name: 'none' as const, version: null, image: null },
    dotConfig: 'CONFIG_MODULES=y\n',
    modules: null,
    probeDir: '/opt/kvm-matrix/runners/probe',
    ...more,
  };
  return `${reproHead(input)}\n\n${reproSteps(input)}`;
}

describe('the lines that repeat a build by hand', () => {
  it('are these', () => {
    expect(repro()).toBe(`# cell 03/x86-64/kvm=m,vfio=m, commit cccccccccccccccccccccccccccccccccccccccc
set -eu
work=\${WORK:-$(mktemp -d)}; echo "working in $work"
mkdir -p "$work/linux" "$work/out"
git --git-dir=/out/repos/import.git archive cccccccccccccccccccccccccccccccccccccccc | tar -x -C "$work/linux"
export KBUILD_BUILD_USER=kvm-matrix
export KBUILD_BUILD_HOST=kvm-matrix
export KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 1970'
export KBUILD_BUILD_VERSION=1
export LC_ALL=C

cat > "$work/requests.config" <<'END'
CONFIG_SMP=y
CONFIG_KVM=m
# CONFIG_VFIO is not set
END
make -C "$work/linux" "O=$work/out" ARCH=x86_64 CROSS_COMPILE=x86_64-linux-gnu- LOCALVERSION= "KCONFIG_ALLCONFIG=$work/requests.config" allnoconfig

make -C "$work/linux" "O=$work/out" ARCH=x86_64 CROSS_COMPILE=x86_64-linux-gnu- LOCALVERSION= -k --output-sync=target bzImage modules -j"$(nproc)"
`);
  });

  it('build no modules where the config has none', () => {
    expect(repro({ dotConfig: '' })).toContain(' bzImage -j"$(nproc)"\n');
  });

  it('from a target of the kernel run it first and put the requests behind what it wrote', () => {
    const lines = repro({ column: { ...SMALL, configBase: 'defconfig' } }).split('\n');
    const start = lines.indexOf('END');
    expect(lines.slice(start + 1, start + 4).map((line) => line.replace(/^make .* /, 'make … '))).toEqual([
      'make … defconfig',
      'cat "$work/requests.config" >> "$work/out/.config"',
      'make … olddefconfig',
    ]);
  });

  it('from a file begin with what it came to: the file may have changed since', () => {
    const dotConfig = 'CONFIG_MODULES=y\nCONFIG_KVM=m\n';
    const lines = repro({ column: { ...SMALL, configBase: "lab's/distro.config" }, dotConfig });
    expect(lines).toContain(`cat > "$work/out/.config" <<'END'\nCONFIG_MODULES=y\nCONFIG_KVM=m\nEND\nmake `);
    expect(lines).toMatch(/ olddefconfig\n/);
    expect(lines).not.toContain('distro.config');
  });

  it('quote what a shell would take apart', () => {
    expect(repro({ gitDir: '/out dir/$HOME/x.git' })).toContain("git --git-dir='/out dir/$HOME/x.git' archive");
  });

  it('tells the image that it was built in, and that here nothing contains it', () => {
    const image = { name: 'kvm-matrix-toolchain:0123', digest: 'sha256:4567' };
    const text = repro({ engine: { name: 'podman', version: '4.3.1', image } });
    expect(text).toContain('# It was built by podman in kvm-matrix-toolchain:0123 (sha256:4567).');
  });

  it('do not know of a compiler cache', () => {
    expect(repro()).not.toContain('compile-once');
  });
});

describe('the lines that repeat a boot by hand', () => {
  const lines = repro({ modules: [KVM, { ...KVM, group: 'vfio' }] });

  it('pack the probe with its modules, each file once, and start the same machine', () => {
    const { qemu } = MM.row;
    const tail = lines.slice(lines.indexOf('mkdir -p "$work/root/modules"')).split('\n');
    expect(tail.slice(0, 14)).toEqual([
      'mkdir -p "$work/root/modules"',
      'probe=/opt/kvm-matrix/runners/probe',
      'x86_64-linux-gnu-gcc -static -O2 -Wall -Wextra -I"$probe" -o "$work/root/init" "$probe"/*.c "$probe"/*/*.c',
      'cp "$work/out/arch/x86/kvm/kvm.ko" "$work/root/modules/kvm.ko"',
      `cat > "$work/root/probe.conf" <<'END'`,
      'kvm m',
      'vfio m',
      'cdev n',
      'module kvm kvm /modules/kvm.ko',
      'module vfio kvm /modules/kvm.ko',
      'device 1234:11e8',
      'iommu type1',
      'rounds 10',
      'END',
    ]);
    expect(tail[14]).toMatch(/^\(cd "\$work\/root" && find \. .* > "\$work\/initrd"\)$/);
    expect(tail[15]).toMatch(
      /^qemu-system-x86_64 .* -kernel "\$work\/out\/arch\/x86\/boot\/bzImage" -initrd "\$work\/initrd" -append '/,
    );
    expect(tail[15]).toContain(`-append '${qemu?.append}'`);
  });

  it('start it a second time, in the other mode, where modules can be pulled from under a VM', () => {
    const boots = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('qemu-'));
    const [main = '', lifetime, ...more] = boots(lines);
    expect([lifetime, more]).toEqual([main.replace(/'$/, " probe_mode=lifetime'"), []]);
    expect(boots(repro({ modules: [] }))).toHaveLength(1);
  });

  it('are not there for a cell that never came so far, nor for an arch without a machine', () => {
    expect(repro()).not.toContain('qemu');
    expect(repro({ column: { ...SMALL, row: columnWithoutQemu().row }, modules: [KVM] })).not.toContain('qemu');
  });
});
