import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseKconfigEnv, parseKconfigFacts } from '../../matrix/kconfig/kconfig-facts.ts';
import type { SymbolFacts } from '../../matrix/kconfig/kconfig.ts';
import { BUILD_ENV, syncArgv } from '../../matrix/recipe/make.ts';
import { infraFailure } from '../../matrix/failure.ts';
import type { Box, Site } from '../engine/engine.ts';
import { readIfThere } from '../files.ts';
import { shellsArgv } from './conf.ts';
import type { ConfigureJob } from './configure-job.ts';

/** What the tree's own Kconfig says of `symbols`, asked in the environment and the config of the column. */
export async function kconfigFacts(
  { column, place, log, signal }: ConfigureJob,
  symbols: readonly string[],
): Promise<Map<string, SymbolFacts>> {
  const { box } = place;
  await box.run(syncArgv(column, box.inside), { log, append: true, signal, env: BUILD_ENV });
  const env = parseKconfigEnv(readIfThere(join(place.build, 'include/config/auto.conf.cmd')) ?? '');
  const program = await linkFacts(place);
  const text = await said(box, [program, '.config', ...symbols], {
    ...BUILD_ENV,
    ...env,
    srctree: box.inside.source,
  });
  return parseKconfigFacts(text);
}

async function linkFacts({ build: outside, box }: Site): Promise<string> {
  const { source, build } = box.inside;
  const dir = join(build, 'scripts/kconfig');
  const objects = namesIn(join(outside, 'scripts/kconfig')).filter((name) => name.endsWith('.o') && name !== 'conf.o');
  const program = join(build, 'kconfig-facts');
  const includes = ['scripts/kconfig', 'scripts/include'].map((path) => `-I${join(source, path)}`);
  await said(box, [
    'gcc',
    '-w',
    ...includes,
    '-o',
    program,
    ...shellsArgv(box),
    join(box.runners, 'kbuild/kconfig-facts.c'),
    ...objects.map((name) => join(dir, name)),
  ]);
  return program;
}

/** Empty where a tree keeps its Kconfig elsewhere: then the linker says what is missing. */
function namesIn(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir) : [];
}

/** Runs what the tree built, or links it. */
async function said(box: Box, argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, stdout, stderr } = await box.capture(argv, { env });
  if (code !== 0)
    throw infraFailure(
      `Kconfig of the tree could not be asked: ${basename(argv[0] ?? '')} exited ${code}: ${stderr.trim().split('\n').at(-1)}`,
      'the log of the configuration tells more',
    );
  return stdout;
}
