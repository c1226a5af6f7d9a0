import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, remove, sha256, writeWhole } from '../files.ts';

/** What decides what a build directory holds. */
export interface Inputs {
  /** The id of the source tree. */
  readonly tree: string;
  /** Where that tree lay: recorded commands name it. */
  readonly source: string;
  /** Compiler, flags and all else that decides beside the tree. */
  readonly fingerprint: string;
}

/** What is still to be done in a build directory that was otherwise brought up to date; targets of Kbuild. */
export interface Unfinished {
  /** Objects that did not compile: they are not there. */
  readonly failed: readonly string[];
  /** Objects that are newer than what is made from them. */
  readonly unlinked: readonly string[];
  /** Files that were read anew by nobody, for they said the same, and what they name of Kconfig that no record tells. */
  readonly unread: readonly Unread[];
}

/** A file that names symbols of Kconfig which the records of its readers do not. */
export interface Unread {
  readonly path: string;
  readonly symbols: readonly string[];
}

export const FINISHED: Unfinished = { failed: [], unlinked: [], unread: [] };

/** To be raised with every change of what is remembered, or of what a replay relies on. */
const FORMAT = 5;

export interface Made extends Inputs, Unfinished {
  readonly format: number;
  /** Of the text of .config. */
  readonly config: string;
  /** What the build has read is known: without that no change can be told to reach nothing. */
  readonly isCollected: boolean;
}

function pathOf(build: string): string {
  return `${build}.made.json`;
}

/** To be called before anything in O= changes: from here on nobody knows what it holds. */
export function forgetMade(build: string): void {
  remove(pathOf(build));
}

export function rememberMade(build: string, { tree, source, fingerprint }: Inputs, unfinished: Unfinished): void {
  const made = {
    format: FORMAT,
    tree,
    source,
    fingerprint,
    ...unfinished,
    config: configOf(build),
    isCollected: false,
  };
  writeWhole(pathOf(build), JSON.stringify(made satisfies Made));
}

/** To be called when what the build has read was collected: a kill may have come before that. */
export function confirmMade(build: string): void {
  const made = readMade(build);
  if (made !== null) writeWhole(pathOf(build), JSON.stringify({ ...made, isCollected: true } satisfies Made));
}

function readMade(build: string): Made | null {
  return JSON.parse(readIfThere(pathOf(build)) ?? 'null') as Made | null;
}

/** What O= holds, if that is known to the end, and source and all else beside tree and config are as they were; else null. */
export function recallMade(build: string, { source, fingerprint }: Inputs): Made | null {
  const made = readMade(build);
  const isOurs = made?.format === FORMAT && made.source === source && made.fingerprint === fingerprint;
  return isOurs && made.isCollected ? made : null;
}

/** Whether O= was made with the .config that is there now. */
export function isSameConfig(build: string, made: Made): boolean {
  return made.config === configOf(build);
}

function configOf(build: string): string {
  return sha256(readFileSync(join(build, '.config')));
}
