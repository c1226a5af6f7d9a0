import { join } from 'node:path';
import PQueue from 'p-queue';
import { writeWhole } from '../files.ts';
import { git } from './git.ts';

/** Paths of a commit whose blobs the repository does not have (a partial or pruned clone). */
export async function absentPaths(gitDir: string, commit: string): Promise<string[]> {
  const listing = (await git({ gitDir }, ['ls-tree', '-r', '-z', commit])).split('\0').filter(Boolean);
  const entries = listing.map((line) => /^\d+ (\w+) (\w+)\t(.*)$/s.exec(line)).filter((match) => match?.[1] === 'blob');
  const input = entries.map((match) => `${match?.[2]}\n`).join('');
  const answers = (await git({ gitDir }, ['cat-file', '--batch-check'], { input })).split('\n');
  return entries.flatMap((match, index) => (answers[index]?.endsWith(' missing') ? [match?.[3] ?? ''] : []));
}

/** Lanes find out side by side, and git refuses to write a config that another one writes. */
const line = new PQueue({ concurrency: 1 });

/** Makes checkouts of this repository pass the paths over (git's sparse checkout, patterns as in gitignore(5)). */
export async function leaveOut(gitDir: string, paths: readonly string[]): Promise<void> {
  const patterns = ['/*', ...paths.map((path) => `!/${path.replaceAll(/[*?[\]\\]/g, String.raw`\$&`)}`)];
  writeWhole(join(gitDir, 'info/sparse-checkout'), `${patterns.join('\n')}\n`);
  await line.add(() => git({ gitDir }, ['config', 'core.sparseCheckout', 'true']));
}
