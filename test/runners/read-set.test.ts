import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { extentOf, reachesBuild } from '../../matrix/proof/reach.ts';
import { serializeReadSet } from '../../matrix/proof/read-set.ts';
import { recordsNaming } from '../../matrix/replay/record-names.ts';
import { collectReads, readsSoFar } from '../../runners/kbuild/read-set.ts';
import { namesIn } from '../../runners/kbuild/record-names.ts';
import { ReadSets } from '../../runners/store/read-sets.ts';
import { OutDir } from '../../runners/store/out-dir.ts';

let dir = '';
let [source, build] = ['', ''];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-reads-'));
  [source, build] = [join(dir, 'linux'), join(dir, 'build/x86')];
  write(source, {
    'tools/objtool/check.c': '',
    'tools/lib/rbtree.c': '',
    Makefile: 'include $(addprefix $(srctree)/,$(y))\n',
  });
  write(build, { '.config': '' });
});
afterEach(() => rmSync(dir, { recursive: true }));

function write(root: string, texts: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** As scripts/basic/fixdep.c writes it. */
function command(target: string, object: string, ...deps: string[]): string {
  return `savedcmd_${target} := gcc -I${source}/include -c -o ${target} ${object}\n\nsource_${target} := ${object}\n\ndeps_${target} := \\\n${deps.map((dep) => `    ${dep} \\\n`).join('')}\n`;
}

function files(): string[] {
  return [...collectReads(source, build, 'x86').files.keys()].toSorted();
}

it('has what was written down while the clock was behind', () => {
  write(build, { '.a.o.cmd': command('a.o', `${source}/a.c`) });
  collectReads(source, build, 'x86');
  write(build, { '.b.o.cmd': command('b.o', `${source}/b.c`) });
  utimesSync(join(build, '.b.o.cmd'), 1e9, 1e9);
  expect(files()).toContain('b.c');
});

it('has files whose names have the letters between words of commands in them, and whose source tree does', () => {
  const binding = 'include/dt-bindings/clock/starfive,jh7110-crg.h';
  for (const tree of [source, join(dir, 'of,mine=x/linux')]) {
    const other = `${build}.${tree === source ? 'a' : 'b'}`;
    const read = command('drivers/clk/jh7110.o', `${tree}/drivers/clk/jh7110.c`, `${tree}/${binding}`);
    write(other, { 'drivers/clk/.jh7110.o.cmd': read, '.config': '' });
    const { files: found, headers } = collectReads(tree, other, 'riscv');
    expect([...found.keys()]).toEqual(expect.arrayContaining([binding, 'drivers/clk/jh7110.c']));
    expect([...headers]).toContain('starfive,jh7110-crg.h');
  }
});

it('has what Kbuild wrote down: sources, headers, scripts, whatever way they are spelt', () => {
  write(build, {
    'virt/kvm/.kvm_main.o.cmd': command(
      'virt/kvm/kvm_main.o',
      `${source}/arch/x86/kvm/../../../virt/kvm/kvm_main.c`,
      '$(wildcard include/config/KVM)',
      `${source}/include/linux/kvm_host.h`,
      'arch/x86/include/generated/asm/kvm_types.h',
    ),
    '.vmlinux.cmd': `savedcmd_vmlinux := ${source}/scripts/link-vmlinux.sh "ld"; true\n`,
    'scripts/.missing-syscalls.d': `missing-syscalls: ${source}/include/uapi/linux/unistd.h\n`,
  });
  const reads = collectReads(source, build, 'x86');
  expect(reads.files.get('virt/kvm/kvm_main.c')).toBe('virt/kvm/kvm_main.o');
  expect([...reads.files.keys()]).toEqual(
    expect.arrayContaining(['include/linux/kvm_host.h', 'scripts/link-vmlinux.sh', 'include/uapi/linux/unistd.h']),
  );
  expect([...reads.headers].toSorted()).toEqual(['kvm_host.h', 'kvm_types.h', 'unistd.h']);
  expect(reads.dirs.has('virt/kvm')).toBe(true);
});

it('has files with a comma in their name, though records are taken apart there', () => {
  const header = 'include/dt-bindings/clock/qcom,gcc.h';
  write(source, { [header]: '', 'include/dt-bindings/clock/qcom/x.h': '' });
  write(build, { 'clk/.gcc.o.cmd': command('clk/gcc.o', `${source}/clk/gcc.c`, `${source}/${header}`) });
  const reads = collectReads(source, build, 'x86');
  expect(reads.files.get(header)).toBe('clk/gcc.o');
  expect(reads.headers.has('qcom,gcc.h')).toBe(true);
  const change = { path: header, how: 'modified' } as const;
  expect(reachesBuild(change, reads, true)).not.toBeNull();
  const extent = extentOf(change, reads);
  const names = namesIn(source, build);
  expect(extent.kind === 'objects' && recordsNaming(names, { files: new Set(extent.files), headers: [] })).toEqual([
    'clk/.gcc.o.cmd',
  ]);
});

it('has what was read through links, and leaves it to make', () => {
  write(source, { 'include/dt-bindings/clk.h': '', 'arch/arm/boot/dts/x.dtsi': '', 'scripts/dtc/x': '' });
  symlinkSync('../../include/dt-bindings', join(source, 'scripts/dtc/dt-bindings'));
  symlinkSync('../../arch/arm/boot/dts/x.dtsi', join(source, 'scripts/dtc/y.dtsi'));
  const deps = [
    `${source}/scripts/dtc/dt-bindings/clk.h`,
    `${source}/scripts/dtc/y.dtsi`,
    `${source}/scripts/dtc/gone.h`,
  ];
  write(build, { 'dts/.a.dtb.cmd': command('dts/a.dtb', `${source}/dts/a.dts`, ...deps) });
  const reads = collectReads(source, build, 'arm64');
  expect([...reads.linked].toSorted()).toEqual(['arch/arm/boot/dts/x.dtsi', 'include/dt-bindings/clk.h']);
  for (const path of reads.linked) {
    expect(reachesBuild({ path, how: 'modified' }, reads, true)).toContain('was read for dts/a.dtb');
    expect(extentOf({ path, how: 'modified' }, reads)).toMatchObject({ kind: 'all' });
  }
});

it('has the sources of the tools, which are written relative to their own directories', () => {
  write(build, {
    'tools/objtool/.check.o.cmd': `cmd_${build}/tools/objtool/check.o := gcc -c -o check.o check.c\nsource_check.o := check.c\n`,
    'tools/objtool/.librbtree.o.cmd': `cmd_librbtree.o := gcc -c ../lib/rbtree.c\n`,
  });
  expect(files()).toEqual(expect.arrayContaining(['tools/objtool/check.c', 'tools/lib/rbtree.c']));
});

it('knows which Makefiles are included, which look for files, and which Kconfig files were parsed', () => {
  write(source, {
    'arch/x86/kvm/Makefile':
      'include $(srctree)/virt/kvm/Makefile.kvm\nccflags-y += \\\n -include other.h \\\n -Werror\n',
    'certs/Makefile': 'x := $(wildcard *.x509)\ninclude $(odd)\n',
  });
  write(build, {
    'arch/x86/kvm/x': '',
    'certs/x': '',
    'include/config/auto.conf.cmd':
      'autoconfig := a\n\ndeps_config := \\\n\tKconfig \\\n\tvirt/kvm/Kconfig \\\n\tscripts/Kconfig.include\n\nifneq "$(X)" "y"\n',
  });
  const reads = collectReads(source, build, 'x86');
  expect([...reads.fragments].toSorted()).toEqual(['*', 'other.h', 'virt/kvm/Makefile.kvm']);
  expect([...reads.patterns]).toEqual(['certs']);
  expect([...reads.kconfig].toSorted()).toEqual(['Kconfig', 'scripts/Kconfig.include', 'virt/kvm/Kconfig']);
});

it('goes through what Makefiles include, and counts shells as looking for files', () => {
  write(source, {
    'drivers/gpu/Makefile': 'include $(src)/parts.mk\n',
    'drivers/gpu/parts.mk': '-include $(srctree)/lib/odd/Makefile.more\n',
    'lib/odd/Makefile.more': 'x := $(shell cd $(src) && find * -name "*.h")\n',
  });
  write(build, { 'drivers/gpu/x': '' });
  const reads = collectReads(source, build, 'x86');
  expect(reads.fragments.has('lib/odd/Makefile.more')).toBe(true);
  expect(reachesBuild({ path: 'lib/odd/Makefile.more', how: 'modified' }, reads, true)).not.toBeNull();
  expect(reachesBuild({ path: 'drivers/gpu/gt/odd/new.h', how: 'appeared' }, reads, true)).not.toBeNull();
});

it('knows what Makefiles name: from a header they may make what no record tells of', () => {
  write(source, {
    'lib/Makefile':
      '# words.h\nmandatory-y += asm.h\n$(obj)/oid_data.c: $(srctree)/include/linux/oid.h \\\n\t$(src)/build_oid\n\tperl $^ $@\n',
    'include/linux/oid.h': '',
  });
  write(build, { 'lib/.oid.o.cmd': command('lib/oid.o', `${source}/lib/oid.c`, `${source}/include/linux/oid.h`) });
  const reads = collectReads(source, build, 'x86');
  expect([...reads.mentioned].toSorted()).toEqual(['oid.h', 'oid_data.c']);
  expect(extentOf({ path: 'include/linux/oid.h', how: 'modified' }, reads).kind).toBe('all');
  expect(extentOf({ path: 'lib/oid.c', how: 'modified' }, reads).kind).toBe('objects');
});

it('knows what __has_include asks for, whether it is there or not', () => {
  write(source, {
    'virt/a.c': '#if __has_include(<linux/b.h>)\n#endif\n',
    'virt/m.c': 'X __has_include(NAME)\n',
    'virt/n.c': '',
  });
  const record = (name: string): void =>
    write(build, { [`virt/.${name}.o.cmd`]: command(`virt/${name}.o`, `${source}/virt/${name}.c`) });
  for (const name of ['a', 'n']) record(name);
  const reads = collectReads(source, build, 'x86');
  expect([...reads.asked]).toEqual(['? b.h virt/a.c']);
  for (const how of ['appeared', 'vanished'] as const) {
    const change = { path: 'include/linux/b.h', how };
    expect(reachesBuild(change, reads, true)).toContain('virt/a.c may ask for it');
    expect(extentOf(change, reads)).toMatchObject({ kind: 'objects', files: expect.arrayContaining(['virt/a.c']) });
    expect(reachesBuild({ path: 'include/linux/c.h', how }, reads, true)).toBeNull();
  }
  record('m');
  const more = collectReads(source, build, 'x86');
  expect(reachesBuild({ path: 'include/linux/c.h', how: 'appeared' }, more, true)).toContain('virt/m.c');
});

it('knows what the assembler is told to read by a string', () => {
  write(source, { 'virt/a.h': 'asm(".include \\"asm/insn.h\\"\\n");\n', 'virt/a.c': '#include "a.h"\n' });
  write(build, { 'virt/.a.o.cmd': command('virt/a.o', `${source}/virt/a.c`, `${source}/virt/a.h`) });
  const reads = collectReads(source, build, 'x86');
  for (const how of ['appeared', 'modified', 'vanished'] as const) {
    const change = { path: 'include/asm/insn.h', how };
    if (how === 'modified') expect(extentOf(change, reads)).toMatchObject({ files: [change.path, 'virt/a.h'] });
    expect(reachesBuild(change, reads, true)).not.toBeNull();
  }
  expect(reachesBuild({ path: 'include/asm/ins.h', how: 'modified' }, reads, true)).toBeNull();
});

it('does not know what Kconfig parses once one of its files is newer than what was written down', () => {
  const record = { 'include/config/auto.conf.cmd': `deps_config := \\\n\tKconfig \\\n\t${source}/init/defaults.in\n` };
  const past = new Date(Date.now() - 3_600_000);
  write(source, { Kconfig: 'source "init/defaults.in"\n', 'init/defaults.in': '' });
  for (const path of ['Kconfig', 'init/defaults.in']) utimesSync(join(source, path), past, past);
  write(build, record);
  expect([...collectReads(source, build, 'x86').kconfig].toSorted()).toEqual(['Kconfig', 'init/defaults.in']);
  const later = new Date(Date.now() + 3_600_000);
  utimesSync(join(source, 'Kconfig'), later, later);
  expect(collectReads(source, build, 'x86').kconfig.size).toBe(0);
  utimesSync(join(source, 'Kconfig'), past, past);
  expect(collectReads(source, build, 'x86').kconfig.size).toBe(2);
});

it('only grows, whatever time a record bears; but is found anew for another source tree or another format', () => {
  const first = command('a.o', `${source}/a.c`);
  write(build, { '.a.o.cmd': first });
  expect(files()).toContain('a.c');
  write(build, { '.a.o.cmd': first.replaceAll('a.c', 'b.c') });
  const past = new Date(Date.now() - 3_600_000);
  utimesSync(join(build, '.a.o.cmd'), past, past);
  expect(files()).toEqual(expect.arrayContaining(['a.c', 'b.c']));
  const memory = `${build}.reads.json`;
  writeFileSync(memory, readFileSync(memory, 'utf8').replace(/"format":\d+/, '"format":0'));
  expect(files()).toContain('b.c');
  expect(files()).not.toContain('a.c');
  const elsewhere = collectReads(`${source}2`, build, 'x86');
  expect(serializeReadSet(elsewhere)).not.toContain('"b.c"');
});

describe('while O= is built again and again', () => {
  const memory = (): string => `${build}.reads.json`;
  const record = (name: string): void =>
    write(build, { [`.${name}.o.cmd`]: command(`${name}.o`, `${source}/${name}.c`) });

  /** As another process would read what is on disk. */
  async function elsewhere(): Promise<{ collectReads: typeof collectReads; readsSoFar: typeof readsSoFar }> {
    vi.resetModules();
    return await import('../../runners/kbuild/read-set.ts');
  }

  beforeEach(() => record('a'));

  it('gives the same set, and writes nothing, where nothing new was read', () => {
    const first = collectReads(source, build, 'x86');
    const { ino } = statSync(memory());
    record('a');
    expect(collectReads(source, build, 'x86')).toBe(first);
    expect(readsSoFar(source, build)).toBe(first);
    expect(statSync(memory()).ino).toBe(ino);
  });

  it.each([
    ['a file', (): void => record('b')],
    ['a header', (): void => write(build, { '.x.d': 'x: generated/odd.h\n' })],
    ['a directory', (): void => write(build, { 'virt/x': '' })],
    [
      'a line of a Makefile',
      (): void => write(source, { Makefile: 'include $(srctree)/odd.mk\nx := $(wildcard y)\n' }),
    ],
    ['a Kconfig file', (): void => write(build, { 'include/config/auto.conf.cmd': 'deps_config := \\\n\tKconfig\n' })],
  ])('has %s that is new, here and for another process', async (_, happen) => {
    const before = serializeReadSet(collectReads(source, build, 'x86'));
    happen();
    const now = serializeReadSet(collectReads(source, build, 'x86'));
    expect(now).not.toBe(before);
    expect(serializeReadSet((await elsewhere()).collectReads(source, build, 'x86'))).toBe(now);
    expect(serializeReadSet((await elsewhere()).readsSoFar(source, build) ?? expect.fail())).toBe(now);
  });

  it('begins anew where O= was taken away with what is beside it', () => {
    collectReads(source, build, 'x86');
    rmSync(build, { recursive: true });
    rmSync(memory());
    expect(readsSoFar(source, build)).toBeNull();
    record('b');
    expect(files()).toEqual(['b.c', 'include']);
  });

  it('takes what another process has written', async () => {
    collectReads(source, build, 'x86');
    record('b');
    (await elsewhere()).collectReads(source, build, 'x86');
    rmSync(join(build, '.b.o.cmd'));
    expect(files()).toEqual(['a.c', 'b.c', 'include']);
  });

  it('goes on from the memory of the O= that it is a copy of', () => {
    collectReads(source, build, 'x86');
    const copy = `${build}-copy`;
    cpSync(build, copy, { recursive: true, preserveTimestamps: true });
    cpSync(memory(), `${copy}.reads.json`);
    rmSync(join(copy, '.a.o.cmd'));
    expect([...collectReads(source, copy, 'x86').files.keys()]).toEqual(['a.c', 'include']);
  });

  it('has a digest by content, and writes a set again that somebody threw away', () => {
    const out = new OutDir(join(dir, 'out'));
    const sets = new ReadSets(out);
    const first = collectReads(source, build, 'x86');
    const digest = sets.save(first);
    rmSync(out.readSet(digest));
    expect(sets.save(collectReads(source, build, 'x86'))).toBe(digest);
    expect(new ReadSets(out).load(digest)).toEqual(first);
    record('b');
    expect(sets.save(collectReads(source, build, 'x86'))).not.toBe(digest);
  });
});
