import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseKconfigEnv, parseKconfigFacts } from '../../matrix/kconfig-facts.ts';
import type { SymbolFacts } from '../../matrix/kconfig.ts';
import { BUILD_ENV, syncArgv } from '../../matrix/recipe/make.ts';
import { PACKAGE_ROOT, readIfThere } from '../files.ts';
import { output, runLogged } from '../process.ts';
import type { ConfigureJob } from './configure.ts';

/** What the tree's own Kconfig says of `symbols`, asked in the environment and the config of the column. */
export async function kconfigFacts(
  { column, place, log, signal }: ConfigureJob,
  symbols: readonly string[],
): Promise<Map<string, SymbolFacts>> {
  await runLogged(syncArgv(column, place), { log, append: true, signal, env: BUILD_ENV });
  const env = parseKconfigEnv(readIfThere(join(place.build, 'include/config/auto.conf.cmd')) ?? '');
  const program = await linkFacts(place.source, place.build);
  const text = await output([program, '.config', ...symbols], {
    cwd: place.build,
    env: { ...BUILD_ENV, ...env, srctree: place.source },
  });
  return parseKconfigFacts(text);
}

async function linkFacts(source: string, build: string): Promise<string> {
  const dir = join(build, 'scripts/kconfig');
  const objects = readdirSync(dir).filter((name) => name.endsWith('.o') && name !== 'conf.o');
  const program = join(build, 'kconfig-facts');
  const includes = ['scripts/kconfig', 'scripts/include'].map((path) => `-I${join(source, path)}`);
  await output([
    'gcc',
    '-w',
    ...includes,
    '-o',
    program,
    join(PACKAGE_ROOT, 'runners/build/kconfig-facts.c'),
    ...objects.map((name) => join(dir, name)),
  ]);
  return program;
}
