import type { Series } from './series.ts';

/** A file as the base must have it: its path and the abbreviated id of its blob. */
export interface BlobClaim {
  readonly path: string;
  readonly blob: string;
}

/**
 * What the `index` lines say of the base: for each file the blob that the first patch to touch it saw. A file that
 * an earlier patch made, renamed or copied says nothing of the base.
 */
export function baseBlobs(series: Series): BlobClaim[] {
  const touched = new Set<string>();
  const claims: BlobClaim[] = [];
  for (const file of series.patches.flatMap((patch) => patch.files)) {
    const { oldPath, newPath, preBlob } = file;
    if (oldPath && preBlob && !touched.has(oldPath)) claims.push({ path: oldPath, blob: preBlob });
    for (const path of [oldPath, newPath]) if (path) touched.add(path);
  }
  return claims;
}
