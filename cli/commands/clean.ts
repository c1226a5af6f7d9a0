import { EXIT, type ExitCode } from '../../matrix/failure.ts';
import { findLeftovers, type Leftover } from '../../runners/engine/leftovers.ts';
import { findImages } from '../../runners/engine/image/made.ts';

export interface CleanFlags {
  readonly images?: boolean;
}

/** `kvm-matrix clean`: takes away what crashes have left running or lying about; with --images what was made to build in. */
export async function clean({ images }: CleanFlags): Promise<ExitCode> {
  const left: Leftover[] = [...(await findLeftovers()), ...(images ? await findImages() : [])];
  for (const one of left) {
    await one.remove();
    process.stdout.write(`removed: ${one.what}\n`);
  }
  if (left.length === 0) process.stdout.write('nothing was left\n');
  return EXIT.clean;
}
