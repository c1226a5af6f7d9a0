import { existsSync, statfsSync } from 'node:fs';
import type { ArchRow } from '../../matrix/file/schema.ts';
import { HEADER_PACKAGES, needsOf, type Need } from './needs.ts';
import { runVersion } from './version.ts';

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'missing';
  readonly detail: string;
  readonly packages: readonly string[];
}

/** One column of tiny objects, a lane and an imported tree. */
const ROOM_GIB = 8;

/** `contained`: builds run in an engine, and need no compilers here. */
export async function examine(arches: Readonly<Record<string, ArchRow>>, { contained = false } = {}): Promise<Check[]> {
  const programs = await examineNeeds(needsOf(arches, { contained }));
  return [...programs, ...HEADER_PACKAGES.map(checkHeader), checkRoom(), checkAccelerator()];
}

export async function examineNeeds(needs: readonly Need[]): Promise<Check[]> {
  return Promise.all(
    needs.map(async ({ program, packages, why }): Promise<Check> => {
      const version = await runVersion(program);
      const state = version !== null ? 'ok' : 'missing';
      return { name: program, state, detail: version ?? `not installed (${why})`, packages };
    }),
  );
}

function checkHeader({ file, package: name, why }: (typeof HEADER_PACKAGES)[number]): Check {
  return existsSync(file)
    ? { name, state: 'ok', detail: file, packages: [name] }
    : { name, state: 'missing', detail: `${file} is not there (${why})`, packages: [name] };
}

function checkRoom(): Check {
  const { bavail, bsize } = statfsSync('.');
  const gib = (bavail * bsize) / 2 ** 30;
  return {
    name: 'disk',
    state: gib < ROOM_GIB ? 'missing' : 'ok',
    detail: `${gib.toFixed(0)} GiB free here${gib < ROOM_GIB ? `, ${ROOM_GIB} wanted` : ''}`,
    packages: [],
  };
}

/** Boots use TCG everywhere: it is the same on every machine, and a /dev/kvm inside a cloud guest may be slower. */
function checkAccelerator(): Check {
  return { name: 'accelerator', state: 'ok', detail: 'boots run under TCG, with or without /dev/kvm', packages: [] };
}
