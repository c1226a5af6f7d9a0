import { describe, expect, it } from 'vitest';
import {
  BUILD_ENV,
  buildArgv,
  compilerOf,
  configureArgvs,
  isConfigTarget,
  syncArgv,
} from '../../../matrix/recipe/make.ts';
import { column } from '../../support/columns.ts';

const PLACE = { source: '/src', build: '/out', launcher: null };
const MAKE = ['make', '-C', '/src', 'O=/out', 'ARCH=x86_64', 'CROSS_COMPILE=x86_64-linux-gnu-'];

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
    const cached = buildArgv(column(), { ...PLACE, launcher: 'ccache' }, new Map());
    expect(cached.filter((word) => !plain.includes(word))).toEqual(['CC=ccache x86_64-linux-gnu-gcc']);
    expect(cached.filter((word) => plain.includes(word))).toEqual(plain);
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

it("Kconfig's environment is recorded with the same make as all else", () => {
  expect(syncArgv(column(), PLACE)).toEqual([...MAKE, 'LOCALVERSION=', 'syncconfig']);
});
