import type { Stage } from '../cell.ts';
import type { Observation } from '../finding.ts';
import { parsePoint, type Point } from './ktap.ts';

/** What the console of one boot said. Facts only; `judge/boot.ts` says what follows. */
export interface ConsoleFacts {
  /** False when not one line of the kernel came: firmware does not count. */
  readonly spoke: boolean;
  readonly ready: boolean;
  /** The stage that the probe last said it began. */
  readonly stage: Stage;
  /** The status of the done marker; null when it never came. */
  readonly done: number | null;
  readonly points: readonly Point[];
  /** The N of `1..N`. */
  readonly planned: number | null;
  readonly splats: readonly Splat[];
  /** Reference counts of modules by what is open: `vm+device` -> `kvm 2 kvm_amd 1`. */
  readonly references: ReadonlyMap<string, string>;
  readonly panic: string | null;
  /** The last line that has text, for messages. */
  readonly lastLine: string;
}

/** A complaint of the kernel, and the stage in which it came. */
export interface Splat extends Observation {
  readonly stage: Stage;
}

const READY = /^kvm-matrix: ready\b/;
const DONE = /^kvm-matrix: done (\d+)$/;
const PLAN = /^1\.\.(\d+)$/;
const REFERENCES = /^# references ([\w+-]+): (.+)$/;
const STAGE = /^# stage (boot|kvm|vfio)$/;
/** `[    1.234567] `, and the caller that CONFIG_PRINTK_CALLER adds. Source: kernel/printk/printk.c. */
const TIMESTAMP = /^\[\s*\d+\.\d{6}\](?:\[\s*[TC]\d+\])? ?/;

/** Lines that the kernel prints when something is wrong. Sources: lib/bug.c, kernel/panic.c, mm/, kernel/locking, arch fault handlers. */
const SPLATS: readonly { readonly kind: 'panic' | 'splat'; readonly line: RegExp }[] = [
  { kind: 'panic', line: /^Kernel panic - not syncing: / },
  { kind: 'panic', line: /^(?:Oops|Internal error)\b/ },
  { kind: 'panic', line: /kernel BUG at / },
  { kind: 'panic', line: /^BUG: (?:unable to handle|[Kk]ernel NULL pointer)/ },
  { kind: 'panic', line: /^Unable to handle kernel / },
  { kind: 'panic', line: /^general protection fault\b/ },
  { kind: 'panic', line: /^traps: PANIC/ },
  // mips: arch/mips/mm/fault.c, arch/mips/kernel/traps.c. s390: arch/s390/kernel/dumpstack.c.
  { kind: 'panic', line: /^CPU \d+ Unable to handle kernel / },
  { kind: 'panic', line: /^[\w .!/-]+\[#\d+\]:$/ },
  { kind: 'panic', line: /^[\w -]+: [0-9a-f]{4} ilc:\d \[#\d+\]/ },
  { kind: 'splat', line: /^(?:BUG|WARNING|KASAN|KCSAN|UBSAN|KMSAN): / },
  { kind: 'splat', line: /^INFO: (?:task .* blocked|rcu|possible|inconsistent|trying)/ },
  { kind: 'splat', line: /^rcu: .*(?:stall|detected)/ },
  { kind: 'splat', line: /^(?:watchdog: BUG|refcount_t: |list_(?:add|del) corruption|DEBUG_LOCKS_WARN)/ },
  { kind: 'splat', line: /^(?:kmem_cache_destroy|Slab cache still has objects)/ },
  {
    kind: 'splat',
    line: /(?:Unknown symbol|disagrees about version of symbol|failed to validate module|version magic .* should be)/,
  },
];

/** Reads the serial stream of one boot. Any bytes are accepted. */
export function parseConsole(text: string): ConsoleFacts {
  const state = {
    stage: 'boot' as Stage,
    spoke: false,
    ready: false,
    done: null as number | null,
    planned: null as number | null,
  };
  const points: Point[] = [];
  const splats: Splat[] = [];
  const references = new Map<string, string>();
  let lastLine = '';
  for (const raw of text.split(/\r?\n/)) {
    const line = printable(raw).replace(TIMESTAMP, '');
    if (line.trim() === '') continue;
    lastLine = line;
    state.spoke ||= TIMESTAMP.test(printable(raw)) || line.startsWith('Linux version ') || READY.test(line);
    state.ready ||= READY.test(line);
    state.done ??= numberOf(DONE, line);
    if (state.ready) state.planned ??= numberOf(PLAN, line);
    state.stage = (STAGE.exec(line)?.[1] as Stage | undefined) ?? state.stage;
    const [, held, counts] = REFERENCES.exec(line) ?? [];
    if (held !== undefined && counts !== undefined) references.set(held, counts);
    const point = state.ready ? parsePoint(line) : null;
    if (point) points.push(point);
    else splats.push(...readSplat(line, state.stage));
  }
  return {
    ...state,
    points,
    splats,
    references,
    panic: splats.find(({ kind }) => kind === 'panic')?.message ?? null,
    lastLine,
  };
}

function readSplat(line: string, stage: Stage): Splat[] {
  const pattern = SPLATS.find((candidate) => candidate.line.test(line));
  if (!pattern) return [];
  const at = /\b(?:at|in) ([\w./-]+\.[chS]):(\d+)\b/.exec(line);
  return [
    { kind: pattern.kind, stage, file: at?.[1] ?? null, line: at ? Number(at[2]) : null, message: withoutNoise(line) },
  ];
}

/** Addresses, process ids and CPU numbers differ from boot to boot and say nothing. */
function withoutNoise(line: string): string {
  return line
    .replaceAll(/\b(?:0x)?[0-9a-f]{8,16}\b/g, 'ADDR')
    .replaceAll(/\+0x[0-9a-f]+(?:\/0x[0-9a-f]+)?/g, '')
    .replaceAll(/\b(CPU|PID|pid|cpu)[:#]?\s*\d+/g, '$1')
    .replaceAll(/(\.[chS]):\d+(?::\d+)?/g, '$1')
    .replaceAll(/\btask (\S+):\d+/g, 'task $1')
    .replaceAll(/\[([^\s\]]+):\d+\]/g, '[$1]')
    .replaceAll(/\bfor \d+s\b|\b\d+s!/g, 'long')
    .trim();
}

function numberOf(pattern: RegExp, line: string): number | null {
  const match = pattern.exec(line);
  return match ? Number(match[1]) : null;
}

/** Firmware speaks in terminal escapes; a hostile kernel might too. */
function printable(line: string): string {
  return line
    .replaceAll(/\u001B(?:\[[0-?]*[ -/]*[@-~]|[@-Z\\-_])/g, '')
    .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F]/g, '');
}
