import { INSIDE } from './engine.ts';

/** What a build sees of an environment, beside what it is given. */
export const ENV = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/tmp',
  LC_ALL: 'C.UTF-8',
};

/** What the launcher is told: its store, the one below, its log, and the wish of who debugs it. */
export function launcherEnv(launcher: string | null, below: string | null): Readonly<Record<string, string>> {
  const verify = process.env['COMPILE_ONCE_VERIFY'];
  if (launcher === null) return {};
  return {
    ...(verify === undefined ? {} : { COMPILE_ONCE_VERIFY: verify }),
    COMPILE_ONCE_DIR: INSIDE.store,
    ...(below === null ? {} : { COMPILE_ONCE_BASE: INSIDE.below }),
    COMPILE_ONCE_LOG: `${INSIDE.store}/calls.log`,
  };
}
