import { expect, it } from 'vitest';
import { parseDotConfig } from '../../matrix/kconfig/kconfig.ts';
import { alikeFiles } from '../../runners/rebuild/alike-files.ts';
import type { BuildJob } from '../../runners/rebuild/build-job.ts';
import type { Made } from '../../runners/kbuild/made.ts';

const NAMES = { source: '', names: [], records: new Map() };

async function alike(llvm: boolean, config: string): Promise<string[]> {
  const text = (tree: string): Promise<string> => Promise.resolve(`/* ${tree} */\nint a;\n`);
  const job = {
    column: { row: { toolchain: { prefix: '', llvm } } },
    resolved: parseDotConfig(config),
    differences: { text },
    inputs: { tree: 'new' },
  };
  const made = { tree: 'old' };
  return [
    ...(await alikeFiles(job as never as BuildJob, made as Made, [{ path: 'a.c', how: 'modified' }], NAMES)).keys(),
  ];
}

it('another comment is the same object, but where LLVM writes down what the source was', async () => {
  expect(await alike(false, 'CONFIG_DEBUG_INFO=y\n')).toEqual(['a.c']);
  expect(await alike(true, '')).toEqual(['a.c']);
  expect(await alike(true, 'CONFIG_DEBUG_INFO=y\n')).toEqual([]);
});
