import { existsSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { remove } from '../files.ts';
import { output } from '../process.ts';
import { INSIDE } from './engine.ts';

/**
 * Takes away what a build has left in O= that would lead us out of it when we read or write there: links to elsewhere,
 * pipes on which a reader would wait for ever. To be called when nothing runs in the box. Links into the source tree
 * are Kbuild's own, and lead nowhere on this machine. Gives back what went.
 */
export async function tame(build: string): Promise<string[]> {
  const found = await output([
    'find',
    build,
    '-not',
    '-type',
    'f',
    '-not',
    '-type',
    'd',
    '-printf',
    String.raw`%y%p\0`,
  ]);
  const odd = found
    .split('\0')
    .filter(Boolean)
    .map((entry) => ({ kind: entry.charAt(0), path: entry.slice(1) }));
  const wild = odd.filter(({ kind, path }) => kind !== 'l' || leadsOut(path, build)).map(({ path }) => path);
  for (const path of wild) remove(path);
  return wild;
}

function leadsOut(path: string, build: string): boolean {
  const target = readlinkSync(path);
  if (target === INSIDE.source || target.startsWith(`${INSIDE.source}/`)) return existsSync(INSIDE.source);
  const root = realpathSync(build);
  const end = resolve(realpathSync(dirname(path)), target);
  if (!isBelow(end, root)) return true;
  // On the way there may be another link.
  return existsSync(end) && !isBelow(realpathSync(end), root);
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(join(root, '/'));
}
