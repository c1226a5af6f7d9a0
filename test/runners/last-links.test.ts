import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expandColumns } from '../../matrix/column.ts';
import { parseDotConfig } from '../../matrix/kconfig/kconfig.ts';
import type { Change } from '../../matrix/proof/change.ts';
import { siteOf } from '../../runners/engine/engine.ts';
import { hostEngine } from '../../runners/engine/host.ts';
import { sha256 } from '../../runners/files.ts';
import { Jobserver } from '../../runners/jobserver.ts';
import { buildColumn, type Built } from '../../runners/rebuild/build.ts';
import type { BuildJob } from '../../runners/rebuild/build-job.ts';
import { LinkMemory } from '../../runners/rebuild/link-memory.ts';
import { confirmMade, FINISHED, rememberMade, type Made } from '../../runners/kbuild/made.ts';
import { collectReads } from '../../runners/kbuild/read-set.ts';
import { replayBuild, type Replayed } from '../../runners/rebuild/replay.ts';
import { readMatrixFile } from '../../runners/prepare.ts';
import { output } from '../../runners/process.ts';
import { FAKE_MATRIX } from '../support/cli.ts';
import { buildForTests } from '../support/compile-once.ts';
import { write } from '../support/files.ts';

/**
 * A kernel of text that GNU make really builds: a.o and b.o in the image, kvm.o a module. Objects are their sources
 * without comments; what is linked is what it is made of, one behind the other.
 */
interface Rule {
  readonly reads: readonly string[];
  readonly command: string;
  /** The command writes dependencies, and the record holds them. */
  readonly isTold?: true;
  /** make does it without writing down the command. */
  readonly isSecret?: true;
}

let launcher = '';
let dir = '';
let [source, build] = ['', ''];
let jobserver: Jobserver;
let links: LinkMemory;

const COMPILER = `#!/bin/sh
[ "$1" != --object ] || exec LAUNCHER "$@"
while [ $# -gt 0 ]; do
  case $1 in -o) out=$2; shift;; -Wp,-MMD,*) dep=\${1#-Wp,-MMD,};; *.c) src=$1;; esac; shift
done
echo "$out: $src" > $dep
grep -v '^//' $src > $out
`;
/** Source: scripts/basic/fixdep.c. */
const FIXDEP = `#!/bin/sh
set -- "$1" "$2" "$3" $(sed 's/.*: //' $1)
echo "savedcmd_$2 := $3"; echo; echo "source_$2 := $4"; echo; echo "deps_$2 := \\\\"; target=$2; shift 4
for part; do echo "  $part \\\\"; done; echo; echo "$target: \\$(deps_$target)"; echo; echo "\\$(deps_$target):"
`;
/** Source: write_if_changed and add_srcversion in scripts/mod/modpost.c. */
const MODPOST = `#!/bin/sh
update() { cat > $1.new; if cmp -s $1.new $1; then rm $1.new; else mv $1.new $1; fi; }
for object in $(cat modules.order); do
  ! grep UNDEFINED $object || { echo "ERROR: modpost: \\"x\\" [kvm.ko] undefined!"; exit 1; }
  ! grep KILLED $object || { echo "ERROR: modpost: \\"x\\" [kvm.ko] undefined!"; kill -9 $$; }
  src=$(sed -n 's/^source_.* := //p' .$object.cmd 2> /dev/null)
  words=$(grep -hs '^// VERSION' $src | wc -w)
  { sed -n 's/^ALIAS/alias/p' $object; test $words = 0 || echo "MODULE_INFO(srcversion, \\"$words\\");"; } | update \${object%.o}.mod.c
done
sed -n 's/^EXPORT/export/p' vmlinux.o | update .vmlinux.export.c
grep -s WARN vmlinux.o | sed 's/^/WARNING: modpost: vmlinux: /'
cat vmlinux.o $(cat modules.order) > Module.symvers
`;
/** Names and a place for each, linked until they fit. Source: scripts/link-vmlinux.sh of Linux 6.12. */
const LINK_VMLINUX = `#!/bin/sh
set -e
names() { grep -v '^names' $1 | wc -c; }
kallsymso_changed() { test $1 != $2; }
! grep NOLINK vmlinux.o || { echo 'ld: vmlinux.o: undefined symbol x' >&2; exit 1; }
objects="vmlinux.o .vmlinux.export.o"
$1 -o .tmp_vmlinux1 0 $objects
first=$(names .tmp_vmlinux1)
$1 -o .tmp_vmlinux2 $first $objects
last=$(names .tmp_vmlinux2)
if kallsymso_changed $first $last; then $1 -o .tmp_vmlinux3 $last $objects; fi
$1 -o vmlinux $last $objects
echo "flavour $FLAVOUR, locale \${LC_ALL-none}" >> vmlinux
names vmlinux > System.map
echo "vmlinux: $0" > .vmlinux.d
`;

function rules(): Record<string, Rule> {
  const told = (target: string, ...reads: string[]): Rule => {
    const depfile = join(dirname(target), `.${basename(target)}.d`);
    return {
      reads,
      command: `echo ${target}: ${reads.join(' ')} > ${depfile}; cat ${reads.join(' ')} > ${target}`,
      isTold: true,
    };
  };
  const object = (name: string): Rule => ({
    reads: [`${source}/${name}.c`],
    command: `${join(dir, 'cc')} x86_64-linux-gnu-gcc -Wp,-MMD,.${name}.o.d -D__KERNEL__ -c -o ${name}.o ${source}/${name}.c`,
    isTold: true,
  });
  const module = (name: string): Record<string, Rule> => ({
    [`${name}.mod.o`]: told(`${name}.mod.o`, `${name}.mod.c`),
    [`${name}.ko`]: { reads: [`${name}.o`, `${name}.mod.o`], command: `cat ${name}.o ${name}.mod.o > ${name}.ko` },
  });
  const boot = 'arch/x86/boot';
  return {
    'a.o': object('a'),
    'b.o': object('b'),
    'kvm.o': object('kvm'),
    'built-in.a': {
      reads: ['a.o', 'b.o'],
      command: 'rm -f built-in.a;  printf "./%s " a.o b.o | xargs cat > built-in.a; true ar cDPrST x',
    },
    'modules.order': {
      reads: ['kvm.o', 'sub/dir/modules.order'],
      command: '{   echo kvm.o;   cat sub/dir/modules.order; :; } > modules.order',
    },
    'vmlinux.a': { reads: ['built-in.a'], command: 'rm -f vmlinux.a; cat ./built-in.a > vmlinux.a' },
    'vmlinux.o': { reads: ['vmlinux.a'], command: 'cat vmlinux.a > vmlinux.o' },
    'Module.symvers': {
      reads: ['scripts/mod/modpost', 'modules.order', 'vmlinux.o'],
      command: 'scripts/mod/modpost -M -o Module.symvers -T modules.order vmlinux.o',
    },
    'modules.builtin': { reads: ['vmlinux.o'], command: 'wc -l < vmlinux.o > modules.builtin' },
    '.vmlinux.export.o': told('.vmlinux.export.o', '.vmlinux.export.c'),
    vmlinux: {
      reads: ['vmlinux.o', '.vmlinux.export.o', 'arch/x86/kernel/vmlinux.lds'],
      command: `${source}/scripts/link-vmlinux.sh "${join(dir, 'ld')}" "-m x"; true`,
      isTold: true,
    },
    [`${boot}/zoffset.h`]: { reads: ['vmlinux'], command: `wc -c <vmlinux >${boot}/compressed/../zoffset.h` },
    [`${boot}/header.o`]: told(`${boot}/header.o`, `${source}/header.S`, `${boot}/zoffset.h`),
    [`${boot}/bzImage`]: {
      reads: ['vmlinux', `${boot}/header.o`],
      command: `cat vmlinux ${boot}/header.o > ${boot}/bzImage`,
    },
    ...module('kvm'),
    ...module('sub/dir/new'),
  };
}

function ruleText([target, { reads, command, isTold, isSecret }]: [string, Rule]): string {
  const beside = (end: string): string => join(dirname(target), `.${basename(target)}.${end}`);
  const recorded = isTold
    ? `scripts/basic/fixdep ${beside('d')} ${target} '${command}' > ${beside('cmd')}; rm -f ${beside('d')}`
    : `printf '%s\\n' 'savedcmd_${target} := ${command}' > ${beside('cmd')}`;
  const lines = [`@echo '  MAKE    ${target}'`, `@set -e; ${command}${isSecret ? '' : `; ${recorded}`}`];
  return `${target}: ${reads.join(' ')}\n${lines.map((line) => `\t${line}\n`).join('')}`;
}

/** The top Makefile, which calls itself in O=. */
function makefile(table: Readonly<Record<string, Rule>>): string {
  return `ifndef sub_make_done
export sub_make_done := 1
bzImage modules: ; $(MAKE) -C $(O) -f $(CURDIR)/Makefile $@
.NOTPARALLEL:
else
export FLAVOUR := $(file < flavour)
unexport LC_ALL
bzImage: arch/x86/boot/bzImage modules.builtin
modules: $(patsubst %.o,%.ko,$(sort $(shell cat modules.order sub/dir/modules.order)))
.vmlinux.export.c kvm.mod.c sub/dir/new.mod.c: Module.symvers ; @true
sub/dir/: ; echo NEW > sub/dir/new.o; echo sub/dir/new.o > sub/dir/modules.order
arch/x86/kernel/: ; touch arch/x86/kernel/vmlinux.lds
.PHONY: bzImage modules sub/dir/ arch/x86/kernel/
.DELETE_ON_ERROR:
${Object.entries(table).map(ruleText).join('')}
endif
`;
}

beforeAll(() => void (launcher = buildForTests([])));
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-last-links-'));
  [source, build] = [join(dir, 'linux'), join(dir, 'build')];
  jobserver = await Jobserver.open(join(dir, 'work'), 2);
  links = new LinkMemory();
  write(dir, {
    cc: COMPILER.replace('LAUNCHER', launcher),
    ld: `#!/bin/sh\necho $2 >> ${dir}/linked\n{ cat $4 $5; echo names $3; } > $2\n`,
  });
  write(source, { 'scripts/link-vmlinux.sh': LINK_VMLINUX, 'header.S': 'header\n', 'arch/x86/boot/Makefile': '' });
  write(source, { 'a.c': 'A\nEXPORT a\n', 'b.c': 'B\n', 'kvm.c': 'KVM\nALIAS kvm\n' });
  write(source, { 'sub/dir/Makefile': '', 'arch/x86/kernel/Makefile': '' });
  chmodSync(join(dir, 'cc'), 0o755);
  chmodSync(join(dir, 'ld'), 0o755);
  chmodSync(join(source, 'scripts/link-vmlinux.sh'), 0o755);
  await makeKernel();
});
afterEach(() => {
  jobserver.close();
  rmSync(dir, { recursive: true });
});

/** A build directory that make has made. */
async function makeKernel(more: Readonly<Record<string, Rule>> = {}): Promise<void> {
  rmSync(build, { recursive: true, force: true });
  write(source, { Makefile: makefile({ ...rules(), ...more }) });
  write(build, {
    '.config': '',
    flavour: 'vanilla\n',
    'modules.order': 'kvm.o\n',
    'sub/dir/modules.order': '',
    'arch/x86/kernel/vmlinux.lds': '',
  });
  write(build, { 'scripts/basic/fixdep': FIXDEP, 'scripts/mod/modpost': MODPOST, 'arch/x86/boot/compressed/x': '' });
  chmodSync(join(build, 'scripts/basic/fixdep'), 0o755);
  chmodSync(join(build, 'scripts/mod/modpost'), 0o755);
  await makeAll(build);
  collectReads(source, build, 'x86');
}

function makeAll(cwd: string): Promise<string> {
  return output(['make', '-rR', '-f', join(source, 'Makefile'), 'bzImage', 'modules'], {
    cwd,
    env: { LC_ALL: 'C', sub_make_done: '1' },
  });
}

function jobOf(config: string, tree = 'new'): BuildJob {
  const [column] = expandColumns(readMatrixFile(FAKE_MATRIX), ['x86-64/kvm=m,vfio=m']);
  if (!column) throw new Error('no such column');
  const inputs = { tree, source, fingerprint: '' };
  const place = siteOf(hostEngine(join(dir, 'cc')), { name: 'x', source, build, store: dir, below: null, image: null });
  const resolved = parseDotConfig(`CONFIG_MODULES=y\n${config}`);
  const differences = { text: () => Promise.resolve(null) };
  const rest = {
    signal: new AbortController().signal,
    onCompiled: () => undefined,
    links,
    differences,
    backward: false,
  };
  return { column, place, log: join(dir, 'log'), resolved, jobserver, inputs, ...rest } as unknown as BuildJob;
}

async function replay(
  sources: Readonly<Record<string, string>>,
  { config = '', made = {}, tree = 'new' }: { config?: string; made?: Partial<Made>; tree?: string } = {},
): Promise<Replayed | string> {
  write(source, sources);
  const job = jobOf(config, tree);
  const before: Made = {
    ...job.inputs,
    ...FINISHED,
    tree: 'old',
    format: 0,
    isCollected: true,
    config: sha256(product('.config')),
    ...made,
  };
  const changes = changesOf(sources);
  rmSync(job.log, { force: true });
  return replayBuild(job, before, changes);
}

function changesOf(sources: Readonly<Record<string, string>>): Change[] {
  return Object.keys(sources).map((path) => ({ path, how: 'modified' }));
}

/** Replays, and has make do the same in a copy of O=: all that both made has to be the same. */
async function replayAsMake(sources: Readonly<Record<string, string>>, config = '', tree = 'new'): Promise<Replayed> {
  const copy = join(dir, 'copy');
  rmSync(copy, { recursive: true, force: true });
  cpSync(build, copy, { recursive: true, preserveTimestamps: true });
  const replayed = await replay(sources, { config, tree });
  if (typeof replayed === 'string') throw new Error(replayed);
  expect(replayed.ended).toEqual({ kind: 'exited', code: 0 });
  await makeAll(copy);
  const beside = ['System.map', 'kvm.mod.c', '.vmlinux.export.c'];
  const products = (root: string): unknown =>
    [...Object.keys(rules()), ...beside].map((path) => [path, existsSync(join(root, path)) && textOf(root, path)]);
  expect(products(build)).toEqual(products(copy));
  return replayed;
}

function textOf(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function product(path: string): string {
  return textOf(build, path);
}

function log(): string {
  return readFileSync(join(dir, 'log'), 'utf8');
}

function timeOf(path: string): number {
  return statSync(join(build, path)).mtimeMs;
}

const BY_MAKE = { how: expect.stringMatching(/ by make$/) as string, makeCalls: 1 };
const BY_COMMANDS = { how: expect.stringMatching(/ by recorded commands$/) as string };

/** What make says why it is called, whenever it is. */
function byMake(why: string): object {
  return { how: expect.stringContaining(` by make (${why})`) as string, makeCalls: 1 };
}

describe('the last links', () => {
  it('are made by make once, and then by what it wrote down', async () => {
    expect(await replayAsMake({ 'a.c': 'A2\nEXPORT a\n', 'kvm.c': 'KVM2\n' })).toMatchObject(BY_MAKE);
    expect(await replayAsMake({ 'b.c': 'B2\n' })).toMatchObject({ ...BY_COMMANDS, makeCalls: 0 });
    expect(product('arch/x86/boot/bzImage')).toContain('A2\nEXPORT a\nB2\n');
    expect(log()).toContain('  GEN     arch/x86/boot/zoffset.h\n');
    expect(await replayAsMake({ 'b.c': 'B3\nlonger\n', 'kvm.c': 'KVM3\n' })).toMatchObject({
      ...BY_COMMANDS,
      makeCalls: 0,
    });
    expect(log()).not.toContain('MAKE');
    expect(product('kvm.ko')).toBe('KVM3\n');
  });

  it('are fewer for vmlinux where the names of the last time still fit', async () => {
    await replay({ 'a.c': 'A2\nEXPORT a\n' });
    const linked = async (text: string): Promise<string[]> => {
      rmSync(join(dir, 'linked'));
      await replayAsMake({ 'b.c': text });
      return readFileSync(join(dir, 'linked'), 'utf8').split('\n').slice(0, -4);
    };
    expect(await linked('X\n')).toEqual(['.tmp_vmlinux2', 'vmlinux']);
    expect(await linked('longer\n')).toEqual(['.tmp_vmlinux2', '.tmp_vmlinux3', 'vmlinux']);
  });

  it('leave the image alone where a module alone is new', async () => {
    const before = timeOf('vmlinux');
    expect(await replayAsMake({ 'kvm.c': 'KVM2\nALIAS kvm\n' })).toMatchObject(BY_MAKE);
    expect(await replayAsMake({ 'kvm.c': 'KVM3\nALIAS kvm\n' })).toMatchObject(BY_COMMANDS);
    expect(product('kvm.ko')).toBe('KVM3\nALIAS kvm\nalias kvm\n');
    expect(timeOf('vmlinux')).toBe(before);
  });

  it('are made by make again for an image where so far it only linked modules, and the other way round', async () => {
    expect(await replayAsMake({ 'kvm.c': 'KVM2\n' })).toMatchObject(BY_MAKE);
    expect(await replayAsMake({ 'a.c': 'A2\n' })).toMatchObject(BY_MAKE);
    expect(await replayAsMake({ 'a.c': 'A3\n', 'kvm.c': 'KVM3\n' })).toMatchObject(BY_COMMANDS);
    links = new LinkMemory();
    expect(await replayAsMake({ 'a.c': 'A4\n' })).toMatchObject(BY_MAKE);
    expect(await replayAsMake({ 'kvm.c': 'KVM4\n' })).toMatchObject(BY_MAKE);
  });

  it('go on from what modpost wrote of a module', async () => {
    await replay({ 'kvm.c': 'KVM2\nALIAS kvm\n' });
    expect(await replayAsMake({ 'kvm.c': 'KVM2\nALIAS more\n' })).toMatchObject(BY_COMMANDS);
    expect(product('kvm.mod.o')).toBe('alias more\n');
    expect(product('kvm.ko')).toBe('KVM2\nALIAS more\nalias more\n');
    expect(product('.kvm.mod.o.cmd')).toContain('source_kvm.mod.o := kvm.mod.c\n');
  });

  it('are made where a module carries a digest of its source, though the object is the same', async () => {
    await replay({ 'kvm.c': 'KVM2\n// VERSION one\n' });
    const replayed = await replayAsMake({ 'kvm.c': 'KVM2\n// VERSION one two\n' });
    expect(replayed).toMatchObject({ ...BY_COMMANDS, unfinished: FINISHED });
    expect(product('kvm.ko')).toBe('KVM2\nMODULE_INFO(srcversion, "4");\n');
    await replay({ 'kvm.c': 'KVM3\n// nothing\n' });
    expect(await replay({ 'kvm.c': 'KVM3\n// nothing new\n' })).toMatchObject({
      how: 'that object is the same bytes as before',
    });
  });

  it('go on from the list of what is exported', async () => {
    await replay({ 'a.c': 'A2\nEXPORT a\n' });
    const before = timeOf('.vmlinux.export.o');
    expect(await replayAsMake({ 'a.c': 'A3\nEXPORT a\n' })).toMatchObject(BY_COMMANDS);
    expect(timeOf('.vmlinux.export.o')).toBe(before);
    expect(await replayAsMake({ 'a.c': 'A3\nEXPORT a\nEXPORT b\n' })).toMatchObject(BY_COMMANDS);
    expect(product('vmlinux')).toContain('export a\nexport b\n');
  });

  it('see what the top Makefile exports, and nothing that it does not', async () => {
    await replay({ 'a.c': 'A2\n' });
    await replayAsMake({ 'a.c': 'A3\n' });
    expect(product('vmlinux')).toContain('flavour vanilla, locale none');
  });
});

describe('the last links are made by make', () => {
  it('for ever where it did a step without a record', async () => {
    const odd = { reads: ['vmlinux'], command: 'cp vmlinux odd.txt', isSecret: true } as const;
    const boot = rules()['arch/x86/boot/bzImage'] ?? odd;
    await makeKernel({ 'odd.txt': odd, 'arch/x86/boot/bzImage': { ...boot, reads: [...boot.reads, 'odd.txt'] } });
    expect(await replayAsMake({ 'a.c': 'A2\n' })).toMatchObject(BY_MAKE);
    expect(await replayAsMake({ 'a.c': 'A3\n' })).toMatchObject(byMake('no recorded command says what made odd.txt'));
    expect(await replayAsMake({ 'a.c': 'A4\n' })).toMatchObject(byMake('no recorded command says what made odd.txt'));
  });

  it('for ever where it put another command in the record', async () => {
    const zoffset = { reads: ['vmlinux'], command: 'echo $$(wc -c <vmlinux) >arch/x86/boot/zoffset.h' };
    await makeKernel({
      'arch/x86/boot/zoffset.h': { ...zoffset, command: zoffset.command.replace('$$', '$(shell wc -c <vmlinux)$$') },
    });
    expect(await replayAsMake({ 'a.c': 'A2 longer\n' })).toMatchObject(BY_MAKE);
    const why = 'the command for arch/x86/boot/zoffset.h is not the one of the last time';
    expect(await replayAsMake({ 'a.c': 'A3\n' })).toMatchObject(byMake(why));
  });

  it.each(['DEBUG_INFO_BTF_MODULES', 'X86_DECODER_SELFTEST'])('with CONFIG_%s', async (name) => {
    await replay({ 'a.c': 'A2\n' });
    const replayed = await replayAsMake({ 'a.c': 'A3\n' }, `CONFIG_${name}=y\n`);
    expect(replayed).toMatchObject(byMake(`CONFIG_${name} adds steps that are not recorded`));
  });

  it('for a module that has no record', async () => {
    await replay({ 'a.c': 'A2\n', 'kvm.c': 'KVM2\n' });
    rmSync(join(build, '.kvm.ko.cmd'));
    expect(await replayAsMake({ 'a.c': 'A3\n' })).toMatchObject(byMake('no command is recorded for kvm.ko'));
  });

  it('where a Makefile listed another module', async () => {
    await replay({ 'a.c': 'A2\n', 'kvm.c': 'KVM2\n' });
    const replayed = await replay({ 'sub/dir/Makefile': 'obj-m += new.o\n', 'a.c': 'A3\n' });
    expect(replayed).toMatchObject({
      ended: { code: 0 },
      how: expect.stringContaining('by make (there may be other modules)') as string,
      makeCalls: 2,
    });
    expect(product('sub/dir/new.ko')).toBe('NEW\n');
  });

  it('again where a Makefile of the image is another one', async () => {
    await replay({ 'a.c': 'A2\n' });
    expect(await replayAsMake({ 'a.c': 'A3\n' })).toMatchObject(BY_COMMANDS);
    write(source, { 'arch/x86/boot/Makefile': '# another one\n' });
    await makeAll(build);
    expect(await replayAsMake({ 'a.c': 'A4\n' })).toMatchObject(BY_MAKE);
    expect(await replayAsMake({ 'a.c': 'A5\n' })).toMatchObject(BY_COMMANDS);
  });

  it('in whole where a directory gave vmlinux another linker script', async () => {
    const why = 'nobody knows what is made from arch/x86/kernel/vmlinux.lds';
    expect(await replay({ 'arch/x86/kernel/Makefile': 'CPPFLAGS_vmlinux.lds += -DX\n' })).toBe(why);
  });
});

describe('recorded commands that fail', () => {
  it.each([
    ['at modpost are believed', 'kvm.c', 'UNDEFINED\n', 'ERROR: modpost: "x" [kvm.ko] undefined!'],
    ['at vmlinux leave the word to make', 'a.c', 'NOLINK\n', 'ld: vmlinux.o: undefined symbol x'],
  ])('%s, and are right with the next patch', async (_, file, text, words) => {
    await replay({ 'a.c': 'A2\n', 'kvm.c': 'KVM2\n' });
    const broken = await replay({ [file]: text, 'b.c': 'WARN\n' });
    const byMakeAgain = { ended: { code: 2 }, how: expect.stringContaining('recorded commands failed') as string };
    expect(broken).toMatchObject(file === 'a.c' ? byMakeAgain : { ...BY_COMMANDS, ended: { code: 1 }, makeCalls: 0 });
    expect(log().split(words)).toHaveLength(2);
    expect(log().split('WARNING: modpost: vmlinux: WARN')).toHaveLength(file === 'a.c' ? 2 : 1);
    expect(log().includes('GEN')).toBe(file !== 'a.c');
    if (typeof broken === 'string') throw new Error(broken);
    const mended = await replay({ [file]: 'mended\n' }, { made: broken.unfinished });
    expect(mended).toMatchObject({ ended: { code: 0 }, ...BY_COMMANDS, unfinished: FINISHED });
    const image = product('arch/x86/boot/bzImage');
    expect(image).toContain('WARN\n');
    await makeAll(build);
    expect(product('arch/x86/boot/bzImage')).toBe(image);
    expect([product('kvm.ko').includes('mended'), image.includes('mended')]).toEqual([
      file === 'kvm.c',
      file === 'a.c',
    ]);
  });

  it('leave the word to make where modpost did not end by itself, whatever it had said', async () => {
    await replay({ 'a.c': 'A2\n', 'kvm.c': 'KVM2\n' });
    const how = expect.stringContaining('by make (recorded commands failed)') as string;
    expect(await replay({ 'kvm.c': 'KILLED\n' })).toMatchObject({ ended: { code: 2 }, how });
    expect(log()).toContain('Killed');
  });

  it('leave no half target that make would take for whole', async () => {
    const link = rules()['kvm.ko'] ?? { reads: [], command: '' };
    const command = `if rm ${join(dir, 'once')} 2> /dev/null; then echo half > kvm.ko; exit 1; fi; ${link.command}`;
    await makeKernel({ 'kvm.ko': { ...link, command } });
    await replay({ 'kvm.c': 'KVM2\n' });
    write(dir, { once: '' });
    const replayed = await replay({ 'kvm.c': 'KVM3\n' });
    expect(replayed).toMatchObject({
      ended: { code: 0 },
      how: expect.stringContaining('recorded commands failed') as string,
    });
    expect(product('kvm.ko')).toBe('KVM3\n');
  });
});

it('columns with the same Makefiles and config share what make taught, and its environment but for the name of O=', async () => {
  await replay({ 'a.c': 'A2\n' });
  const first = build;
  build = join(dir, 'other');
  await makeKernel();
  expect(await replayAsMake({ 'a.c': 'A4\n' })).toMatchObject({ ...BY_COMMANDS, makeCalls: 0 });
  const environment = links.environments.get(build)?.text ?? '';
  expect([environment.includes(`abs_objtree=${build}\0`), environment.includes(first)]).toEqual([true, false]);
  expect(links.learned.size).toBe(1);
});

it('what a column exports in one tree is not taken for what another exports in the next', async () => {
  await replay({ 'a.c': 'A2\n' });
  build = join(dir, 'other');
  await makeKernel();
  write(build, { flavour: 'strawberry\n' });
  expect(await replayAsMake({ 'a.c': 'A4\n' }, '', 'newer')).toMatchObject({ ...BY_COMMANDS, makeCalls: 1 });
  expect(product('vmlinux')).toContain('flavour strawberry');
});

it('what make did in a directory before is known to be new where its links are learned', async () => {
  const walked = "sub/dir/: ; printf 'KVM2\\nALIAS kvm\\n' > kvm.o; touch sub/dir/modules.order\n";
  write(source, { Makefile: readFileSync(join(source, 'Makefile'), 'utf8').replace(/^sub\/dir\/: .*\n/m, walked) });
  write(source, { 'sub/dir/Makefile': '# changed\n' });
  expect(await replay({ 'sub/dir/Makefile': '# changed again\n', 'a.c': 'A2\n' })).toMatchObject({
    ...BY_MAKE,
    makeCalls: 2,
  });
  expect(product('kvm.ko')).toContain('KVM2');
  expect(await replayAsMake({ 'kvm.c': 'KVM3\n' })).toMatchObject(BY_COMMANDS);
});

it('another config has other last links, and is asked for its environment anew', async () => {
  write(source, { 'scripts/Makefile.vmlinux': 'ifdef CONFIG_KALLSYMS\nendif\n' });
  await replay({ 'a.c': 'A2\n' });
  expect(await replayAsMake({ 'a.c': 'A3\n' })).toMatchObject(BY_COMMANDS);
  expect(await replayAsMake({ 'a.c': 'A4\n' }, 'CONFIG_KALLSYMS=y\n')).toMatchObject(BY_MAKE);
  expect(await replayAsMake({ 'a.c': 'A5\n' }, 'CONFIG_KALLSYMS=y\n')).toMatchObject({ ...BY_COMMANDS, makeCalls: 0 });
  expect(await replayAsMake({ 'a.c': 'A6\n' }, 'CONFIG_KALLSYMS=y\nCONFIG_SMP=y\n')).toMatchObject(BY_COMMANDS);
});

it('the environment is asked anew behind a whole make: that may have read what changed it', async () => {
  const bring = (sources: Readonly<Record<string, string>>, tree: string): Promise<Built> => {
    confirmMade(build);
    write(source, sources);
    const differences = {
      between: () => Promise.resolve(changesOf(sources)),
      text: () => Promise.resolve(null),
    } as never;
    return buildColumn({ ...jobOf('', tree), differences });
  };
  rememberMade(build, jobOf('').inputs, FINISHED);
  await bring({ 'a.c': 'A2\n' }, 'second');
  expect(await bring({ 'a.c': 'A3\n' }, 'third')).toMatchObject({ ...BY_COMMANDS, makeCalls: 0 });
  write(build, { flavour: 'chocolate\n' });
  expect(await bring({ 'arch/x86/Platform': 'x' }, 'fourth')).toMatchObject({ by: 'make', ended: { code: 0 } });
  expect(await bring({ 'a.c': 'A4\n' }, 'fifth')).toMatchObject({ ...BY_COMMANDS, makeCalls: 1 });
  expect(product('vmlinux')).toContain('flavour chocolate');
});

it('a build that was killed before it was known what it read is for make', async () => {
  rememberMade(build, jobOf('', 'second').inputs, FINISHED);
  const differences = { between: () => Promise.resolve([]), text: () => Promise.resolve(null) } as never;
  expect(await buildColumn({ ...jobOf('', 'second'), differences })).toMatchObject({ by: 'make' });
  confirmMade(build);
  expect(await buildColumn({ ...jobOf('', 'second'), differences })).toMatchObject({ by: 'replay' });
});

it('where make itself has warned, make is asked each time: a replay would not hear of it', async () => {
  const differences = { between: () => Promise.resolve([]), text: () => Promise.resolve(null) } as never;
  const by = async (units: object): Promise<string> => {
    rememberMade(build, jobOf('', 'second').inputs, FINISHED);
    confirmMade(build);
    write(dir, { 'build.warnings.json': JSON.stringify(units) });
    return (await buildColumn({ ...jobOf('', 'second'), differences })).by;
  };
  const said = [{ kind: 'warning', file: 'Makefile', line: 9, message: 'overriding recipe' }];
  expect([await by({}), await by({ '': said }), await by({ 'a.o': said })]).toEqual(['replay', 'make', 'replay']);
});

it('warnings are alive as long as what they were said of is part of the kernel', async () => {
  const warning = (file: string): object => ({ kind: 'warning', file, line: 1, message: 'hm' });
  const left = textOf(build, '.kvm.o.cmd').replaceAll('kvm.o', 'left.o');
  write(build, { '.left.o.cmd': left, 'left.o': '', '.left.ko.cmd': 'savedcmd_left.ko := ld -r -o left.ko left.o\n' });
  const units = ['a.o', 'kvm.o', 'kvm.ko', 'Module.symvers', 'vmlinux.o', 'scripts/host.o', 'left.o', 'left.ko'];
  const alive = Object.fromEntries(units.map((unit) => [unit, [warning(unit)]]));
  const told = async (): Promise<(string | null)[]> => {
    write(dir, { 'build.warnings.json': JSON.stringify(alive) });
    const between = (): Promise<never[]> => Promise.resolve([]);
    const differences = { between, text: () => Promise.resolve(null) } as never;
    rememberMade(build, jobOf('').inputs, FINISHED);
    confirmMade(build);
    const { observations } = await buildColumn({ ...jobOf(''), differences });
    return observations.map(({ file }) => file);
  };
  expect((await told()).toSorted()).toEqual(units.slice(0, -2).toSorted());
});
