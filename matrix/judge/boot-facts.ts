import type { Stage } from '../cell.ts';
import type { Observation } from '../finding.ts';
import type { ConsoleFacts } from '../logs/console-log.ts';
import type { Point } from '../logs/ktap.ts';
import { describeEnd, type Ended } from './build.ts';
import type { Checks } from './checks.ts';

/** One boot, seen from outside. */
export interface BootOutcome {
  /** How QEMU ended; `silent` and `limit` mean that we ended it. */
  readonly ended:
    | Ended
    | { readonly kind: 'silent'; readonly seconds: number }
    | { readonly kind: 'flooded'; readonly bytes: number };
  /** The emulator's own last words on stderr, '' if it had none. */
  readonly complaint: string;
  readonly console: ConsoleFacts;
  readonly seconds: number;
  /** Of them, before the kernel's first word: emulator and firmware. Null when it never spoke. */
  readonly firmwareSeconds: number | null;
}

/** What an earlier patch's boot found on the same column, by stage; null where it was not judged. */
export type BootFindings = Readonly<Partial<Record<Stage, readonly Observation[] | null>>>;

/** What the base of the column showed. */
export interface BaseFacts {
  /** It said something on its console. */
  readonly spoke: boolean;
  readonly checks: Checks;
  readonly references: ReadonlyMap<string, string>;
}

export interface BootContext {
  /** The patch before; what it already showed is not new. */
  readonly before: BootFindings;
  /** Null on the base itself. */
  readonly base: BaseFacts | null;
  /** What the machine cannot show, with the reason (matrix.yaml, qemu.lacks). */
  readonly lacks: Readonly<Record<string, string | undefined>>;
}

export const BOOT_STAGES = ['boot', 'kvm', 'vfio'] as const satisfies readonly Stage[];
export type BootStage = (typeof BOOT_STAGES)[number];

export function wasKilled({ ended, console }: BootOutcome): boolean {
  return ended.kind === 'signalled' && console.panic === null;
}

/**
 * The guest died, or the probe's watchdog gave up on a step that hangs in the kernel: it reports that step, says goodbye
 * without a plan and restarts the machine (runners/probe/report/watchdog.c).
 */
export function isCutShort({ done, planned, points }: ConsoleFacts): boolean {
  return done === null || (done === 1 && planned === null && points.at(-1)?.status === 'not ok');
}

export function stageOfPoint(point: Point): string {
  return point.name.split('.', 1)[0] ?? '';
}

export function describeStop({ ended, seconds }: BootOutcome): string {
  switch (ended.kind) {
    case 'exited':
      return `the machine went off after ${Math.round(seconds)} s`;
    case 'silent':
      return `silent for ${ended.seconds} s`;
    case 'flooded':
      return `${Math.round(ended.bytes / 2 ** 20)} MiB of console in ${Math.round(seconds)} s`;
    case 'signalled':
    case 'timed-out':
    case 'not-started':
    case 'lost':
      return describeEnd(ended);
  }
}
