import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../matrix/failure.ts';
import type { Ended } from '../../matrix/judge/build.ts';
import type { ConfigureOutcome } from '../../matrix/judge/configure.ts';
import { formatRequests, overridden, parseDotConfig, type Resolved } from '../../matrix/kconfig/kconfig.ts';
import { distinct, parseBuildLog } from '../../matrix/logs/build-log.ts';
import { BUILD_ENV, configureArgvs } from '../../matrix/recipe/make.ts';
import { makeDir, readIfThere, writeWhole } from '../files.ts';
import { linkConf } from './conf.ts';
import type { ConfigureJob } from './configure-job.ts';
import { kconfigFacts } from './kconfig-facts.ts';

/** What came out, and how often make was called for it. */
export interface Configured extends ConfigureOutcome {
  readonly makeCalls: number;
}

/** Below O=. */
const REQUESTS = 'kvm-matrix.requests';

/** Resolves the column's config in O= from scratch: what was there before has no say. */
export async function configureColumn(job: ConfigureJob): Promise<Configured> {
  const { column, place, log } = job;
  const dotConfig = join(place.build, '.config');
  const { inside } = place.box;
  const requests = formatRequests([...column.fragments, ...column.requests]);
  makeDir(place.build);
  writeIfChanged(join(place.build, REQUESTS), requests);
  const { ended, makeCalls } = await runTargets(job, requests);
  const text = readFileSync(log, 'utf8');
  const { units, infra, lastComplaint } = parseBuildLog(text, { sourceDir: inside.source, buildDir: inside.build });
  const resolved =
    ended.kind === 'exited' && ended.code === 0 && existsSync(dotConfig)
      ? parseDotConfig(readFileSync(dotConfig, 'utf8'))
      : null;
  const common = { observations: distinct(units.values()), infra, lastComplaint, resolved, makeCalls };
  const overrides = await explained(job, resolved);
  if ('why' in overrides) return { ended: { kind: 'lost', why: overrides.why }, ...common, ...NO_OVERRIDES };
  return { ended, ...common, ...overrides };
}

async function runTargets(
  { column, place, log, signal }: ConfigureJob,
  requests: string,
): Promise<{ ended: Ended; makeCalls: number }> {
  const dotConfig = join(place.build, '.config');
  if (column.baseText !== null) writeIfChanged(dotConfig, column.baseText + requests);
  let makeCalls = 0;
  let ended: Ended = { kind: 'exited', code: 0 };
  for (const argv of configureArgvs(column, place.box.inside, join(place.box.inside.build, REQUESTS))) {
    // A *config target writes .config; the requests go behind it and olddefconfig has the last word.
    if (argv.at(-1) === 'olddefconfig' && makeCalls > 0)
      writeWhole(dotConfig, readFileSync(dotConfig, 'utf8') + requests);
    ended = await place.box.run(argv, { log, append: makeCalls > 0, signal, env: BUILD_ENV });
    makeCalls += 1;
    if (ended.kind !== 'exited' || ended.code !== 0) break;
  }
  return { ended, makeCalls };
}

const NO_OVERRIDES = { refused: [], drifted: [], facts: new Map() };

/** A tree whose Kconfig cannot be asked costs its cell, and not the run. */
async function explained(
  job: ConfigureJob,
  resolved: Resolved | null,
): Promise<Pick<ConfigureOutcome, 'refused' | 'drifted' | 'facts'> | { why: string }> {
  try {
    return await explainOverrides(job, resolved);
  } catch (error) {
    if (error instanceof Failure) return { why: error.message };
    throw error;
  }
}

async function explainOverrides(
  job: ConfigureJob,
  resolved: Resolved | null,
): Promise<Pick<ConfigureOutcome, 'refused' | 'drifted' | 'facts'>> {
  if (resolved === null) return NO_OVERRIDES;
  await linkConf(job.place);
  const refused = overridden(job.column.requests, resolved);
  const asked = new Set(job.column.requests.map(({ symbol }) => symbol));
  const drifted = overridden(
    job.column.fragments.filter(({ symbol }) => !asked.has(symbol)),
    resolved,
  );
  const symbols = [...refused, ...drifted].map(({ symbol }) => symbol);
  return { refused, drifted, facts: symbols.length === 0 ? new Map() : await kconfigFacts(job, symbols) };
}

/** Kbuild looks at times: a file rewritten with the same content would cost a rebuild. */
function writeIfChanged(path: string, text: string): void {
  if (readIfThere(path) !== text) writeWhole(path, text);
}
