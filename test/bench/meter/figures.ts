import type { Compiles } from './compiles.ts';
import { isTool, partsOf } from './tools.ts';
import type { Program, Usage } from './usage.ts';

/** How many names of programs are told, the dearest first. */
const TOLD = 8;

/**
 * What the CPU time of a stretch went on, in lines of text. `limit`: what the tools alone take if all CPUs are always
 * busy with them. No order of work is faster that runs the same tools, so limit / wall is how much of the time was needed.
 */
export function usageLines(usage: Usage | null, wall: number, cpus: number): string[] {
  if (usage === null) return ['what its CPU time went on is not known'];
  const { tools, around } = partsOf(usage);
  const limit = tools / cpus;
  const share = (seconds: number): string => `${((100 * seconds) / (wall * cpus)).toFixed(0)} % of the CPUs`;
  return [
    `tools ${s(tools)} CPU, around them ${s(around)}; limit ${s(limit)}, efficiency ${((100 * limit) / wall).toFixed(0)} %`,
    `tools: ${dearest(usage, isTool)}`,
    `around: ${dearest(usage, (name) => !isTool(name))}`,
    `all else on this machine, this bench in it: ${s(usage.others)} CPU, ${share(usage.others)}`,
    ...(usage.lost > 0 ? [`${usage.lost} samples are LOST: there was more than this`] : []),
  ];
}

export function compilesLine(compiles: Compiles | null): string {
  if (compiles === null) return 'no count of objects';
  return `${compiles.compiled} objects compiled, ${compiles.hits} from the cache`;
}

function dearest(usage: Usage, picks: (name: string) => boolean): string {
  const seconds = ([, program]: readonly [string, Program]): number => program.seconds;
  const picked = [...usage.programs].filter(([name]) => picks(name)).toSorted((a, b) => seconds(b) - seconds(a));
  const told = picked.slice(0, TOLD).map(([name, one]) => `${name} ${s(one.seconds)} (${one.runs})`);
  const rest = picked.slice(TOLD).reduce((sum, one) => sum + seconds(one), 0);
  return [...told, ...(picked.length > TOLD ? [`${picked.length - TOLD} others ${s(rest)}`] : [])].join(', ') || '-';
}

export function s(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}
