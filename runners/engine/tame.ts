import { existsSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { output } from '../process.ts';
import { INSIDE } from './engine.ts';

/** Directories of O= below each other; a kernel has nine. Who goes through deeper ones meets paths without end. */
const DEEPEST = 64;

/** No record of Kbuild is larger; we read these whole. Bytes. */
const RECORD_BYTES = 64 * 2 ** 20;
const RECORDS = ['.*.cmd', '.*.d', '.config', 'modules.order', 'modules.builtin', 'auto.conf', 'auto.conf.cmd'];

/**
 * Takes away what a build has left in O= that would lead us out of it or hold us when we read or write there: links to
 * elsewhere, pipes on which a reader would wait for ever, records of gigabytes, directories without end. To be called
 * when nothing runs in the box. Links into the source tree are Kbuild's own, and lead nowhere on this machine. Gives
 * back what went.
 */
export async function tame(build: string): Promise<string[]> {
  const found = await output(findArgv(build));
  const odd = found
    .split('\0')
    .filter(Boolean)
    .map((entry) => ({ kind: entry.charAt(0), path: entry.slice(1) }));
  const wild = odd.filter(({ kind, path }) => kind !== 'l' || leadsOut(path, build)).map(({ path }) => path);
  // In portions that fit a command line; rm goes down without a path that grows.
  for (let at = 0; at < wild.length; at += 100) await output(['rm', '-rf', '--', ...wild.slice(at, at + 100)]);
  return wild;
}

function findArgv(build: string): string[] {
  const names = RECORDS.flatMap((name, index) => [...(index === 0 ? [] : ['-o']), '-name', name]);
  const odd = ['-not', '-type', 'f', '-not', '-type', 'd'];
  const large = ['-size', `+${RECORD_BYTES / 2 ** 20}M`, '(', ...names, ')'];
  const deep = ['-path', `${build}${'/*'.repeat(DEEPEST)}`, '-prune'];
  return ['find', build, '(', deep, '-o', odd, '-o', large, ')', '-printf', String.raw`%y%p\0`].flat();
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
