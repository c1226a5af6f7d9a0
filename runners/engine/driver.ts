import { chownSync, existsSync, lstatSync } from 'node:fs';
import type { EngineFacts } from '../../matrix/journal/event.ts';
import type { Limits, Place } from './engine.ts';
import type { Started } from './warden.ts';

/** What a box is told to be. */
export interface Order {
  readonly place: Place;
  /** The socket that its warden connects to. */
  readonly socket: string;
  /** The uid and gid that its processes have on this machine. */
  readonly uid: number;
  readonly limits: Limits;
}

/** What podman, docker and bubblewrap differ in. */
export interface Driver {
  readonly facts: EngineFacts;
  /** Whether memory and processes of a box are counted together; where they are not, each process has a limit of its own. */
  readonly counts: boolean;
  start(order: Order): Promise<Started>;
  imageDigest(image: string | null): Promise<string | null>;
  /** Takes away all that boxes of this run have left. */
  sweep(): Promise<void>;
}

/** A uid that nobody has, for where we are root: what runs in a box shall not even be a user of this machine. */
const NOBODY_ELSE = 1_100_000_000;

export function boxUid(): number {
  const own = process.getuid?.() ?? 0;
  return own === 0 ? NOBODY_ELSE : own;
}

/** Only where we are root; else what is made inside is ours by itself. */
export function giveTo(path: string, uid: number): void {
  if (process.getuid?.() === 0 && existsSync(path) && lstatSync(path).uid !== uid) chownSync(path, uid, uid);
}
