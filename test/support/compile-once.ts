import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const SOURCES = join(import.meta.dirname, '../../runners/compile');

/** The launcher, compiled for the tests with the sanitizers unless told otherwise. */
export function buildForTests(checks: readonly string[] = ['-fsanitize=address,undefined']): string {
  const program = join(mkdtempSync(join(tmpdir(), 'compile-once-')), 'compile-once');
  const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.c'));
  const flags = ['-I', SOURCES, '-std=gnu11', '-O1', '-Wall', '-Wextra', '-Werror', '-D_GNU_SOURCE', ...checks];
  execFileSync('gcc', [...flags, '-o', program, ...sources.map((name) => join(SOURCES, name))]);
  return program;
}

/** Two include directories, the O= of a tiny kernel, and the flags of a kernel. */
const FLAGS = [
  '-nostdinc',
  '-Iarch',
  '-Iinclude',
  '-I./generated',
  '-O2',
  '-Wall',
  '-Wmissing-prototypes',
  '-std=gnu11',
];

function commandOf(source: string, flags: readonly string[]): string[] {
  return ['gcc', `-Wp,-MMD,out/${source}.d`, ...FLAGS, ...flags, '-c', '-o', `out/${source}.o`, source];
}

/** What one call did: how the launcher got the object, what was said, and the object. */
export interface Compiled {
  readonly how: string;
  readonly said: string;
  readonly status: number | null;
  readonly object: string;
}

interface CompileOptions {
  readonly flags?: readonly string[];
  /** Compile in any case; a hit that was wrong is DIFFERS. */
  readonly verify?: boolean;
  /** A store of its own for this call, over that of the tree, which is only read. */
  readonly over?: string;
  /** No file may be larger: in what `ulimit -f` of the shell counts in. */
  readonly limit?: number;
  /** What the shell does before it becomes the launcher; its number is `$$` already. */
  readonly first?: string;
  /** A program that starts that shell. */
  readonly within?: readonly string[];
}

/** What one question to the compiler did. */
export interface Probed {
  readonly how: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
  /** The output, a letter a byte; null when there is none. */
  readonly output: string | null;
}

/** What a shell said, or we in its place. */
export type Said = Omit<Probed, 'output'>;

interface ProbeOptions {
  /** What it reads; null for a stdin that is no pipe. */
  readonly input?: string | null;
  readonly env?: Readonly<Record<string, string>>;
  /** Without the launcher. */
  readonly plain?: boolean;
}

/** A directory with sources, and a store; the clock is in the past, so that files are not too new to be trusted. */
export class Tree {
  readonly dir = mkdtempSync(join(tmpdir(), 'compile-once-tree-'));
  readonly store = join(this.dir, 'store');
  readonly #log = join(this.dir, 'log');
  readonly #program: string;
  #probes = 0;

  constructor(program: string, files: Readonly<Record<string, string>> = {}) {
    this.#program = program;
    for (const dir of ['arch', 'include', 'generated', 'out']) mkdirSync(join(this.dir, dir));
    this.write(files);
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.dir, path)), { recursive: true });
      writeFileSync(join(this.dir, path), text);
      utimesSync(join(this.dir, path), 1e9, 1e9);
    }
    waitForTick();
  }

  compile(
    source = 'main.c',
    { flags = [], verify = false, over, limit, first = ':', within = [] }: CompileOptions = {},
  ): Compiled {
    const limits = `ulimit -f ${limit ?? 'unlimited'}; ${first}; exec "$0" "$@"`;
    const [start = '', ...argv] = [...within, 'sh', '-c', limits, this.#program, ...commandOf(source, flags)];
    rmSync(join(this.dir, `out/${source}.o`), { force: true });
    const { stderr, stdout, status } = spawnSync(start, argv, {
      cwd: this.dir,
      encoding: 'utf8',
      env: {
        ...process.env,
        COMPILE_ONCE_DIR: over === undefined ? this.store : join(this.dir, over),
        ...(over === undefined ? {} : { COMPILE_ONCE_BASE: this.store }),
        COMPILE_ONCE_LOG: this.#log,
        ASAN_OPTIONS: 'detect_leaks=0',
        ...(verify ? { COMPILE_ONCE_VERIFY: '1' } : {}),
      },
    });
    const last = (existsSync(this.#log) ? readFileSync(this.#log, 'utf8') : '').trim().split('\n').at(-1) ?? '';
    return { how: last.split(' ')[0] ?? '', said: stdout + stderr, status, object: this.read(`out/${source}.o`) };
  }

  /** Compiles all of them at the same time, and gives back what each did, sorted. */
  together(sources: readonly string[]): string[] {
    rmSync(this.#log, { force: true });
    const lines = sources.map((source) => `"$0" ${commandOf(source, []).join(' ')} &`);
    execFileSync('sh', ['-c', `${lines.join('\n')}\nwait`, this.#program], {
      cwd: this.dir,
      env: {
        ...process.env,
        COMPILE_ONCE_DIR: this.store,
        COMPILE_ONCE_LOG: this.#log,
        ASAN_OPTIONS: 'detect_leaks=0',
      },
    });
    const log = readFileSync(this.#log, 'utf8').trim().split('\n');
    return log.map((line) => `${line.split(' ')[3]} ${line.split(' ')[0]}`).toSorted();
  }

  /** Asks as Kbuild does, with an output of another name each time where `TMP` stands. */
  probe(argv: readonly string[], { input = null, env = {}, plain = false }: ProbeOptions = {}): Probed {
    const dir = `.tmp_${++this.#probes}`;
    mkdirSync(join(this.dir, dir));
    rmSync(this.#log, { force: true });
    const words = argv.map((word) => (word === 'TMP' ? `${dir}/tmp` : word));
    const line = [...(plain ? [] : [this.#program]), ...words].map((word) => `'${word}'`).join(' ');
    const run = spawnSync('sh', ['-c', input === null ? `${line} </dev/null` : `cat | ${line}`], {
      cwd: this.dir,
      encoding: 'utf8',
      input: input ?? '',
      env: {
        ...process.env,
        LC_ALL: 'C',
        COMPILE_ONCE_DIR: this.store,
        COMPILE_ONCE_LOG: this.#log,
        ASAN_OPTIONS: 'detect_leaks=0',
        ...env,
      },
    });
    const how = existsSync(this.#log) ? (readFileSync(this.#log, 'utf8').split(' ')[0] ?? '') : 'not ours';
    const output = join(this.dir, dir, 'tmp');
    const { status, stdout, stderr } = run;
    return { how, status, stdout, stderr, output: existsSync(output) ? readFileSync(output, 'latin1') : null };
  }

  /** `$(shell,command)` of Kconfig; `LAUNCHER` in it is the launcher. */
  shell(command: string, { env = {}, plain = false }: Omit<ProbeOptions, 'input'> = {}): Said {
    rmSync(this.#log, { force: true });
    const text = command.replaceAll('LAUNCHER', this.#program);
    const argv = plain ? ['/bin/sh', '-c', text] : [this.#program, '--shell', text];
    const { status, stdout, stderr } = spawnSync(argv[0] ?? '', argv.slice(1), {
      cwd: this.dir,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        LC_ALL: 'C',
        COMPILE_ONCE_DIR: this.store,
        COMPILE_ONCE_LOG: this.#log,
        ASAN_OPTIONS: 'detect_leaks=0',
        ...env,
      },
    });
    const lines = existsSync(this.#log) ? readFileSync(this.#log, 'utf8').split('\n') : [];
    const how = lines.findLast((line) => /^(shell-|DIFFERS)/.test(line))?.split(' ')[0] ?? 'not ours';
    return { how, status, stdout, stderr };
  }

  /** What the compiler makes of it without us. */
  plain(source = 'main.c', flags: readonly string[] = []): { said: string; object: string; depfile: string } {
    const argv = [`-Wp,-MMD,out/plain.d`, ...FLAGS, ...flags, '-c', '-o', 'out/plain.o', source];
    rmSync(join(this.dir, 'out/plain.o'), { force: true });
    const { stderr } = spawnSync('gcc', argv, { cwd: this.dir, encoding: 'utf8' });
    return { said: stderr, object: this.read('out/plain.o'), depfile: this.read('out/plain.d') };
  }

  /** The content, a letter a byte; empty when there is none. */
  read(path: string): string {
    try {
      return readFileSync(join(this.dir, path), 'latin1');
    } catch {
      return '';
    }
  }

  /** The names of all files in the store. */
  listing(): string[] {
    return readdirSync(this.store, { recursive: true, encoding: 'utf8' }).toSorted();
  }

  /** Empties the store, as `--trim` does when there is no room at all. */
  trim(): void {
    execFileSync(this.#program, ['--trim', '0', this.store], { env: { ASAN_OPTIONS: 'detect_leaks=0' } });
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Times of files advance with the kernel's tick, and the launcher trusts no file that changed in the tick of its start. */
function waitForTick(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 12);
}
