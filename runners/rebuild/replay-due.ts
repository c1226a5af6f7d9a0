import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilerCommand } from '../../matrix/recipe/make.ts';
import { commandPath, depfileOf, parseCommandFile, sourceOf } from '../../matrix/replay/command-file.ts';
import { sourcePath } from '../../matrix/replay/name-book.ts';
import { recordsNaming, type RecordNames } from '../../matrix/replay/record-names.ts';
import { lifeOf } from '../../matrix/replay/relink.ts';
import type { Compile } from '../../matrix/replay/scripts.ts';
import type { Made } from '../kbuild/made.ts';
import { filesMentioning, type AlikeFiles } from './alike-files.ts';
import type { BuildJob } from './build-job.ts';
import { consumersIn, readModules, versionedIn, type Reached } from './replay-scope.ts';

/** The objects to compile again, and how many of those that read a changed file need not be. */
export interface Due {
  readonly compiles: readonly Compile[];
  readonly spared: number;
}

/**
 * A text where something else was made from a changed file. `known`: what the records name; `alike`: the changed files that
 * say the same as before.
 */
export async function findCompiles(
  job: BuildJob,
  { failed }: Made,
  reached: Reached & { readonly known: RecordNames; readonly alike: AlikeFiles },
): Promise<Due | string> {
  const { known, alike } = reached;
  const isAlike = (path: string): boolean => alike.has(path);
  const others = { files: new Set([...reached.files].filter((path) => !isAlike(path))), headers: reached.headers };
  const named = new Set(recordsNaming(known, others));
  for (const target of failed) named.add(commandPath(target));
  const bySymbols = await recordsBySymbols(job, reached, known);
  for (const path of bySymbols.due) named.add(path);
  const spared = { files: new Set([...reached.files].filter(isAlike)), headers: [] };
  const sparing = [...recordsNaming(known, spared), ...bySymbols.stale];
  const namedAlone = [...new Set(sparing)].filter((path) => !named.has(path));
  const [asked, spare] = [compilesIn(job, named), compilesIn(job, namedAlone)];
  if (typeof asked === 'string') return asked;
  if (typeof spare === 'string') return spare;
  const versioned = versionedIn(job.place.build, spare, consumersIn(job, known));
  const due = [...asked, ...spare.filter(({ command }) => versioned.includes(command.target))];
  const compiles = await livingIn(job, reached, due);
  if (typeof compiles === 'string') return compiles;
  return sourceGone(job, compiles) ?? { compiles, spared: spare.length - versioned.length };
}

/**
 * The records that name one of the symbols. Those are stale whose object reads no file any more that does: what it read says
 * the same without it (alike-files.ts), and it was not compiled since.
 */
async function recordsBySymbols(
  job: BuildJob,
  { symbols, symbolFiles }: Reached,
  known: RecordNames,
): Promise<Readonly<Record<'due' | 'stale', readonly string[]>>> {
  if (symbols.length === 0) return { due: [], stale: [] };
  const naming = recordsNaming(known, { files: new Set(symbolFiles), headers: [] });
  const files = await filesMentioning(job.place, symbols);
  if (files === null) return { due: naming, stale: [] };
  const reading = new Set(recordsNaming(known, { files: new Set(files), headers: [] }));
  return { due: naming.filter((path) => reading.has(path)), stale: naming.filter((path) => !reading.has(path)) };
}

/** What the records tell to compile; a text where one is of another command. */
function compilesIn({ column, place }: BuildJob, records: Iterable<string>): Compile[] | string {
  const compiles: Compile[] = [];
  for (const path of records) {
    const command = parseCommandFile(readFileSync(join(place.build, path), 'latin1'));
    const depfile = command && depfileOf(command, compilerCommand(column, place.box.inside));
    if (command === null || depfile === null) return `${path} names a changed file`;
    compiles.push({ command, depfile });
  }
  return compiles;
}

/** make may find another source (x.c for x.S), or have no rule: what a compiler says then is not the last word. */
function sourceGone({ place }: BuildJob, compiles: readonly Compile[]): string | null {
  for (const { command } of compiles) {
    const path = sourcePath(sourceOf(command) ?? '', place.box.inside.source);
    if (path !== null && !existsSync(join(place.source, path)))
      return `${path} is gone, and ${command.target} was made of it`;
  }
  return null;
}

/** Those of the kernel that no make of their directory will do. */
async function livingIn(job: BuildJob, { dirs }: Reached, compiles: readonly Compile[]): Promise<Compile[] | string> {
  const consumers = consumersIn(job);
  const modules = readModules(job.place.build);
  const others = compiles.filter(({ command }) => !dirs.some((dir) => command.target.startsWith(`${dir}/`)));
  const lives = others.map(({ command }) => lifeOf(command.target, consumers, modules));
  const unknown = others[lives.indexOf('unknown')];
  if (unknown) return `nobody knows whether ${unknown.command.target} is part of the kernel`;
  return others.filter((_, index) => lives[index] === 'alive');
}
