import type { Column } from '../column.ts';
import type { PatchFacts } from '../journal/event.ts';
import type { Series } from '../series/series.ts';
import { buildArgv, configureArgvs, BUILD_ENV } from '../recipe/make.ts';
import { PROBE_CFLAGS } from '../recipe/guest.ts';

/** Everything of the world that decides a column's verdicts and does not stand in the matrix file. */
export interface Toolbox {
  /** First line of the compiler's --version. */
  readonly compiler: string;
  /** The same of other programs that Kconfig and the links ask; an empty text where there is none. Left out where there is an image. */
  readonly others?: readonly string[];
  /** First line of QEMU's --version; null when it is not there. */
  readonly qemu: string | null;
  readonly probe: string;
  /** The digest of the image that builds run in; not there on the machine itself. */
  readonly image?: string;
}

/** The text to hash for a column: all that decides its verdicts beside the source tree. */
export function columnInputs(column: Column, toolbox: Toolbox): string {
  // The text of a config file decides, whatever it is called.
  const named = column.baseText === null ? column : { ...column, configBase: '' };
  const place = { source: 'S', build: 'O', launcher: null };
  const recipe = [
    configureArgvs(column, place, 'R'),
    buildArgv(column, place, new Map([['MODULES', 'y']])),
    BUILD_ENV,
    PROBE_CFLAGS,
  ];
  return JSON.stringify({ format: 4, column: named, recipe, toolbox });
}

/** Paths that the series touches, old and new names. */
export function touchedPaths({ patches }: Series): Set<string> {
  return new Set(
    patches.flatMap((patch) =>
      patch.files.flatMap(({ oldPath, newPath }) => [oldPath, newPath].filter((path) => path !== null)),
    ),
  );
}

/** The first patch that has no commit: it does not apply, and all behind it need it. */
export function firstUnapplied(patches: readonly PatchFacts[]): PatchFacts | undefined {
  return patches.find(({ commit }) => commit === null);
}
