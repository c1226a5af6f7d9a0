import type { EngineFacts } from '../../matrix/journal/event.ts';
import type { Ended } from '../../matrix/judge/build.ts';
import type { BuildPlace } from '../../matrix/recipe/make.ts';
import type { Jobserver } from '../jobserver.ts';
import type { Captured, ProcessOptions } from '../process.ts';

/** What one box is for, in paths of this machine. */
export interface Place {
  /** Tells it from others in a list of containers: the column, or what else is done there. Letters of a file name. */
  readonly name: string;
  /** Can be read and not written. */
  readonly source: string;
  /** Can be written; it is made if it is not there. */
  readonly build: string;
  /** The launcher stands before compilers here, and has this directory for what it keeps. Null: compilers run by themselves. */
  readonly store: string | null;
  /** A store that is looked in and not written, where `store` has nothing. */
  readonly below: string | null;
  /** An image of the user's; null: the engine's own. */
  readonly image: string | null;
}

export interface BoxOptions extends Pick<ProcessOptions, 'env' | 'signal' | 'limit'> {
  /** Below O= by default. */
  readonly cwd?: string;
}

export interface LoggedBoxOptions extends BoxOptions {
  readonly log: string;
  readonly append?: boolean;
  /** Descriptors 3 and 4 are its two ends. The caller puts its `env` into the environment. */
  readonly jobserver?: Jobserver;
}

/**
 * Where commands run that a patch can influence. When a command has ended, nothing that it started runs any more, and
 * no entry of O= leads out of it: what is done here with the files in it is done to those files. One command at a time.
 */
export interface Box {
  /** The place as a command must name it. */
  readonly inside: BuildPlace;
  /** False: commands have the rights of the user. */
  readonly contains: boolean;
  /** Our own `runners/` as a command must name it: sources that are compiled there. */
  readonly runners: string;
  /** Output goes to the log. What the machine, a limit or the engine ends is `lost`, and never an exit code. */
  run(argv: readonly string[], options: LoggedBoxOptions): Promise<Ended>;
  /** Makes a directory below O= in which commands may write. */
  makeDir(path: string): void;
  /** For short commands. Throws a Failure if it could not run to its end. */
  capture(argv: readonly string[], options?: BoxOptions): Promise<Captured>;
  close(): Promise<void>;
}

/** Where one column is built: its source and O= on this machine, and the box for them. */
export interface Site {
  readonly source: string;
  readonly build: string;
  readonly box: Box;
}

/** The site of a place. */
export function siteOf(engine: Engine, place: Place): Site {
  return { source: place.source, build: place.build, box: engine.open(place) };
}

/** Something that makes boxes: podman, docker, bubblewrap, the machine itself, a fake of a test. */
export interface Engine {
  readonly facts: EngineFacts;
  /** False: what builds has the rights of the user. */
  readonly contains: boolean;
  /** The same box for the same `build` as long as it is open. Starts nothing: the first command does. */
  open(place: Place): Box;
  /** Identifies the image that `image` names, or the engine's own; null where there is none to be had. */
  imageDigest(image: string | null): Promise<string | null>;
  /** CPU seconds of all commands so far that are no children of ours. */
  cpuSeconds(): number;
  /** Ends all boxes and takes away what they have left. */
  close(): Promise<void>;
}

/** Bounds of one box. */
export interface Limits {
  /** GiB of memory, for all that runs in it together. */
  readonly memory: number;
  /** Processes and threads at a time. */
  readonly pids: number;
  /** Seconds of one command. */
  readonly seconds: number;
  /** GiB that one command may add to O=. */
  readonly disk: number;
}

/** Where things are inside: the same for every checkout, O= and machine, so that objects are the same bytes. */
export const INSIDE = {
  source: '/src/linux',
  build: '/build',
  store: '/store',
  below: '/kvm-matrix/below',
  bin: '/kvm-matrix/bin',
  runners: '/kvm-matrix/runners',
  socket: '/kvm-matrix/socket',
  group: '/kvm-matrix/group',
  jobserver: '/jobserver',
} as const;
