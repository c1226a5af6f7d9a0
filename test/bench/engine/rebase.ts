import { join } from 'node:path';
import { gitArgv } from '../../../runners/tree/git.ts';
import { cellLines, walkBy, writeScript } from './by-script.ts';
import { tipOf } from './theirs.ts';

/**
 * `git rebase --exec` from the base to the last patch: git puts the patches on one after the other, and after each a
 * script makes all columns. A conflict cannot be: the commits lie one on the other, and git only moves on.
 */
export const rebaseAndMake = walkBy({
  log: 'rebase.log',
  prepare: (loop) => {
    const script = join(loop.dir, 'cells.sh');
    writeScript(
      script,
      loop.columns.flatMap((column) => cellLines(loop, column)),
    );
    const who = ['-c', 'user.name=bench', '-c', 'user.email=bench'];
    return gitArgv([...who, 'rebase', '--exec', script, loop.walked.base, tipOf(loop)]);
  },
});
