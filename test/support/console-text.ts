import type { Finding, Observation } from '../../matrix/finding.ts';
import type { BaseFacts, BootContext, BootOutcome } from '../../matrix/judge/boot-facts.ts';
import type { Checks } from '../../matrix/judge/checks.ts';
import { parseConsole } from '../../matrix/logs/console-log.ts';

/** What the probe reports on a healthy machine, cut to two points a stage. */
export const HEALTHY = [
  'kvm-matrix: ready',
  'KTAP version 1',
  'ok 1 boot.filesystems',
  'ok 2 boot.taint',
  '# stage kvm',
  'ok 3 kvm.load.kvm',
  'ok 4 kvm.guest-runs',
  '# stage vfio',
  'ok 5 vfio.load.vfio',
  'ok 6 vfio.bind',
  '1..6',
  'kvm-matrix: done 0',
] as const;

const HEALTHY_POINTS = [
  'boot.filesystems',
  'boot.taint',
  'kvm.load.kvm',
  'kvm.guest-runs',
  'vfio.load.vfio',
  'vfio.bind',
];

/** What a healthy base knows of its checks. */
export const ALL_OK: Checks = Object.fromEntries(HEALTHY_POINTS.map((name) => [name, 'ok']));

/** Lines as the kernel prints them through /dev/kmsg to a serial port, after its greeting. */
export function serial(lines: readonly string[]): string {
  const all = ['Linux version 6.12.117 (kvm-matrix@kvm-matrix) #1 SMP', 'Run /init as init process', ...lines];
  return all.map((line, index) => `[    0.${String(100_000 + index * 1000)}] ${line}\r\n`).join('');
}

/** One boot: what came over the serial port, and how the machine ended. */
export function boot(lines: readonly string[], more: Partial<BootOutcome> = {}): BootOutcome {
  return {
    ended: { kind: 'exited', code: 0 },
    complaint: '',
    console: parseConsole(serial(lines)),
    seconds: 9.3,
    firmwareSeconds: null,
    ...more,
  };
}

/** HEALTHY with lines put in behind the one that begins with `behind`. */
export function healthyWith(behind: string, ...lines: string[]): string[] {
  return HEALTHY.flatMap((line) => (line.startsWith(behind) ? [line, ...lines] : [line]));
}

/** HEALTHY up to and with the line that begins with `last`. */
export function healthyUpTo(last: string): string[] {
  return HEALTHY.slice(0, HEALTHY.findIndex((line) => line.startsWith(last)) + 1);
}

export const ON_BASE: BootContext = { before: {}, base: null, lacks: {} };

/** A patch whose predecessor showed `before`, and whose base was healthy unless told otherwise. */
export function onPatch(
  before: Partial<Record<'boot' | 'kvm' | 'vfio', readonly Observation[] | readonly Finding[]>> = {},
  base: Partial<BaseFacts> = {},
): BootContext {
  return {
    before: { boot: [], kvm: [], vfio: [], ...before },
    base: { spoke: true, checks: ALL_OK, references: new Map(), ...base },
    lacks: {},
  };
}

/** A whole report of the probe: points are numbered, all else stays; plan and goodbye are as they must be. */
export function report(...lines: readonly string[]): string[] {
  let number = 0;
  const numbered = lines.map((line) => line.replace(/^(ok|not ok) /, (_, status) => `${status} ${(number += 1)} `));
  const failed = lines.some((line) => line.startsWith('not ok '));
  return ['kvm-matrix: ready', 'KTAP version 1', ...numbered, `1..${number}`, `kvm-matrix: done ${failed ? 1 : 0}`];
}
