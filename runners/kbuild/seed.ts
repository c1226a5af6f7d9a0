import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { remove } from '../files.ts';
import { output } from '../process.ts';
import { isOfFuture } from './origin.ts';

/**
 * Starts a build directory as a copy of a finished one for another config of the same tree: what the two configs have
 * in common is not built again. Times are kept, so that make decides what differs, as it does from patch to patch.
 * Does nothing where `build` exists already, or where times cannot be believed.
 */
export async function seedBuild(from: string, build: string): Promise<void> {
  if (existsSync(build) || existsSync(`${from}.underway`) || !existsSync(from) || isOfFuture(from)) return;
  const fresh = `${build}.seed`;
  remove(fresh);
  await output(['cp', '-a', '--reflink=auto', from, fresh]);
  if (existsSync(join(fresh, 'tools'))) moveTools(join(fresh, 'tools'), from, build);
  for (const memory of ['warnings.json', 'reads.json', 'names', 'tree'])
    if (existsSync(`${from}.${memory}`)) writeFileSync(`${build}.${memory}`, readFileSync(`${from}.${memory}`));
  renameSync(fresh, build);
}

/**
 * tools/build writes absolute paths of O= into its command files, and a changed command is built again: objtool, and
 * with it every object that objtool looks at (scripts/Makefile.build, objtool_dep).
 */
function moveTools(dir: string, from: string, to: string): void {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) moveTools(path, from, to);
    else if (entry.isFile() && /\.(cmd|d)$/.test(entry.name))
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll(from, to));
  }
}
