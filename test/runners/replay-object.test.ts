import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ended } from '../../matrix/judge/build.ts';
import type { Doubts } from '../../matrix/replay/doubts.ts';
import { objectList } from '../../matrix/replay/objects.ts';
import type { Compile } from '../../matrix/replay/scripts.ts';
import { siteOf } from '../../runners/engine/engine.ts';
import { hostEngine } from '../../runners/engine/host.ts';
import { readIfThere } from '../../runners/files.ts';
import { Jobserver } from '../../runners/jobserver.ts';
import type { BuildJob } from '../../runners/rebuild/build-job.ts';
import { compileAll } from '../../runners/rebuild/replay-steps.ts';
import { buildForTests } from '../support/compile-once.ts';
import { write } from '../support/files.ts';

/** fixdep, as far as it matters here; `asked` has the targets that it was called for. */
const FIXDEP = `#!/bin/sh
echo "$2" >> asked
test ! -e broken || { echo "fixdep: no" >&2; exit 2; }
set -- "$1" "$2" "$3" $(sed 's/^[^:]*://; s/\\\\$//' "$1")
printf 'savedcmd_%s := %s\\n\\nsource_%s := %s\\n\\ndeps_%s := \\\\\\n' "$2" "$3" "$2" "$4" "$2"
target=$2; shift 4
for file; do
  case $file in *include/generated/autoconf.h) continue;; esac
  case $seen in *" $file "*) continue;; esac
  seen="$seen $file "
  printf '  %s \\\\\\n' "$file"
  grep -o 'CONFIG_[A-Z]*' "$file" | sed 's/CONFIG_\\(.*\\)/    $(wildcard include\\/config\\/\\1) \\\\/'
done
printf '\\n%s: $(deps_%s)\\n\\n$(deps_%s):\\n' $target $target $target
`;

let launcher = '';
let dir = '';
let [source, build] = ['', ''];
let jobserver: Jobserver;

beforeAll(() => {
  const program = buildForTests();
  launcher = `${program}.sh`;
  writeFileSync(launcher, `#!/bin/sh\nASAN_OPTIONS=detect_leaks=0 exec ${program} "$@"\n`, { mode: 0o755 });
});
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-object-'));
  [source, build] = [join(dir, 'linux'), join(dir, 'build')];
  jobserver = await Jobserver.open(join(dir, 'work'), 1);
  write(source, { 'a.h': '#ifdef CONFIG_ONE\n#endif\n', 'b.h': '/* CONFIG_TWO */\n' });
  write(build, { 'include/generated/autoconf.h': '', 'include/generated/g.h': 'CONFIG_G\n', asked: '' });
  write(build, { 'scripts/basic/fixdep': FIXDEP });
  chmodSync(join(build, 'scripts/basic/fixdep'), 0o755);
  for (const name of ['autoconf.h', 'g.h']) utimesSync(join(build, 'include/generated', name), 1e9, 1e9);
});
afterEach(() => {
  jobserver.close();
  rmSync(dir, { recursive: true });
});

const AUTOCONF = 'include/generated/autoconf.h';

/** An object of `text`, and of what it reads. */
function object(name: string, text: string, { reads = ['a.h', 'b.h'], more = '', tail = '' } = {}): Compile {
  const [target, depfile] = [`${name}.o`, `.${name}.o.d`];
  const files = reads.map((path) => (path.startsWith('include/') ? path : `${source}/${path}`)).join(' ');
  // Another list of files is no other command.
  write(source, { [`${name}.c`]: '', [`${name}.reads`]: ` ${files}\n` });
  const recorded = `printf '%s' '${text}' > ${target}; echo '${target}: ${source}/${name}.c ${AUTOCONF} \\' > ${depfile}; cat ${source}/${name}.reads >> ${depfile}; ${more || ':'}`;
  return { command: { target, recorded: recorded.replaceAll('$', '$$$$'), tail }, depfile };
}

interface Came {
  readonly ended: Ended;
  readonly failed: string[];
  readonly differing: string[];
  readonly log: string;
}

async function compile(way: 'launcher' | 'script', compiles: readonly Compile[], doubts: Doubts = []): Promise<Came> {
  const engine = hostEngine(way === 'launcher' ? launcher : null);
  const place = siteOf(engine, { name: 'x', source, build, store: dir, below: null, image: null });
  rmSync(join(dir, 'log'), { force: true });
  const job = { place, log: join(dir, 'log'), signal: new AbortController().signal, jobserver, backward: false };
  const came = await compileAll(job as unknown as BuildJob, compiles, doubts);
  return { ...came, log: readFileSync(join(dir, 'log'), 'utf8') };
}

const read = (path: string): string | null => readIfThere(join(build, path));
const asked = (): string[] => (read('asked') ?? '').split('\n').filter(Boolean);

describe.each(['launcher', 'script'] as const)('an object by the %s', (way) => {
  it('that was not there differs, and the same again is the same', async () => {
    const one = object('sub-a', 'text', { tail: '\ntail: $(x)\n' });
    expect(await compile(way, [one])).toMatchObject({
      ended: { code: 0 },
      failed: [],
      differing: ['sub-a.o'],
      log: '  CC      sub-a.o\n',
    });
    expect(read('.sub-a.o.cmd')).toContain(`$(wildcard include/config/TWO)`);
    expect(read('.sub-a.o.cmd')).toMatch(/^savedcmd_sub-a\.o := printf[^]*\n\ntail: \$\(x\)\n$/);
    const record = read('.sub-a.o.cmd');
    expect(await compile(way, [one], null)).toMatchObject({ failed: [], differing: [] });
    expect([read('.sub-a.o.cmd'), existsSync(join(build, '.sub-a.o.d'))]).toEqual([record, false]);
  });

  it('that is another one differs, in its length or in a byte', async () => {
    await compile(way, [object('a', 'one'), object('b', 'two')]);
    const came = await compile(way, [object('a', 'oNe'), object('b', 'twoo')]);
    expect(came.differing).toEqual(['a.o', 'b.o']);
  });

  it('that does not compile says so in its place, and leaves neither depfile nor object', async () => {
    const said = 'echo one; echo "a.c:1:1: error: no" >&2; false; echo never';
    await compile(way, [object('a', 'old')]);
    const record = read('.a.o.cmd');
    const came = await compile(way, [object('a', 'half', { more: said }), object('b', 'b')]);
    expect(came).toMatchObject({ ended: { code: 2 }, failed: ['a.o'], differing: ['b.o'] });
    const words = [/ {2}CC {6}a\.o/, /one/, /a\.c:1:1: error: no/, /make: \*\*\* \[.*object-0\] Error 1/];
    expect(came.log).toMatch(new RegExp(`^${words.map(({ source: word }) => word).join('\\n')}\\n`, 'm'));
    expect([read('a.o'), read('.a.o.d'), read('.a.o.cmd')]).toEqual([null, null, record]);
    // The record is of the time before: it is not believed, though nothing is doubted.
    expect(await compile(way, [object('a', 'old')])).toMatchObject({ failed: [], differing: ['a.o'] });
    expect(asked()).toEqual(['a.o', 'b.o', 'a.o']);
  });

  it('hands on what the command ended with, and that a signal ended it', async () => {
    const killed = object('a', 'a', { more: `sh -c 'kill -KILL $$'` });
    const { log } = await compile(way, [object('b', 'b', { more: 'exit 3' }), killed]);
    expect(log).toContain('object-0] Error 3\n');
    expect(log).toMatch(/Killed\nmake: .*object-1\] Error 137\n/);
    expect([read('.a.o.d'), read('.b.o.d')]).toEqual([null, null]);
  });

  it('of which fixdep makes nothing is not made', async () => {
    write(build, { broken: '' });
    const came = await compile(way, [object('a', 'a')]);
    expect(came).toMatchObject({ failed: ['a.o'], differing: [] });
    expect(came.log).toMatch(/fixdep: no\nmake: .*Error 2\n/);
    expect([read('a.o'), read('.a.o.cmd')]).toEqual([null, null]);
  });

  it('sees what the record escapes for make', async () => {
    write(source, { 'a.c': '' });
    const recorded = `X=2; echo "$$X$(pound)" > a.o; echo 'a.o: ${source}/a.c' > .a.o.d`;
    await compile(way, [{ command: { target: 'a.o', recorded, tail: '' }, depfile: '.a.o.d' }]);
    expect(read('a.o')).toBe('2#\n');
    expect(read('.a.o.cmd')?.startsWith(`savedcmd_a.o := ${recorded}\n\n`)).toBe(true);
  });
});

describe('fixdep', () => {
  const again = async (one: Compile, doubts: Doubts): Promise<boolean> => {
    write(build, { asked: '' });
    expect(await compile('launcher', [one], doubts)).toMatchObject({ failed: [], ended: { code: 0 } });
    return asked().length > 0;
  };
  const reads = ['a.h', 'b.h', 'include/generated/g.h'];

  it('is not asked where it could say nothing else, and the record keeps its time', async () => {
    const one = object('a', 'a', { reads });
    await compile('launcher', [one]);
    utimesSync(join(build, '.a.o.cmd'), 2e9, 2e9);
    expect(await again(one, [])).toBe(false);
    // gcc names again what -include named.
    expect(await again(object('a', 'a', { reads: ['a.h', 'b.h', 'a.h', 'include/generated/g.h'] }), [])).toBe(false);
    expect(await again(one, ['x/other.h', 'h', 'aa.h', 'a.hh'])).toBe(false);
    expect(statSync(join(build, '.a.o.cmd')).mtimeMs).toBe(2e12);
  });

  it.each<[string, Doubts]>([
    ['of a file that it reads there may be other symbols', ['somewhere/b.h']],
    ['of the source there may be', ['x.h', 'a.c']],
    ['nothing is known', null],
  ])('is asked where %s; a record that comes out the same keeps its time', async (_, doubts) => {
    const one = object('a', 'a', { reads });
    await compile('launcher', [one]);
    utimesSync(join(build, 'include/generated/g.h'), 9e8, 9e8);
    utimesSync(join(build, '.a.o.cmd'), 1e9, 1e9);
    expect(await again(one, doubts)).toBe(true);
    expect(statSync(join(build, '.a.o.cmd')).mtimeMs).toBe(1e12);
  });

  it('is not asked of what is older than the record', async () => {
    const one = object('a', 'a', { reads });
    await compile('launcher', [one]);
    utimesSync(join(source, 'b.h'), 9e8, 9e8);
    utimesSync(join(build, 'include/generated/g.h'), 9e8, 9e8);
    utimesSync(join(build, '.a.o.cmd'), 1e9, 1e9);
    expect(await again(one, ['b.h'])).toBe(false);
    utimesSync(join(source, 'b.h'), 1e9, 1e9);
    expect(await again(one, ['b.h'])).toBe(true);
  });

  it.each([
    ['one more', [...reads, 'c.h']],
    ['one less', ['a.h', 'include/generated/g.h']],
    ['another order', ['b.h', 'a.h', 'include/generated/g.h']],
    ['another name', ['a.h', 'b.hh', 'include/generated/g.h']],
  ])('is asked where the files are others: %s', async (_, others) => {
    write(source, { 'c.h': '', 'b.hh': '' });
    await compile('launcher', [object('a', 'a', { reads })]);
    expect(await again(object('a', 'a', { reads: others }), [])).toBe(true);
    expect(read('.a.o.cmd')?.includes('c.h')).toBe(others.includes('c.h'));
  });

  it('is asked where what was made in O= is not older than the record', async () => {
    const one = object('a', 'a', { reads });
    await compile('launcher', [one]);
    utimesSync(join(build, '.a.o.cmd'), 1e9, 1e9);
    write(build, { 'include/generated/g.h': 'CONFIG_H\n' });
    expect(await again(one, [])).toBe(true);
    expect(read('.a.o.cmd')).toContain('config/H)');
    for (const path of ['.a.o.cmd', 'include/generated/g.h']) utimesSync(join(build, path), 2e9, 2e9);
    expect(await again(one, [])).toBe(true);
  });

  it.each([
    ['is not there', null],
    ['is half', 'savedcmd_a.o := x\n\nsource_a.o := '],
    ['is of another form', 'cmd_a.o := x\n\ndeps_a.o := a.h\n'],
    ['is of another command', 'savedcmd_a.o := x\n\nsource_a.o := y\n\ndeps_a.o := \\\n'],
    ['is empty', ''],
  ])('is asked where the record %s', async (_, text) => {
    const one = object('a', 'a', { reads });
    await compile('launcher', [one]);
    const whole = read('.a.o.cmd');
    if (text === null) rmSync(join(build, '.a.o.cmd'));
    else write(build, { '.a.o.cmd': text });
    expect(await again(one, [])).toBe(true);
    expect(read('.a.o.cmd')).toBe(whole);
  });

  it('is asked in any case by who wants it proved, and a difference is told', async () => {
    const one = object('a', 'a', { reads });
    await compile('launcher', [one]);
    write(source, { 'b.h': 'CONFIG_NEW\n' });
    process.env['COMPILE_ONCE_VERIFY'] = '1';
    const { log } = await compile('launcher', [one], []);
    delete process.env['COMPILE_ONCE_VERIFY'];
    expect(log).toContain('compile-once: DIFFERS (record): a.o');
    expect(read('.a.o.cmd')).toContain('config/NEW)');
  });
});

it('who is ended by a signal takes the depfile along', async () => {
  const one = object('a', 'a', { more: 'echo begun; exec cat' });
  const { bytes, offsets } = objectList(source, [], [one]);
  write(build, { 'kvm-matrix.replay/x': '' });
  write(build, { 'kvm-matrix.replay/objects': bytes.toString() });
  const argv = ['--object', 'kvm-matrix.replay/objects', String(offsets[0]), 'kvm-matrix.replay/0'];
  const child = spawn(launcher, argv, { cwd: build, stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.includes('begun')) break;
  }
  expect(existsSync(join(build, '.a.o.d'))).toBe(true);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([null, 'SIGTERM']);
  child.stdin.end();
  expect(existsSync(join(build, '.a.o.d'))).toBe(false);
});
