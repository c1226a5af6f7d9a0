import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { expandColumns } from '../../matrix/column.ts';
import { parseDotConfig } from '../../matrix/kconfig/kconfig.ts';
import type { Change } from '../../matrix/proof/change.ts';
import type { BuildJob } from '../../runners/rebuild/build-job.ts';
import { LinkMemory } from '../../runners/rebuild/link-memory.ts';
import { FINISHED, type Made } from '../../runners/kbuild/made.ts';
import { collectReads } from '../../runners/kbuild/read-set.ts';
import { replayBuild, type Replayed } from '../../runners/rebuild/replay.ts';
import { siteOf } from '../../runners/engine/engine.ts';
import { hostEngine } from '../../runners/engine/host.ts';
import { readIfThere, sha256 } from '../../runners/files.ts';
import { Jobserver } from '../../runners/jobserver.ts';
import { readMatrixFile } from '../../runners/prepare.ts';
import { FAKE_MATRIX } from '../support/cli.ts';
import { buildForTests } from '../support/compile-once.ts';
import { write } from '../support/files.ts';
import { KCONFIG_HEADER } from '../support/kconfig-header.ts';

/**
 * A build directory as Kbuild leaves it, of a kernel of three objects: a.o and b.o in the image, m.o the module kvm.ko.
 * Its compiler copies what it reads, without comments, so that a comment gives the same object.
 */
const COMPILER = `#!/bin/sh
[ "$1" != --object ] || exec LAUNCHER "$@"
while [ $# -gt 0 ]; do
  case $1 in -o) out=$2; shift;; -Wp,-MMD,*) dep=\${1#-Wp,-MMD,};; *.c) src=$1;; esac; shift
done
echo "$out: $src $(grep -ho '/[^ ]*[.]h' $src)" > $dep
[ -e $src ] || { echo "gcc: error: $src: No such file or directory" >&2; exit 1; }
grep -q ERROR $src && { echo "$src:1:1: error: such is life" >&2; exit 1; }
grep -q KILLED $src && { echo "gcc: fatal error: Killed signal terminated program cc1" >&2; exit 1; }
grep -q WARN $src && echo "$src:2:1: warning: hm" >&2
cat $src $(grep -ho '/[^ ]*[.]h' $src) | grep -v '^//' > $out
`;
const FIXDEP = `#!/bin/sh
echo "savedcmd_$2 := $3"; echo; echo "deps_$2 := \\\\"; sed 's/.*: //; s/$/ \\\\/' $1; echo; echo "$2: \\$(deps_$2)"; echo; echo "\\$(deps_$2):"
`;
/** The last links, as make does them inside O= when the top Makefile has called itself; and make for one directory. */
const MAKEFILE = `
bzImage: vmlinux ; @echo '  BUILD   bzImage'; cp vmlinux bzImage
vmlinux: built-in.a ; @echo '  LD      vmlinux'; cat a.o b.o > vmlinux; ! grep UNDEFINED vmlinux || { echo 'ld: b.o: undefined symbol x'; exit 1; }
modules: kvm.ko
kvm.ko: m.o modules.order ; @echo '  LD [M]  kvm.ko'; cp m.o kvm.ko
sub/dir/: ; @echo in sub/dir >> walked; touch sub/dir/built-in.a
.PHONY: sub/dir/ syncconfig
syncconfig: ; @mkdir -p $(O)/include/config; ! grep UNKNOWN $(O)/.config || exit 1; cp $(O)/.config $(O)/include/config/auto.conf
`;

let launcher = '';
let dir = '';
let [source, build] = ['', ''];
let jobserver: Jobserver;
/** As it was when the compilers were said to be done. */
let vmlinuxThen: string | null = null;
/** What stood in the tree before, where that matters. */
let old: Readonly<Record<string, string>> = {};

beforeAll(() => void (launcher = buildForTests([])));
beforeEach(async () => {
  vmlinuxThen = null;
  old = {};
  dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-replay-'));
  [source, build] = [join(dir, 'linux'), join(dir, 'build')];
  jobserver = await Jobserver.open(join(dir, 'work'), 2);
  write(source, { Makefile: MAKEFILE, 'sub/dir/Makefile': '', 'a.h': 'H\n' });
  write(source, { 'a.c': `A ${source}/a.h\n`, 'b.c': `B ${source}/a.h\n`, 'm.c': 'M\n' });
  write(build, { '.config': '', 'modules.order': 'm.o\n', 'scripts/basic/fixdep': FIXDEP, 'sub/dir/built-in.a': '' });
  write(dir, { cc: COMPILER.replace('LAUNCHER', launcher) });
  chmodSync(join(dir, 'cc'), 0o755);
  chmodSync(join(build, 'scripts/basic/fixdep'), 0o755);
  for (const name of ['a', 'b', 'm']) {
    const text = `${readFileSync(join(source, `${name}.c`), 'utf8')}${name === 'm' ? '' : 'H\n'}`;
    write(build, { [`${name}.o`]: text, [`.${name}.o.cmd`]: record(name) });
  }
  write(build, {
    'built-in.a': 'a.o b.o\n',
    '.built-in.a.cmd': `savedcmd_built-in.a := rm -f built-in.a;  printf "./%s " a.o b.o sub/dir/built-in.a | xargs echo ar cDPrST > built-in.a; true ar cDPrST x\n`,
    '.vmlinux.a.cmd': 'savedcmd_vmlinux.a := ar cDPrST vmlinux.a ./built-in.a\n',
    '.kvm.ko.cmd': 'savedcmd_kvm.ko := ld -r -o kvm.ko m.o\n',
    '.modules.order.cmd': 'savedcmd_modules.order := {   echo m.o; :; } > modules.order\n',
    vmlinux: 'old\n',
    'kvm.ko': 'old\n',
  });
  collectReads(source, build, 'x86');
});
afterEach(() => {
  jobserver.close();
  rmSync(dir, { recursive: true });
});

function record(name: string): string {
  const command = `${join(dir, 'cc')} x86_64-linux-gnu-gcc -Wp,-MMD,.${name}.o.d -D__KERNEL__ -DM=$$HOME -c -o ${name}.o ${source}/${name}.c`;
  const deps = name === 'm' ? '' : `  ${source}/a.h \\\n`;
  return `savedcmd_${name}.o := ${command}\n\ndeps_${name}.o := \\\n${deps}\n${name}.o: $(deps_${name}.o)\n\n$(deps_${name}.o):\n\n${name}.o: $(wildcard tool)\n`;
}

async function replay(
  changes: Readonly<Record<string, Change['how']>>,
  made: Partial<Made> = {},
  config = '',
): Promise<Replayed | string> {
  const [column] = expandColumns(readMatrixFile(FAKE_MATRIX), ['x86-64/kvm=m,vfio=m']);
  if (!column) throw new Error('no such column');
  const row = { ...column.row, make: { ...column.row.make, target: 'bzImage' } };
  const inputs = { tree: 'new', source, fingerprint: '' };
  const engine = hostEngine(join(dir, 'cc'));
  const place = siteOf(engine, { name: 'x', source, build, store: dir, below: null, image: null });
  const signal = new AbortController().signal;
  const resolved = parseDotConfig(`CONFIG_MODULES=y\n${config}`);
  const onCompiled = (): void => void (vmlinuxThen = product('vmlinux'));
  const links = new LinkMemory();
  const files = { place, log: join(dir, 'log') };
  const text = (tree: string, path: string): Promise<string | null> =>
    Promise.resolve(tree === 'old' ? (old[path] ?? null) : readIfThere(join(source, path)));
  const rest = { jobserver, signal, inputs, onCompiled, links, differences: { text }, backward: false };
  const job = { column: { ...column, row }, ...files, resolved, ...rest };
  const before: Made = {
    ...inputs,
    ...FINISHED,
    tree: 'old',
    format: 0,
    isCollected: true,
    config: sha256(product('.config')),
    ...made,
  };
  const list = Object.entries(changes).map(([path, how]): Change => ({ path, how }));
  return replayBuild(job as unknown as BuildJob, before, list);
}

function product(path: string): string {
  return readFileSync(join(build, path), 'utf8');
}

function log(): string {
  return readFileSync(join(dir, 'log'), 'utf8');
}

it('objects that come out the same are all there is to do; what they read now is remembered', async () => {
  write(source, { 'include/new.h': '// nothing\n', 'a.c': `// words\nA ${source}/a.h\n// ${source}/include/new.h\n` });
  const before = statSync(join(build, 'vmlinux')).mtimeMs;
  expect(await replay({ 'a.c': 'modified', 'include/new.h': 'appeared' })).toMatchObject({
    ended: { code: 0 },
    makeCalls: 0,
    how: 'that object is the same bytes as before',
    unfinished: FINISHED,
  });
  expect(log()).toBe('  CC      a.o\n');
  expect(statSync(join(build, 'vmlinux')).mtimeMs).toBe(before);
  expect(product('.a.o.cmd')).toContain(`${source}/include/new.h`);
  expect(product('.a.o.cmd')).toContain('-DM=$$HOME');
  expect(product('.a.o.cmd').endsWith('a.o: $(wildcard tool)\n')).toBe(true);
  expect(existsSync(join(build, '.a.o.d'))).toBe(false);
});

it('a header reaches all who read it, and what differs is linked again', async () => {
  write(source, { 'a.h': 'H2\n' });
  expect(await replay({ 'a.h': 'modified' })).toMatchObject({ ended: { code: 0 }, makeCalls: 1, unfinished: FINISHED });
  expect(product('vmlinux')).toBe(`A ${source}/a.h\nH2\nB ${source}/a.h\nH2\n`);
  expect(product('bzImage')).toBe(product('vmlinux'));
  expect(vmlinuxThen).toBe('old\n');
  expect(product('kvm.ko')).toBe('old\n');
});

it('a module alone leaves the image alone', async () => {
  write(source, { 'm.c': 'M2\n' });
  const before = statSync(join(build, 'vmlinux')).mtimeMs;
  expect(await replay({ 'm.c': 'modified' })).toMatchObject({ ended: { code: 0 }, makeCalls: 1 });
  expect(product('kvm.ko')).toBe('M2\n');
  expect(statSync(join(build, 'vmlinux')).mtimeMs).toBe(before);
});

it('what does not compile is told by the compiler, and tried again with the next patch', async () => {
  write(source, { 'a.c': 'ERROR\n', 'b.c': `B2 ${source}/a.h\n` });
  const broken = await replay({ 'a.c': 'modified', 'b.c': 'modified' });
  expect(broken).toMatchObject({ ended: { code: 2 }, unfinished: { failed: ['a.o'], unlinked: ['b.o'] } });
  expect(log()).toContain(`${source}/a.c:1:1: error: such is life`);
  expect([product('vmlinux'), existsSync(join(build, 'a.o'))]).toEqual(['old\n', false]);
  if (typeof broken === 'string') throw new Error(broken);
  write(source, { 'm.c': '// words\nM\n' });
  expect(await replay({ 'm.c': 'modified' }, broken.unfinished)).toMatchObject({ unfinished: { failed: ['a.o'] } });
  write(source, { 'a.c': 'A3\n' });
  expect(await replay({ 'a.c': 'modified' }, broken.unfinished)).toMatchObject({
    ended: { code: 0 },
    unfinished: FINISHED,
  });
  expect(product('vmlinux')).toBe(`A3\nB2 ${source}/a.h\nH\n`);
});

it('what does not link is linked again with the next patch, though its objects have not changed since', async () => {
  write(source, { 'b.c': 'UNDEFINED\n' });
  const broken = await replay({ 'b.c': 'modified' });
  expect(broken).toMatchObject({ ended: { code: 2 }, unfinished: { failed: [], unlinked: ['b.o'] } });
  expect(log()).toContain('undefined symbol');
  if (typeof broken === 'string') throw new Error(broken);
  expect(await replay({}, broken.unfinished)).toMatchObject({ ended: { code: 2 }, unfinished: { unlinked: ['b.o'] } });
});

it('make is called for the directory whose Makefile changed, and for no other', async () => {
  expect(await replay({ 'sub/dir/Makefile': 'modified' })).toMatchObject({ ended: { code: 0 }, makeCalls: 2 });
  expect(product('walked')).toBe('in sub/dir\n');
  expect(product('vmlinux')).not.toBe('old\n');
});

it('where the config differs, what reads the symbols is compiled again, and make makes the directories that name them', async () => {
  write(source, { 'sub/dir/Makefile': 'obj-$(CONFIG_NEW) += x.o\n' });
  write(build, { 'include/config/auto.conf': 'CONFIG_OLD=y\n', '.config': 'CONFIG_MODULES=y\nCONFIG_NEW=y\n' });
  write(build, {
    '.a.o.cmd': record('a').replace(`  ${source}/a.h`, `  ${source}/a.h $(wildcard include/config/OLD)`),
  });
  write(build, { 'a.o': 'with OLD\n' });
  write(source, { 'a.c': `// CONFIG_OLD\nA ${source}/a.h\n` });
  collectReads(source, build, 'x86');
  const by = { how: expect.stringContaining('of 1 compiled objects') as string, makeCalls: 3 };
  expect(await replay({}, { config: 'another' }, 'CONFIG_NEW=y\n')).toMatchObject({ ended: { code: 0 }, ...by });
  expect(log()).toContain('  CC      a.o\n');
  expect(log()).not.toContain('  CC      b.o\n');
  expect(product('walked')).toBe('in sub/dir\n');
  expect(product('include/config/auto.conf')).toBe(product('.config'));
});

it('a record may name a symbol that no file names any more which it reads: that object is not compiled', async () => {
  write(build, { 'include/config/auto.conf': 'CONFIG_OLD=y\n' });
  const naming = (name: string): string =>
    record(name).replace(`  ${source}/a.h`, `  ${source}/a.h $(wildcard include/config/OLD)`);
  write(build, { '.a.o.cmd': naming('a'), '.b.o.cmd': naming('b'), 'include/generated/x.h': '' });
  const stale = { how: SPARED, makeCalls: 1, unfinished: FINISHED };
  expect(await replay({}, { config: 'another' })).toMatchObject(stale);
  // Here one does: what it reads in O=.
  write(build, { 'include/config/auto.conf': 'CONFIG_OLD=y\n', 'include/generated/x.h': 'CONFIG_OLD_MODULE\n' });
  write(build, { '.b.o.cmd': naming('b').replace(`${source}/a.h $`, `${source}/a.h include/generated/x.h $`) });
  await replay({}, { config: 'another' });
  expect(log()).toContain('CC      b.o\n');
  expect(log()).not.toContain('CC      a.o\n');
});

it('a .config that only says the same in other words costs nothing', async () => {
  write(build, {
    'include/config/auto.conf': 'CONFIG_MODULES=y\n',
    '.config': '# CONFIG_NEW is not set\nCONFIG_MODULES=y\n',
  });
  const nothing = { ended: { code: 0 }, makeCalls: 0, how: 'nothing that the kernel is made of reads it' };
  expect(await replay({}, { config: 'another' })).toMatchObject(nothing);
  expect(existsSync(join(build, 'walked'))).toBe(false);
});

it('a Kconfig file that changed is parsed by make as well: it may bring in others, and they are told to nobody else', async () => {
  write(build, { '.config': 'CONFIG_MODULES=y\n', 'include/config/auto.conf.cmd': 'deps_config := Kconfig\n' });
  const parsed = 'echo "deps_config := Kconfig new/Kconfig" > $(O)/include/config/auto.conf.cmd; cp';
  write(source, { Makefile: MAKEFILE.replace('|| exit 1; cp', `|| exit 1; ${parsed}`), 'new/Kconfig': '' });
  write(source, { Kconfig: 'source "new/Kconfig"\n', 'm.c': '// words\nM\n' });
  expect(await replay({ Kconfig: 'modified', 'm.c': 'modified' })).toMatchObject({ ended: { code: 0 }, makeCalls: 1 });
  expect([...collectReads(source, build, 'x86').kconfig]).toContain('new/Kconfig');
});

it('what Kconfig cannot hand on is for make to tell', async () => {
  write(build, { 'include/config/auto.conf': '', '.config': 'UNKNOWN\n' });
  expect(await replay({}, { config: 'another' })).toBe('make did not take over the config');
});

it('a changed Makefile is not forgotten where an object does not compile', async () => {
  write(source, { 'a.c': 'ERROR\n', 'b.c': 'B2\n' });
  const why = await replay({ 'a.c': 'modified', 'b.c': 'modified', 'sub/dir/Makefile': 'modified' });
  expect(why).toBe('a directory is for make, and an object does not compile');
  expect([existsSync(join(build, 'a.o')), existsSync(join(build, '.b.o.cmd'))]).toEqual([false, false]);
});

/** Offsets for the assembler, made from a.h, and a header of them, as make left them. */
function writeOffsets(header: string): void {
  const text = record('a')
    .replace('.a.o.d', 'sub/dir/.offsets.s.d')
    .replaceAll('a.o', 'sub/dir/offsets.s')
    .replace('/a.c', '/o.c');
  write(source, { 'o.c': `O ${source}/a.h\n`, 'sub/dir/Makefile': '' });
  write(build, { 'sub/dir/offsets.s': `O ${source}/a.h\nH\n`, 'sub/dir/.offsets.s.cmd': text, [header]: '' });
  collectReads(source, build, 'x86');
}

it('offsets that differ have make write their header anew, in their directory', async () => {
  writeOffsets('sub/dir/offsets.h');
  write(source, { 'a.h': '// words\nH\n' });
  expect(await replay({ 'a.h': 'modified' })).toMatchObject({ makeCalls: 0, unfinished: FINISHED });
  expect(existsSync(join(build, 'walked'))).toBe(false);
  write(source, { 'a.h': 'H2\n' });
  expect(await replay({ 'a.h': 'modified' })).toMatchObject({ ended: { code: 0 }, makeCalls: 2, unfinished: FINISHED });
  expect(product('walked')).toBe('in sub/dir\n');
  expect(product('sub/dir/offsets.s')).toContain('H2');
});

it.each([
  ['lies elsewhere', 'include/generated/offsets.h', 'a.c'],
  ['is read elsewhere', 'sub/dir/offsets.h', 'sub/dir/offsets.h'],
])('offsets that differ are for make where their header %s', async (_, header, read) => {
  writeOffsets(header);
  write(source, { 'a.h': 'H2\n' });
  write(build, { '.m.o.cmd': record('m').replace('deps_m.o := \\', `deps_m.o := ${read} \\`) });
  expect(await replay({ 'a.h': 'modified' })).toBe('nobody knows what is made from sub/dir/offsets.s');
  expect(existsSync(join(build, 'sub/dir/.offsets.s.cmd'))).toBe(false);
});

it('offsets that do not compile are for make: without them it makes nothing, and has nothing to say of others', async () => {
  writeOffsets('sub/dir/offsets.h');
  write(source, { 'o.c': 'ERROR\n', 'b.c': 'ERROR\n' });
  expect(await replay({ 'o.c': 'modified', 'b.c': 'modified' })).toContain('sub/dir/offsets.s');
});

it('an object whose source is gone is for make: it may have another one, or no rule for it', async () => {
  rmSync(join(source, 'a.c'));
  expect(await replay({ 'a.c': 'vanished' })).toBe('a.c is gone, and a.o was made of it');
});

it('what make has made anew below the directory that it was called for is linked, too', async () => {
  const command =
    'savedcmd_arch/x86/boot/compressed/vmlinux := ld -o arch/x86/boot/compressed/vmlinux sub/dir/stub/lib.a\n';
  write(build, { 'arch/x86/boot/compressed/.vmlinux.cmd': command, 'sub/dir/stub/lib.a': '' });
  write(source, { Makefile: MAKEFILE.replace('touch sub/dir/built-in.a', 'touch sub/dir/stub/lib.a') });
  expect(await replay({ 'sub/dir/Makefile': 'modified' })).toBe('vmlinux was not linked again');
});

it('a new header is picked up only by who includes one of its name from near it', async () => {
  write(source, { 'x/h.h': 'X\n', 'y/new/h.h': 'Y\n', 'a.c': `A ${source}/x/h.h\n` });
  const far = `-fmacro-prefix-map=${source}/= -I${source}/x`;
  write(build, { '.a.o.cmd': record('a').replace('-D__KERNEL__', `-D__KERNEL__ ${far}`).replace('a.h', 'x/h.h') });
  collectReads(source, build, 'x86');
  expect(await replay({ 'y/new/h.h': 'appeared' })).toMatchObject({
    how: 'nothing that the kernel is made of reads it',
  });
  write(build, { '.a.o.cmd': record('a').replace('-D__KERNEL__', `-D__KERNEL__ -I${source}`).replace('a.h', 'x/h.h') });
  collectReads(source, build, 'x86');
  expect(await replay({ 'y/new/h.h': 'appeared' })).toMatchObject({ how: expect.stringContaining('differ') as string });
  expect(log()).toContain('  CC      a.o\n');
});

it('an object that nothing is made from any more is left alone', async () => {
  write(build, { 'left.o': '', '.left.o.cmd': record('a').replaceAll('a.o', 'left.o') });
  write(source, { 'a.c': `// words\nA ${source}/a.h\n` });
  await replay({ 'a.c': 'modified' });
  expect(log()).toBe('  CC      a.o\n');
});

it.each([
  ['another step for each object', { 'a.c': 'modified' }, 'CONFIG_MODVERSIONS=y\n', 'CONFIG_MODVERSIONS'],
  ['the top Makefile', { Makefile: 'modified' }, '', 'make reads Makefile always'],
  ['what another command names', { 'b.c': 'modified', 'odd.c': 'modified' }, '', '.odd.cmd names a changed file'],
] as const)('only a whole make will do for %s', async (_, changes, config, why) => {
  write(build, { '.odd.cmd': `savedcmd_odd := gcc -o odd ${source}/odd.c\n` });
  collectReads(source, build, 'x86');
  expect(await replay(changes, {}, config)).toContain(why);
  expect(product('.b.o.cmd')).toBe(record('b'));
});

it('where make has its own look at objects, those that differ lose their record', async () => {
  write(source, { 'scripts/check-local-export': '', 'a.c': 'A2\n' });
  expect(await replay({ 'a.c': 'modified' })).toContain('scripts/check-local-export');
  expect([existsSync(join(build, '.a.o.cmd')), existsSync(join(build, '.b.o.cmd'))]).toEqual([false, true]);
});

it('what differs is not left to the next patch there where another object does not compile', async () => {
  write(source, { 'scripts/check-local-export': '', 'a.c': 'A2\n', 'b.c': 'ERROR\n' });
  expect(await replay({ 'a.c': 'modified', 'b.c': 'modified' })).toContain('scripts/check-local-export');
  expect(existsSync(join(build, '.a.o.cmd'))).toBe(false);
});

const SPARED = 'to the 2 objects that read it, it says the same under this config';

/** a.h, before and after, differs in a condition that comes to the same where both symbols are off. */
function changeCondition(): void {
  old = { 'a.h': '#ifdef CONFIG_ONE\nX\n#endif\nH\n' };
  write(source, { 'a.h': '#ifdef CONFIG_TWO\nX\n#endif\nH\n', 'include/linux/kconfig.h': KCONFIG_HEADER });
}

it('a header that says the same under the config costs no compile, and is remembered by what it names', async () => {
  changeCondition();
  const unread = [{ path: 'a.h', symbols: ['TWO'] }];
  expect(await replay({ 'a.h': 'modified' })).toMatchObject({ how: SPARED, unfinished: { ...FINISHED, unread } });
  expect(product('.a.o.cmd')).toBe(record('a'));
});

it('when the symbol that it names now changes, who reads it is compiled, though no record names the symbol', async () => {
  changeCondition();
  write(build, { '.config': 'CONFIG_TWO=y\n', 'include/config/auto.conf': '' });
  const unread = [{ path: 'a.h', symbols: ['TWO'] }];
  await replay({}, { unread, config: 'before' }, 'CONFIG_TWO=y\n');
  for (const name of ['a.o', 'b.o']) expect(log()).toContain(`CC      ${name}\n`);
});

it.each([
  ['another symbol decides', 'CONFIG_TWO=y\n', {}, {}],
  ['the config changed as well', '', {}, { config: 'before' }],
  ['a source gives the symbol another meaning', '', { 'b.c': `#undef CONFIG_TWO\nB a.h\n` }, {}],
  ['what it includes does, by whatever name', '', { 'b.inc': '#undef CONFIG_TWO\n' }, {}],
  ['IS_ENABLED is another one', '', { 'include/linux/kconfig.h': '' }, {}],
  ['a module that is made of it carries a digest of its sources', '', {}, {}],
] as const)('who reads it is compiled all the same where %s', async (why, config, sources, made) => {
  changeCondition();
  write(source, sources);
  if ('b.inc' in sources)
    write(build, { '.b.o.cmd': record('b').replace(`${source}/a.h`, `${source}/a.h ${source}/b.inc`) });
  collectReads(source, build, 'x86');
  if (why.includes('digest')) {
    write(build, { '.kvm.ko.cmd': 'savedcmd_kvm.ko := ld -r -o kvm.ko m.o a.o b.o\n' });
    write(build, { 'kvm.mod.c': 'MODULE_INFO(srcversion, "1");\n', 'modules.order': 'm.o\nkvm.o\n' });
  }
  write(build, { 'include/config/auto.conf': '' });
  await replay({ 'a.h': 'modified' }, made, config);
  expect(log()).toContain('CC      a.o\n');
});

it('who reads it is compiled all the same where a command gives the symbol another value', async () => {
  changeCondition();
  write(build, { '.b.o.cmd': record('b').replace('-D__KERNEL__', '-D__KERNEL__ -UCONFIG_TWO') });
  await replay({ 'a.h': 'modified' });
  expect(log()).toContain('CC      a.o\n');
});

it('what reads a file and is no compiler of the kernel does not care for conditions', async () => {
  changeCondition();
  write(build, { '.odd.cmd': `savedcmd_odd := awk -f odd.awk ${source}/a.h\n` });
  expect(await replay({ 'a.h': 'modified' })).toBe('.odd.cmd names a changed file');
});
