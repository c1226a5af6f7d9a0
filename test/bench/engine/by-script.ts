import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { columnSlug } from '../../../matrix/cell.ts';
import type { Column } from '../../../matrix/column.ts';
import { BUILD_ENV } from '../../../matrix/recipe/make.ts';
import { readIfThere, remove, writeWhole } from '../../../runners/files.ts';
import { kernelDigest, listModules } from '../../../runners/kbuild/modules.ts';
import { git, placeEnv } from '../../../runners/tree/git.ts';
import { CACHE_ENV, cellArgv, type Built, type Loop, type Walker } from './theirs.ts';

/** Somebody else's program, called in a work tree at the base: it checks the patches out, and calls a script of ours. */
export interface Driver {
  /** Its scripts and settings, written into the loop's directory; gives back the command. */
  prepare(loop: Loop): string[];
  readonly log: string;
}

/**
 * Walks as another program does. The repository is a clone of the run's; its work tree is the one of the run, so that source
 * and commands are called as they were when the base was built. What does not build does not stop it: the script tells
 * exit codes to us alone.
 */
export function walkBy(driver: Driver): Walker {
  return async (loop) => {
    for (const left of [results(loop.dir), join(loop.dir, 'kernels')]) remove(left);
    const command = driver.prepare(loop);
    const clone = await cloneAtBase(loop);
    return async () => {
      await call(command, clone, loop, join(loop.dir, driver.log));
      return async () => {
        await backToBase(clone, loop);
        return readResults(loop);
      };
    };
  };
}

/** The index goes along: with one that does not know the files' times, git would read them all. */
async function cloneAtBase({ dir, walked, lane }: Loop): Promise<string> {
  const clone = join(dir, 'clone.git');
  remove(clone);
  await execa('git', ['init', '--quiet', '--bare', clone]);
  writeWhole(join(clone, 'objects/info/alternates'), `${join(walked.gitDir, 'objects')}\n`);
  await git({ gitDir: clone }, ['config', 'core.bare', 'false']);
  await git({ gitDir: clone }, ['update-ref', '--no-deref', 'HEAD', walked.base]);
  copyFileSync(laneFile(lane.source, 'index'), join(clone, 'index'));
  // Whoever opens the lane before it is back at the base, behind a rebase that did not end, looks at every file.
  remove(laneFile(lane.source, 'commit'));
  return clone;
}

async function call([program = '', ...words]: string[], clone: string, loop: Loop, file: string): Promise<void> {
  const place = placeEnv({ gitDir: clone, workTree: loop.lane.source });
  const env = { ...BUILD_ENV, ...CACHE_ENV(loop.root), ...place };
  await execa(program, words, { cwd: loop.lane.source, env, stdin: 'ignore', stdout: { file }, stderr: { file } });
}

async function backToBase(clone: string, { walked, lane }: Loop): Promise<void> {
  const place = { gitDir: clone, workTree: lane.source };
  await git(place, ['checkout', '--quiet', '--force', '--detach', walked.base]);
  copyFileSync(join(clone, 'index'), laneFile(lane.source, 'index'));
  writeWhole(laneFile(lane.source, 'commit'), walked.base);
}

/** What a lane keeps beside its source. See runners/tree/lane.ts. */
function laneFile(source: string, name: 'index' | 'commit'): string {
  return join(dirname(source), name);
}

/** Written as a script: what begins with the commit that is checked out as `$at`, and with no word of git in its environment. */
export function writeScript(script: string, lines: readonly string[]): void {
  const begin = ['#!/bin/sh', 'at=$(git rev-parse HEAD)', 'unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE'];
  writeFileSync(script, [...begin, ...lines, 'true', ''].join('\n'), { mode: 0o755 });
}

/** Makes a cell: a line `COMMIT COLUMN EXIT-CODE`, and a copy of what was built. */
export function cellLines(loop: Loop, column: Column): string[] {
  const slug = columnSlug(column.id);
  const kept = `${quoted(join(loop.dir, 'kernels'))}/$at-${slug}`;
  const modules = '$(sed "s/\\.o$/.ko/" modules.order 2>/dev/null)';
  const files = `${column.row.make.image} $(ls modules.order 2>/dev/null) ${modules}`;
  return [
    `${cellArgv(loop, column).map(quoted).join(' ')} > ${quoted(join(loop.dir, 'make.log'))} 2>&1`,
    `code=$?; echo "$at ${slug} $code" >> ${quoted(results(loop.dir))}`,
    `[ $code = 0 ] && mkdir -p ${kept} && (cd ${quoted(join(loop.dir, slug))} && cp --parents ${files} ${kept})`,
  ];
}

export function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function results(dir: string): string {
  return join(dir, 'results');
}

/** A cell without a line was never made, and is not there. */
function readResults({ dir, columns, walked }: Loop): Built {
  const lines = (readIfThere(results(dir)) ?? '').split('\n');
  const built: Built = new Map();
  for (const { position, commit } of walked.patches)
    for (const column of columns) {
      const slug = columnSlug(column.id);
      const code = lines
        .find((line) => line.startsWith(`${commit} ${slug} `))
        ?.split(' ')
        .at(-1);
      const kernel = join(dir, 'kernels', `${commit}-${slug}`);
      if (code === '0') built.set(`${position} ${column.id}`, digest(kernel, column));
      else if (code !== undefined) built.set(`${position} ${column.id}`, null);
    }
  return built;
}

function digest(kernel: string, { row }: Column): string {
  if (!existsSync(join(kernel, row.make.image))) return 'made, and no image';
  return kernelDigest(kernel, row.make.image, listModules(kernel));
}
