import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { infraFailure } from '../matrix/failure.ts';
import type { Ended } from '../matrix/judge/build.ts';
import { makeDir } from './files.ts';

/** Every process we start carries this variable with the output directory, so that a later run finds what a crash left. */
export const MARKER = 'KVM_MATRIX_OUT';

/** What a child may see of our environment: enough to find tools, nothing that changes a build. */
const PASSED = ['PATH', 'HOME', 'TMPDIR', 'COMPILE_ONCE_DIR', 'COMPILE_ONCE_LOG', 'COMPILE_ONCE_VERIFY', MARKER];

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Seconds; then the whole process group is ended. No limit by default. */
  readonly limit?: number;
}

export interface LoggedOptions extends ProcessOptions {
  /** Output goes straight to this file: nothing is lost if we die. */
  readonly log: string;
  readonly append?: boolean;
  /** More descriptors for the child, from 3 on. */
  readonly inherit?: readonly number[];
}

export interface CaptureOptions extends ProcessOptions {
  readonly input?: string | Uint8Array;
}

/** Runs to the end with its output in a file. A program that fails is an outcome, not an exception; cancelling throws. */
export async function runLogged(argv: readonly string[], options: LoggedOptions): Promise<Ended> {
  makeDir(dirname(options.log));
  const fd = openSync(options.log, options.append ? 'a' : 'w');
  try {
    const child = start(argv, options, { stdio: ['ignore', fd, fd, ...(options.inherit ?? [])] });
    return await settle(child, options);
  } finally {
    closeSync(fd);
  }
}

export interface Captured {
  readonly code: number;
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
}

/** Runs a short command and gives back what it said. Throws only if it could not be started or was cancelled. */
export async function capture(argv: readonly string[], options: CaptureOptions = {}): Promise<Captured> {
  const child = start(argv, options, { stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  if (options.input !== undefined) feed(child, options.input);
  const [stdout, stderr] = await Promise.all([collect(child.stdout), collect(child.stderr)]);
  const ended = await settle(child, options);
  if (ended.kind === 'not-started')
    throw infraFailure(ended.why, 'run `kvm-matrix doctor` to see what is missing and how to get it');
  const said = stderr.toString('utf8');
  if (ended.kind !== 'exited')
    throw infraFailure(`${argv[0]} did not end by itself (${ended.kind})`, said.trim() || 'try again');
  return { code: ended.code, stdout: stdout.toString('utf8'), stdoutBytes: stdout, stderr: said };
}

/** Like capture, but anything except exit 0 is a failure of the machine or of a tool, told with its last words. */
export async function output(argv: readonly string[], options: CaptureOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await capture(argv, options);
  if (code !== 0)
    throw infraFailure(
      `${argv.slice(0, 4).join(' ')} … exited ${code}: ${lastLine(stderr)}`,
      'the command and its message stand above',
    );
  return stdout;
}

/** Runs with its stdout going to an open file, until it ends or `stop` is aborted. */
export async function runToFile(
  argv: readonly string[],
  options: ToFileOptions,
): Promise<{ ended: Ended; stderr: string }> {
  const child = start(argv, options, { stdio: ['ignore', options.stdout, 'pipe'] });
  options.stop.addEventListener('abort', () => killGroup(child.pid, 'SIGKILL'), { once: true });
  const stderr = collect(child.stderr);
  const ended = await settle(child, options);
  return { ended, stderr: (await stderr).toString('utf8') };
}

export interface ToFileOptions extends ProcessOptions {
  readonly stop: AbortSignal;
  /** A file descriptor. */
  readonly stdout: number;
}

type Child = ReturnType<typeof startExeca>;

function startExeca(
  file: string,
  args: readonly string[],
  options: { stdio: unknown; env: Record<string, string>; cwd?: string },
) {
  return execa(file, args, {
    ...options,
    stdio: options.stdio as ['ignore', 'pipe', 'pipe'],
    extendEnv: false,
    // Its own group, so that everything it starts can be ended with it.
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    stripFinalNewline: false,
    encoding: 'buffer',
  });
}

function start(argv: readonly string[], options: ProcessOptions, { stdio }: { stdio: unknown }): Child {
  options.signal?.throwIfAborted();
  const [file, ...args] = argv;
  if (file === undefined) throw new Error('an empty command line');
  const passed = PASSED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  const env = { ...Object.fromEntries(passed), LC_ALL: 'C.UTF-8', ...options.env } as Record<string, string>;
  const child = startExeca(file, args, { stdio, env, ...(options.cwd === undefined ? {} : { cwd: options.cwd }) });
  return child;
}

async function settle(child: Child, { signal, limit }: ProcessOptions): Promise<Ended> {
  let timedOut = false;
  const onAbort = (): void => endGroup(child.pid);
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer =
    limit === undefined ? undefined : setTimeout(() => ((timedOut = true), endGroup(child.pid)), limit * 1000);
  try {
    const result = await child;
    signal?.throwIfAborted();
    if (timedOut) return { kind: 'timed-out', seconds: limit ?? 0 };
    return readResult(result);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function readResult(result: Awaited<Child>): Ended {
  if (result.signal) return { kind: 'signalled', signal: result.signal };
  if (result.exitCode !== undefined) return { kind: 'exited', code: result.exitCode };
  if (result.code === 'ENOENT')
    return { kind: 'not-started', why: `${result.command.split(' ', 1)[0]} is not installed` };
  return { kind: 'not-started', why: result.originalMessage ?? result.shortMessage ?? 'it could not be started' };
}

/** TERM, two seconds' grace, KILL. A child that is not our descendant any more is gone already. */
function endGroup(pid: number | undefined): void {
  killGroup(pid, 'SIGTERM');
  setTimeout(() => killGroup(pid, 'SIGKILL'), 2000).unref();
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function collect(stream: Child['stdout']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A program that ends without reading all of its input closes the pipe; its exit code tells the story. */
function feed(child: Child, input: string | Uint8Array): void {
  const stdin = child.stdin as NodeJS.WritableStream | null;
  stdin?.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  stdin?.end(input);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** A running program with both its ends in our hands. */
export interface Pipe {
  readonly stdin: NodeJS.WritableStream;
  readonly stdout: AsyncIterable<unknown>;
  readonly ended: Promise<Ended>;
}

/** For streams too large to hold. What it says on stderr is shown to the user as it is. */
export function openPipe(argv: readonly string[], options: ProcessOptions = {}): Pipe {
  const child = start(argv, options, { stdio: ['pipe', 'pipe', 'inherit'] });
  const stdin = child.stdin as NodeJS.WritableStream | null;
  const stdout = child.stdout as AsyncIterable<unknown> | null;
  if (!stdin || !stdout) throw new Error('a pipe without ends');
  // A reader that ends early closes the pipe; `ended` tells why.
  stdin.on('error', () => undefined);
  return { stdin, stdout, ended: settle(child, options) };
}

/** Runs with its words going to the user, on stderr: stdout is for data. */
export async function runShown(argv: readonly string[], options: ProcessOptions = {}): Promise<Ended> {
  return settle(start(argv, options, { stdio: ['inherit', 2, 2] }), options);
}
