import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { columnSlug } from '../../../matrix/cell.ts';
import type { Column } from '../../../matrix/column.ts';
import { BUILD_ENV } from '../../../matrix/recipe/make.ts';
import { readIfThere, remove, writeWhole } from '../../../runners/files.ts';
import { kernelDigest, listModules } from '../../../runners/kbuild/modules.ts';
import { git, gitArgv, placeEnv } from '../../../runners/tree/git.ts';
import { CACHE_ENV, cellArgv, type Built, type Loop, type Walker } from './theirs.ts';

/**
 * `git rebase --exec` from the base to the last patch: git puts the patches on one after the other, and after each the
 * script makes all columns. What does not build does not stop it. The repository is a clone of the run's; its work tree is
 * the one of the run, so that source and commands are called as they were when the base was built.
 */
export const rebaseAndMake: Walker = async (loop) => {
  const { walked, dir } = loop;
  const script = join(dir, 'cells.sh');
  for (const left of [results(dir), join(dir, 'kernels')]) remove(left);
  writeFileSync(script, cellsScript(loop), { mode: 0o755 });
  const clone = await cloneAtBase(loop);
  const tip = walked.patches.at(-1)?.commit ?? walked.base;
  return async () => {
    await rebase(clone, loop, ['--exec', script, walked.base, tip]);
    return async () => {
      await backToBase(clone, loop);
      return readResults(loop);
    };
  };
};

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

/** A conflict cannot be: the commits lie one on the other, and git only moves on. */
async function rebase(clone: string, { dir, root, lane }: Loop, args: readonly string[]): Promise<void> {
  const [program = '', ...words] = gitArgv(['-c', 'user.name=bench', '-c', 'user.email=bench', 'rebase', ...args]);
  const place = placeEnv({ gitDir: clone, workTree: lane.source });
  const env = { ...BUILD_ENV, ...CACHE_ENV(root), ...place };
  const log = { file: join(dir, 'rebase.log') };
  await execa(program, words, { cwd: lane.source, env, stdout: log, stderr: log });
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

/** After each patch: a line `COMMIT COLUMN EXIT-CODE` for every column, and what it built, copied before the next. */
function cellsScript(loop: Loop): string {
  const begin = ['#!/bin/sh', 'at=$(git rev-parse HEAD)', 'unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE'];
  return [...begin, ...loop.columns.flatMap((column) => cellLines(loop, column)), 'true', ''].join('\n');
}

function cellLines(loop: Loop, column: Column): string[] {
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

function quoted(word: string): string {
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
