import { readFileSync } from 'node:fs';

/** The moment, as the journal writes it. */
export function now(): string {
  return new Date().toISOString();
}

/** Wall seconds since the stopwatch was made. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => Math.round(performance.now() - start) / 1000;
}

/** Source: sysconf(_SC_CLK_TCK) is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** CPU seconds of this process and of all children it has waited for, theirs included (proc(5), stat fields 14 to 17). */
export function cpuSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
}
