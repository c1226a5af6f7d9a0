import type { Observation } from '../finding.ts';
import type { ConsoleFacts } from '../logs/console-log.ts';
import type { Point } from '../logs/ktap.ts';

/** How one named check of the probe came out; `unknown` when what it needs had failed. */
export type CheckStatus = 'ok' | 'not ok' | 'skip' | 'unknown';
/** By name. */
export type Checks = Readonly<Record<string, CheckStatus>>;

/** Every check that a boot reported. */
export function checksOf({ points }: Pick<ConsoleFacts, 'points'>): Checks {
  return Object.fromEntries(points.map((point) => [point.name, statusOf(point)]));
}

/** A step whose precondition failed is told as `needs NAME` (runners/probe/report/ktap.c): nothing is known of it. */
function statusOf({ status, detail }: Point): CheckStatus {
  return status === 'not ok' && detail.startsWith('needs ') ? 'unknown' : status;
}

/**
 * Checks of who may be unloaded while who still holds whom. They ask what root could do to a running VM; kernels have
 * known holes there, and one that the base has already is no reason to call every patch broken.
 */
export function isLifetimeCheck(name: string): boolean {
  return /^vfio\.(lifetime|unload-held)\b/.test(name);
}

/** The checks of the second boot, see lifetime.ts. */
export const ACTS = 'vfio.unload-held';

/** The one that stands for the kernel's life to the end of that boot. */
export const SURVIVES = `${ACTS}.survives`;

export function checkObservation({ name, detail }: Point): Observation {
  return { ...observation('probe', detail === '' ? name : `${name}: ${detail}`), check: name };
}

export function observation(kind: Observation['kind'], message: string): Observation {
  return { kind, file: null, line: null, message };
}
