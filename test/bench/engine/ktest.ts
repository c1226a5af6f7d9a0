import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { columnSlug } from '../../../matrix/cell.ts';
import type { Column } from '../../../matrix/column.ts';
import { cellLines, quoted, walkBy, writeScript } from './by-script.ts';
import { cellArgv, tipOf, type Loop } from './theirs.ts';

/**
 * PATCHCHECK of the kernel's own tools/testing/ktest/ktest.pl, of type build: for every column, for every patch a checkout,
 * `make olddefconfig` and make, without cleaning in between. It looks for no warnings here. Source: sample.conf beside it.
 */
export const ktest = walkBy({
  log: 'ktest.out',
  prepare: (loop) => {
    const conf = join(loop.dir, 'ktest.conf');
    const tests = loop.columns.map((column) => ['TEST_START', ...testOf(loop, column)].join('\n'));
    writeFileSync(conf, [...tests, `DEFAULTS\n${defaults(loop)}`].join('\n'));
    return ['perl', join(loop.lane.source, 'tools/testing/ktest/ktest.pl'), conf];
  },
});

/** It must have these for whatever is more than a build, though a check of patches of type build boots nothing. */
const BOOTS = ['POWER_CYCLE', 'CONSOLE', 'SSH_USER', 'BUILD_TARGET', 'TARGET_IMAGE', 'REBOOT_TYPE'];

function defaults(loop: Loop): string {
  const commits = loop.walked.patches.map(({ commit }) => commit);
  return [
    `PATCHCHECK_START = ${commits[0] ?? ''}`,
    `PATCHCHECK_END = ${tipOf(loop)}`,
    `IGNORE_WARNINGS = ${commits.join(' ')}`,
    'BUILD_NOCLEAN = 1',
    'REBOOT_ON_SUCCESS = 0',
    'BUILD_TYPE = oldconfig',
    `BUILD_DIR = ${loop.lane.source}`,
    // It must have one, though each column has its own.
    `OUTPUT_DIR = ${loop.dir}`,
    'MACHINE = bench',
    ...BOOTS.map((option) => `${option} = none`),
    'LOCALVERSION =',
    `LOG_FILE = ${join(loop.dir, 'ktest.log')}`,
    `TMP_DIR = ${join(loop.dir, 'ktest.tmp')}`,
    '',
  ].join('\n');
}

/** Of type build in each test by itself: by that alone it knows not to boot. */
function testOf(loop: Loop, column: Column): string[] {
  const build = join(loop.dir, columnSlug(column.id));
  const types = ['TEST_TYPE = patchcheck', 'PATCHCHECK_TYPE = build'];
  return [...types, `OUTPUT_DIR = ${build}`, `MAKE_CMD = ${makeOf(loop, column)}`, ''];
}

/** What it calls for make: the column's own command, whatever the directory that ktest names. */
function makeOf(loop: Loop, column: Column): string {
  const script = join(loop.dir, `${columnSlug(column.id)}.sh`);
  const argv = cellArgv(loop, column);
  const configure = [...argv.slice(0, argv.indexOf('-k')), 'olddefconfig'].map(quoted).join(' ');
  writeScript(script, [`case "$*" in *olddefconfig) exec ${configure} ;; esac`, ...cellLines(loop, column)]);
  return script;
}
