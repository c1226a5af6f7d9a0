import { basename, dirname, normalize } from 'node:path/posix';

/*
 * Whether an object could include `header`, a file that was not there when it was compiled, instead of one that it did
 * include: among the paths that its record names, relative to the source tree (files, and directories of -I; '' is the tree
 * itself), are a namesake, and one that leads to it. What an #include says is joined to one of those directories, or to one
 * of an including file. Source: "Search Path" in the manual of cpp.
 */

/** Whether `path` is what an object may have included until now. */
export function isNamesake(header: string, path: string): boolean {
  return basename(path) === basename(header);
}

/** Whether who names `path` could find the header. */
export function leadsTo(header: string, path: string): boolean {
  // "../vfio/kvm.h" found something else that ends in vfio/kvm.h until now.
  if (lastTwo(path) === lastTwo(header)) return true;
  if (path === '' || path === '.') return true;
  return isNear(normalize(path), header) || isNear(dirname(path), header);
}

/** `base` holds the header, or "../kvm.h" leads from it there. */
function isNear(base: string, header: string): boolean {
  return header.startsWith(`${base}/`) || `${base}/`.startsWith(`${dirname(header)}/`);
}

function lastTwo(path: string): string {
  return path.split('/').slice(-2).join('/');
}
