import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { serializeReadSet } from '../../matrix/proof/read-set.ts';
import { collectReads } from '../../runners/kbuild/read-set.ts';

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

it('only grows, and parses only what is new; but all of it for another source tree or another format', () => {
  const first = command('a.o', `${source}/a.c`);
  write(build, { '.a.o.cmd': first });
  expect(files()).toContain('a.c');
  write(build, { '.a.o.cmd': first.replaceAll('a.c', 'b.c') });
  const past = new Date(Date.now() - 3_600_000);
  utimesSync(join(build, '.a.o.cmd'), past, past);
  expect(files()).not.toContain('b.c');
  const memory = `${build}.reads.json`;
  writeFileSync(memory, readFileSync(memory, 'utf8').replace(/"format":\d+/, '"format":0'));
  expect(files()).toContain('b.c');
  expect(files()).not.toContain('a.c');
  const elsewhere = collectReads(`${source}2`, build, 'x86');
  expect(serializeReadSet(elsewhere)).not.toContain('"b.c"');
});
