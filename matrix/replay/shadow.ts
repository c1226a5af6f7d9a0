import { basename, dirname, normalize } from 'node:path/posix';

/**
 * Whether an object could include `header`, a file that was not there when it was compiled, instead of one that it did
 * include. `named` is all that its record names, relative to the source tree: files, and the directories of -I; '' is
 * the source tree itself. What an #include says is joined to one of those directories, or to one of an including file.
 * Source: "Search Path" in the manual of cpp.
 */
export function couldPickUp(header: string, named: readonly string[]): boolean {
  const name = basename(header);
  const sameName = named.filter((path) => basename(path) === name);
  if (sameName.length === 0) return false;
  // "../vfio/kvm.h" found something else that ends in vfio/kvm.h until now.
  return (
    sameName.some((path) => lastTwo(path) === lastTwo(header)) || basesOf(named).some((base) => isNear(base, header))
  );
}

function basesOf(named: readonly string[]): string[] {
  const bases = named.flatMap((path) => (path === '' || path === '.' ? [''] : [normalize(path), dirname(path)]));
  return [...new Set(bases)];
}

/** `base` holds the header, or "../kvm.h" leads from it there. */
function isNear(base: string, header: string): boolean {
  return base === '' || header.startsWith(`${base}/`) || `${base}/`.startsWith(`${dirname(header)}/`);
}

function lastTwo(path: string): string {
  return path.split('/').slice(-2).join('/');
}
