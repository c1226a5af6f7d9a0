import { join } from 'node:path';
import { makeDir, PACKAGE_ROOT } from '../files.ts';
import { capture, runLogged } from '../process.ts';
import type { Box, Engine, Place } from './engine.ts';

/**
 * No engine: commands run as the user, with the compilers of this machine, and may do what he may. `launcher` stands
 * before the compilers of places that have a store.
 */
export function hostEngine(launcher: string | null): Engine {
  return {
    facts: { name: 'none', version: null, image: null },
    contains: false,
    open: (place) => hostBox(place, launcher),
    imageDigest: () => Promise.resolve(null),
    cpuSeconds: () => 0,
    close: () => Promise.resolve(),
  };
}

function hostBox({ source, build, store }: Place, launcher: string | null): Box {
  return {
    inside: { source, build, launcher: store === null ? null : launcher },
    contains: false,
    runners: join(PACKAGE_ROOT, 'runners'),
    run: (argv, { jobserver, ...options }) =>
      runLogged(argv, { ...options, ...(jobserver ? { inherit: jobserver.inherit } : {}) }),
    makeDir: (path) => makeDir(join(build, path)),
    capture: (argv, options = {}) => {
      makeDir(build);
      return capture(argv, { cwd: build, ...options });
    },
    close: () => Promise.resolve(),
  };
}
