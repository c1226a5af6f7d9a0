import { join } from 'node:path';
import type { BaseFacts } from '../matrix/journal/event.ts';
import { preparePlan, type PreparedPlan } from './prepare.ts';
import { MARKER } from './process.ts';
import type { RunHooks, RunOptions, RunResult } from './run-options.ts';
import { runSession } from './session.ts';
import { lockOut } from './store/lock.ts';
import { OutDir } from './store/out-dir.ts';
import { applySeries } from './tree/apply.ts';
import { findBase } from './tree/base.ts';
import { openRepository, type Repository } from './tree/repository.ts';

/** The user's tree as a repository of ours, and the commit in it that all begins with. */
export async function findTree(
  out: OutDir,
  { tree, base }: Pick<RunOptions, 'tree' | 'base'>,
  { plan, rangeBase }: Pick<PreparedPlan, 'plan' | 'rangeBase'>,
): Promise<{ repo: Repository; base: BaseFacts }> {
  const repo = await openRepository(tree, join(out.work, 'repos'));
  if (rangeBase !== null) return { repo, base: { commit: rangeBase, how: 'where the range begins' } };
  return { repo, base: await findBase(repo, plan.series, base) };
}

/** Does everything that `kvm-matrix run` promises, up to the reports. */
export async function runSeries(options: RunOptions, hooks: RunHooks): Promise<RunResult> {
  const out = new OutDir(options.out);
  const { plan, rangeBase, containers } = await preparePlan(options);
  const lock = await lockOut(out, hooks.onNote);
  process.env[MARKER] = out.path;
  try {
    hooks.onNote(`reading ${options.tree}`);
    const { repo, base } = await findTree(out, options, { plan, rangeBase });
    hooks.onNote(`base ${base.commit.slice(0, 12)}: ${base.how}`);
    const patches = await applySeries(repo, plan.series, base.commit);
    for (const { position, note } of patches)
      if (note !== null && !note.startsWith('needs')) hooks.onNote(`patch ${position} ${note}`);
    return await runSession({ options, hooks, out, plan, containers, repo, base, patches });
  } finally {
    lock.release();
  }
}
