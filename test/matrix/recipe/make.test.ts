import { describe, expect, it } from 'vitest';
import type { Column } from '../../../matrix/column.ts';
import {
  BUILD_ENV,
  buildArgv,
  compilerOf,
  configureArgvs,
  isConfigTarget,
  probeCompilerOf,
  syncArgv,
} from '../../../matrix/recipe/make.ts';
import { column } from '../../support/columns.ts';

const PLACE = { source: '/src', build: '/out', launcher: null };
const MAKE = ['make', '-C', '/src', 'O=/out', 'ARCH=x86_64', 'CROSS_COMPILE=x86_64-linux-gnu-'];

/** A column whose row says something else of make or of the toolchain. */
function withRow(more: {
  make?: Partial<Column['row']['make']>;
  toolchain?: Partial<Column['row']['toolchain']>;
}): Column {
  const whole = column();
  const { make, toolchain } = whole.row;
  return {
    ...whole,
    row: { ...whole.row, make: { ...make, ...more.make }, toolchain: { ...toolchain, ...more.toolchain } },
  };
}

describe('the configuration', () => {
  it('from tiny is allnoconfig with the requests handed over', () => {
    expect(configureArgvs(column(), PLACE, '/requests')).toEqual([
      [...MAKE, 'LOCALVERSION=', 'KCONFIG_ALLCONFIG=/requests', 'allnoconfig'],
    ]);
  });

  it('from a target of the kernel is that target, then olddefconfig over the requests', () => {
    expect(configureArgvs({ ...column(), configBase: 'x86_64_defconfig' }, PLACE, '/requests')).toEqual([
      [...MAKE, 'LOCALVERSION=', 'x86_64_defconfig'],
      [...MAKE, 'LOCALVERSION=', 'olddefconfig'],
    ]);
  });

  it('from a file is olddefconfig alone', () => {
    expect(configureArgvs({ ...column(), configBase: 'lab/distro.config' }, PLACE, '/requests')).toEqual([
      [...MAKE, 'LOCALVERSION=', 'olddefconfig'],
    ]);
  });

  it.each(['defconfig', 'allmodconfig', 'x86_64_defconfig', 'malta_kvm_defconfig'])(
    '%s is a target of make',
    (base) => {
      expect(isConfigTarget(base)).toBe(true);
    },
  );

  it.each(['tiny', 'lab/x86.config', './defconfig', '/boot/config-6.1', 'my.config'])('%s is none', (base) => {
    expect(isConfigTarget(base)).toBe(false);
  });
});

describe('the build', () => {
  it('makes the image, and modules only where the config has any', () => {
    const tail = ['LOCALVERSION=', '-k', '--output-sync=target', 'bzImage'];
    expect(buildArgv(column(), PLACE, new Map())).toEqual([...MAKE, ...tail]);
    expect(buildArgv(column(), PLACE, new Map([['MODULES', 'y']]))).toEqual([...MAKE, ...tail, 'modules']);
  });

  it('puts the compiler cache before the compiler and changes nothing else', () => {
    const plain = buildArgv(column(), PLACE, new Map());
    const cached = buildArgv(column(), { ...PLACE, launcher: '/opt/compile-once' }, new Map());
    expect(cached.filter((word) => !plain.includes(word))).toEqual(['CC=/opt/compile-once x86_64-linux-gnu-gcc']);
    expect(cached.filter((word) => plain.includes(word))).toEqual(plain);
  });

  it.each([
    ['one image', 'vmlinux', ['vmlinux', 'modules']],
    ['two targets', 'Image dtbs', ['Image', 'dtbs', 'modules']],
    ['targets apart by more than a blank', 'Image  dtbs', ['Image', 'dtbs', 'modules']],
    ['directories, which are compiled and not linked', 'virt/kvm/ drivers/vfio/', ['virt/kvm/', 'drivers/vfio/']],
    ['an image and a directory', 'vmlinux drivers/vfio/', ['vmlinux', 'drivers/vfio/']],
  ])('makes modules where what the row asks for is whole: %s', (_, target, targets) => {
    const argv = buildArgv(withRow({ make: { target } }), PLACE, new Map([['MODULES', 'y']]));
    expect(argv.slice(argv.indexOf('--output-sync=target') + 1)).toEqual(targets);
  });

  it('goes on behind an error, so that every error of a patch is found', () => {
    expect(buildArgv(column(), PLACE, new Map())).toContain('-k');
  });

  it('keeps what a compiler says behind the target that it says it of', () => {
    expect(buildArgv(column(), PLACE, new Map())).toContain('--output-sync=target');
  });

  it('is told nothing of who builds it, where and when: two builds of one tree are the same', () => {
    expect(Object.keys(BUILD_ENV)).toEqual([
      'KBUILD_BUILD_USER',
      'KBUILD_BUILD_HOST',
      'KBUILD_BUILD_TIMESTAMP',
      'KBUILD_BUILD_VERSION',
      'LC_ALL',
    ]);
    expect(BUILD_ENV['LC_ALL']).toBe('C');
  });
});

it('everything of a column is built with the compiler of its prefix', () => {
  expect(compilerOf(column())).toBe('x86_64-linux-gnu-gcc');
});

describe('a row with llvm', () => {
  const clang = withRow({ toolchain: { llvm: true } });
  const steps = (of: Column, launcher: string | null): string[][] => {
    const place = { ...PLACE, launcher };
    return [...configureArgvs(of, place, '/requests'), buildArgv(of, place, new Map()), syncArgv(of, place)];
  };

  it('says LLVM=1 to every make, and nothing else than the same row without', () => {
    const plain = steps(column(), null);
    steps(clang, null).forEach((argv, index) => {
      expect(argv.filter((word) => !plain[index]?.includes(word))).toEqual(['LLVM=1']);
      expect(argv.filter((word) => word !== 'LLVM=1')).toEqual(plain[index]);
    });
  });

  it('has the launcher before clang', () => {
    for (const argv of steps(clang, '/opt/compile-once')) {
      expect(argv.filter((word) => word.startsWith('CC='))).toEqual(['CC=/opt/compile-once clang']);
      expect(argv).toContain('LLVM=1');
    }
  });

  it('builds its kernel with clang and its probe, which needs a static C library, with the gcc of its prefix', () => {
    expect(compilerOf(clang)).toBe('clang');
    expect(probeCompilerOf(clang.row.toolchain)).toBe('x86_64-linux-gnu-gcc');
  });
});

it("Kconfig's environment is recorded with the same make as all else", () => {
  expect(syncArgv(column(), PLACE)).toEqual([...MAKE, 'LOCALVERSION=', 'syncconfig']);
});
