import { readFileSync } from 'node:fs';
import { parseBuildLog, type BuildLog } from '../../matrix/logs/build-log.ts';
import type { BuildJob } from './build-job.ts';

/** What the log of a build says so far. */
export function parseJobLog({ log, place }: BuildJob): BuildLog {
  const { source, build } = place.box.inside;
  return parseBuildLog(readFileSync(log, 'utf8'), { sourceDir: source, buildDir: build });
}
