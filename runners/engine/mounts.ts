import { join } from 'node:path';
import { PACKAGE_ROOT } from '../files.ts';
import type { Order } from './driver.ts';
import { INSIDE } from './engine.ts';

/** One path of this machine in a box. */
export interface Mount {
  readonly from: string;
  readonly to: string;
  readonly writable: boolean;
}

/** All that a box sees beside its image. `bin`: the warden and the launcher. */
export function mountsOf({ place, socket }: Order, bin: string, jobserver: string | null): Mount[] {
  const read = (from: string, to: string): Mount => ({ from, to, writable: false });
  const write = (from: string | null, to: string): Mount[] => (from === null ? [] : [{ from, to, writable: true }]);
  return [
    read(place.source, INSIDE.source),
    read(bin, INSIDE.bin),
    read(join(PACKAGE_ROOT, 'runners'), INSIDE.runners),
    ...(place.below === null ? [] : [read(place.below, INSIDE.below)]),
    ...write(socket, INSIDE.socket),
    ...write(place.build, INSIDE.build),
    ...write(place.store, INSIDE.store),
    ...write(jobserver, INSIDE.jobserver),
  ];
}

/** Bytes of /tmp, which is memory and counts as such. */
export const TMP_BYTES = 2 ** 30;
