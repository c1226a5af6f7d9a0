import { basename } from 'node:path/posix';
import type { Change } from './change.ts';
import { isUnclean } from './unrecorded.ts';
import type { ReadSet } from './read-set.ts';

/**
 * Why a changed path may change what Kconfig resolves; null when it cannot. `base` is the config base of the column. Its
 * inputs are the Kconfig files, what the Makefiles give it in its environment, and what its $(shell …) calls run.
 */
export function reachesConfig(change: Change, reads: ReadSet, base: string): string | null {
  const { path } = change;
  const { srcArch, kconfig } = reads;
  if (kconfig.has(path)) return `Kconfig reads ${path}`;
  if (basename(path).startsWith('Kconfig')) return kconfig.size === 0 ? `Kconfig may read ${path}` : null;
  const alien = /^arch\/([^/]+)\//.exec(path);
  if (alien && alien[1] !== srcArch) return null;
  if (isUnclean(change)) return `make configures only in clean trees, and not with ${path}`;
  if (path === 'Makefile' || /^scripts\/((kconfig|basic)\/.*|[^/]+)$/.test(path))
    return `${path} may change what Kconfig is told`;
  if (/^arch\/[^/]+\/(.*\/)?(Makefile[^/]*|Kbuild[^/]*|Platform)$/.test(path) && isOfArch(path))
    return `${path} may change what Kconfig is told`;
  if (path.endsWith('.sh') && !/^(tools|Documentation|samples)\//.test(path)) return `Kconfig may run ${path}`;
  if (base !== 'tiny' && /(^|\/)configs\/|\.config$/.test(path)) return `${base} may read ${path}`;
  return null;
}

/** arch/mips/kvm/Makefile is read on the way down, long after .config; arch/mips/Makefile, and any Platform, before. */
function isOfArch(path: string): boolean {
  return path.split('/').length === 3 || basename(path) === 'Platform';
}
