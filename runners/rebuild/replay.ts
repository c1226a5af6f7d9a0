import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Ended } from '../../matrix/judge/build.ts';
import type { Change } from '../../matrix/proof/change.ts';
import { commandPath } from '../../matrix/replay/command-file.ts';
import type { Doubts } from '../../matrix/replay/doubts.ts';
import type { RecordNames } from '../../matrix/replay/record-names.ts';
import { planRelink } from '../../matrix/replay/relink.ts';
import { REPLAY_DIR } from '../../matrix/replay/scripts.ts';
import { remove } from '../files.ts';
import { FINISHED, isSameConfig, type Made, type Unfinished } from '../kbuild/made.ts';
import { namesIn } from '../kbuild/record-names.ts';
import { alikeFiles, type AlikeFiles } from './alike-files.ts';
import type { BuildJob } from './build-job.ts';
import { doubtsOf, unreadOf } from './doubts.ts';
import { findCompiles } from './replay-due.ts';
import { consumersIn, dirsOfOffsets, isOffsets, reachedBy, versionedIn, type Reached } from './replay-scope.ts';
import { relinkAll } from './relink.ts';
import { compileAll, makeDirectories, succeeded, syncConfig } from './replay-steps.ts';

/** What came of a replay, and by what. */
export interface Replayed {
  readonly ended: Ended;
  readonly how: string;
  readonly makeCalls: number;
  readonly unfinished: Unfinished;
}

/**
 * Brings a build directory up to date without asking make to look at everything: the objects whose recorded dependencies
 * name a changed file are compiled by their recorded commands; where a Makefile changed, make is called for its directory
 * alone. If nothing differs in a byte from what was there before, neither does what is made from it, but for digests of
 * sources. Else that is made again, up to the last links. A text says why only a whole make can do it; O= is then fit
 * for that.
 */
export async function replayBuild(job: BuildJob, made: Made, changes: readonly Change[]): Promise<Replayed | string> {
  const { build, box } = job.place;
  const reached = reachedBy(job, made, changes);
  if (typeof reached === 'string') return reached;
  const synced = await syncConfig(job, reached.symbols, changes);
  if (synced === null) return 'make did not take over the config';
  const known = namesIn(box.inside.source, build);
  const alike = isSameConfig(build, made) ? await alikeFiles(job, made, changes, known) : NONE_ALIKE;
  const doubts = await doubtsOf(job, made, changes);
  const compiled = await compileReached(job, made, { ...reached, known, alike, doubts });
  if (typeof compiled === 'string') return compiled;
  const replayed = succeeded(compiled.ended) ? await finish(job, compiled) : halfCompiled(job, compiled);
  if (typeof replayed === 'string') return leaveToMake(build, compiled.unlinked, replayed);
  remove(join(build, REPLAY_DIR));
  const unread = [...made.unread, ...unreadOf(alike, doubts)];
  return { ...replayed, makeCalls: replayed.makeCalls + synced, unfinished: { ...replayed.unfinished, unread } };
}

const NONE_ALIKE: AlikeFiles = new Map();

/** What came of the compilers. */
interface CompiledObjects extends Pick<Unfinished, 'failed' | 'unlinked'> {
  readonly ended: Ended;
  /** How many were compiled, and how many were not though they read a changed file. */
  readonly count: number;
  readonly spared: number;
  /** Directories for make: a Makefile changed there, or offsets for the assembler did. */
  readonly dirs: readonly string[];
}

async function compileReached(
  job: BuildJob,
  made: Made,
  reached: Reached & { readonly known: RecordNames; readonly alike: AlikeFiles; readonly doubts: Doubts },
): Promise<CompiledObjects | string> {
  const { build } = job.place;
  const due = await findCompiles(job, made, reached);
  if (typeof due === 'string') return due;
  const { compiles, spared } = due;
  const { failed, differing, ended } = await compileAll(job, compiles, reached.doubts);
  const versioned = versionedIn(build, compiles, consumersIn(job));
  const unlinked = [...new Set([...made.unlinked, ...differing, ...versioned])];
  const lost = failed.find(isOffsets);
  // make compiles nothing that may read them, and so has less to say.
  if (lost !== undefined) return leaveToMake(build, unlinked, `${lost} does not compile`);
  const offsets = dirsOfOffsets(job, differing);
  if (typeof offsets === 'string') return leaveToMake(build, unlinked, offsets);
  const dirs = [...new Set([...reached.dirs, ...offsets])];
  return { ended, failed, unlinked, dirs, count: compiles.length, spared };
}

/** Nobody would remember the directories until the next patch. */
function halfCompiled(job: BuildJob, { ended, failed, unlinked, dirs }: CompiledObjects): Replayed | string {
  if (dirs.length > 0) return 'a directory is for make, and an object does not compile';
  if (unlinked.length > 0 && looksAtObjects(job)) return LOOKS;
  const how = `${failed.length} of its objects do not compile`;
  return { ended, how, makeCalls: 0, unfinished: { ...FINISHED, failed, unlinked } };
}

/** make looks at objects in more ways than we do (scripts/check-local-export): it is to make these by itself. */
export function leaveToMake(build: string, targets: readonly string[], why: string): string {
  remove(join(build, REPLAY_DIR));
  for (const target of targets) remove(join(build, commandPath(target)));
  return why;
}

/** Linux 5.19 to 6.5 do so behind each compile. */
function looksAtObjects({ place }: BuildJob): boolean {
  return existsSync(join(place.source, 'scripts/check-local-export'));
}

const LOOKS = 'scripts/check-local-export looks at objects';

/** Everything behind the compilers. */
async function finish(job: BuildJob, { dirs, unlinked, count, spared }: CompiledObjects): Promise<Replayed | string> {
  const inDirs = await makeDirectories(job, dirs);
  if (typeof inDirs === 'string') return inDirs;
  job.onCompiled();
  const changed = [...unlinked.filter((path) => !isOffsets(path)), ...inDirs.fresh];
  const called = dirs.length === 0 ? 0 : 1;
  if (changed.length === 0)
    return { ended: { kind: 'exited', code: 0 }, how: same(count, spared), makeCalls: called, unfinished: FINISHED };
  if (looksAtObjects(job)) return LOOKS;
  const plan = planRelink(changed, consumersIn(job));
  if (typeof plan === 'string') return plan;
  // Of the time before it is not known which lists are other ones.
  const others = inDirs.others || unlinked.some((path) => basename(path) === 'modules.order');
  const linked = await relinkAll(job, { ...plan, changed, others, written: inDirs.written });
  if (typeof linked === 'string') return linked;
  const { ended, by } = linked;
  const unfinished = succeeded(ended) ? FINISHED : { ...FINISHED, unlinked: changed };
  const makeCalls = linked.makeCalls + called;
  return { ended, how: `${differ(count, changed.length)} by ${by}`, makeCalls, unfinished };
}

function same(compiled: number, spared: number): string {
  if (compiled === 0 && spared > 0) return `to the ${spared} objects that read it, it says the same under this config`;
  if (compiled === 0) return 'nothing that the kernel is made of reads it';
  return compiled === 1
    ? 'that object is the same bytes as before'
    : `${compiled} objects are the same bytes as before`;
}

function differ(compiled: number, changed: number): string {
  return `of ${compiled} compiled objects and their archives ${changed} differ, and were linked again`;
}
