import { capture, output, type Captured, type CaptureOptions } from '../process.ts';

/** A git directory of our own, and what a command on it may add: an index, a work tree. */
export interface GitPlace {
  readonly gitDir: string;
  readonly index?: string;
  readonly workTree?: string;
}

/** No configuration of the user's may change what we commit or check out. */
const NEUTRAL_ENV = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
};

const NEUTRAL_ARGS = [
  '-c',
  'safe.directory=*',
  '-c',
  'gc.auto=0',
  '-c',
  'core.autocrlf=false',
  '-c',
  'core.fileMode=true',
  '-c',
  'advice.detachedHead=false',
];

/** Runs git in a repository of ours; a non-zero exit is a failure. */
export function git(place: GitPlace, args: readonly string[], options: CaptureOptions = {}): Promise<string> {
  return output(gitArgv(args), withPlace(place, options));
}

/** Runs git in a repository of ours; the exit code is the caller's to read. */
export function tryGit(place: GitPlace, args: readonly string[], options: CaptureOptions = {}): Promise<Captured> {
  return capture(gitArgv(args), withPlace(place, options));
}

/** Reads from the user's own tree. Only for commands that write nothing. */
export function readUserTree(tree: string, args: readonly string[], options: CaptureOptions = {}): Promise<Captured> {
  return capture(gitArgv(['-C', tree, ...args]), { ...options, env: { ...NEUTRAL_ENV, ...options.env } });
}

/** git on no repository at all, for mailsplit and mailinfo. */
export function gitAlone(args: readonly string[], options: CaptureOptions = {}): Promise<Captured> {
  return capture(gitArgv(args), { ...options, env: { ...NEUTRAL_ENV, ...options.env } });
}

export function gitArgv(args: readonly string[]): string[] {
  return ['git', ...NEUTRAL_ARGS, ...args];
}

export function placeEnv({ gitDir, index, workTree }: GitPlace): Record<string, string> {
  return {
    ...NEUTRAL_ENV,
    GIT_DIR: gitDir,
    ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
    ...(workTree === undefined ? {} : { GIT_WORK_TREE: workTree }),
  };
}

function withPlace(place: GitPlace, options: CaptureOptions): CaptureOptions {
  const cwd = place.workTree ?? options.cwd;
  return { ...options, env: { ...placeEnv(place), ...options.env }, ...(cwd === undefined ? {} : { cwd }) };
}
