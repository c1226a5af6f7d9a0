import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD_ENV, environmentArgv, insideEnv } from '../../matrix/recipe/make.ts';
import { environmentMakefile, REPLAY_DIR } from '../../matrix/replay/scripts.ts';
import { readIfThere, sha256, writeWhole } from '../files.ts';
import type { BuildJob } from './build-job.ts';
import type { LastLinks } from './link-records.ts';

/**
 * What the top Makefile exports to its commands. It is asked once for each config: Makefiles that look at the same values
 * export the same, but for the name of O=. Null where it does not say.
 */
export async function environmentOf(
  job: BuildJob,
  { key }: LastLinks,
): Promise<{ text: string; makeCalls: number } | null> {
  const { column, place, links, inputs } = job;
  const { build, box } = place;
  const known = links.environments.get(build);
  if (known?.of === environmentKey(job, key)) return { text: known.text, makeCalls: 0 };
  const shared = links.shared.get(`${key} ${inputs.tree}`)?.replaceAll(O_DIR, box.inside.build);
  if (shared !== undefined) {
    links.environments.set(build, { of: environmentKey(job, key), text: shared });
    return { text: shared, makeCalls: 0 };
  }
  writeWhole(join(build, REPLAY_DIR, 'environment.mk'), environmentMakefile());
  const env = { ...BUILD_ENV, ...insideEnv(box.inside) };
  const { code } = await box.capture(environmentArgv(column, box.inside), { env, cwd: box.inside.build });
  const text = code === 0 ? takeEnvironment(job, key) : null;
  return text === null ? null : { text, makeCalls: 1 };
}

/** Stands for O= in what columns share. */
const O_DIR = '\u0001';

function environmentKey({ place: { build } }: BuildJob, key: string): string {
  return `${key} ${sha256(readFileSync(join(build, '.config')))}`;
}

/** Keeps what make wrote down. */
export function takeEnvironment(job: BuildJob, key: string): string | null {
  const { place, links, inputs } = job;
  const text = readIfThere(join(place.build, REPLAY_DIR, 'environment'));
  if (text === null) return null;
  links.environments.set(place.build, { of: environmentKey(job, key), text });
  links.shared.set(`${key} ${inputs.tree}`, text.replaceAll(place.box.inside.build, O_DIR));
  return text;
}
