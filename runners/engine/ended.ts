import type { Ended } from '../../matrix/judge/build.ts';
import type { Limits } from './engine.ts';
import type { Told } from './frames.ts';
import { errnoName, signalName } from './numbers.ts';

/** What a warden told of `program`, in the words of all processes. What met a limit and failed has failed by the limit. */
export function endedOf({ how, number, outOfMemory, outOfPids }: Told, program: string, limits: Limits): Ended {
  if (how === 'errno') return { kind: 'not-started', why: `${program} is not in the image (${errnoName(number)})` };
  if (how === 'exit' && number === 0) return { kind: 'exited', code: 0 };
  if (outOfMemory > 0)
    return {
      kind: 'lost',
      why: `out of memory: the kernel ended ${outOfMemory} processes (${limits.memory} GiB a box)`,
    };
  if (outOfPids > 0) return { kind: 'lost', why: `it wanted more than ${limits.pids} processes` };
  return how === 'signal' ? { kind: 'signalled', signal: signalName(number) } : { kind: 'exited', code: number };
}

/** What the log should say of a command beside its own words. */
export function remarksOn({ left, outOfMemory, outOfPids }: Told, program: string, limits: Limits): string[] {
  return [
    outOfMemory > 0 ? `out of memory: the kernel ended ${outOfMemory} processes` : '',
    outOfPids > 0 ? `it wanted more than ${limits.pids} processes` : '',
    left > 0 ? `${left} processes ran on behind ${program} and were ended` : '',
  ].filter(Boolean);
}
