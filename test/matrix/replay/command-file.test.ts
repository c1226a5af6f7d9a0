import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  commandPath,
  dependenciesOf,
  depfileOf,
  parseCommandFile,
  shellCommand,
} from '../../../matrix/replay/command-file.ts';

const TARGET = 'arch/x86/kvm/../../../virt/kvm/eventfd.o';
const GCC = `once gcc -Wp,-MMD,arch/x86/kvm/.eventfd.o.d -D__KERNEL__ -DQ='"a$$b"' -c -o ${TARGET} /src/virt/kvm/eventfd.c`;
const OBJTOOL = `; ./tools/objtool/objtool --orc --module ${TARGET}`;

function file(command: string, tail = '', name = 'savedcmd'): string {
  return `${name}_${TARGET} := ${command}\n\nsource_${TARGET} := /src/virt/kvm/eventfd.c\n\ndeps_${TARGET} := \\\n  /src/a.h \\\n\n${TARGET}: $(deps_${TARGET})\n\n$(deps_${TARGET}):\n${tail}`;
}

describe('a command file', () => {
  it.each(['cmd', 'savedcmd'])('is read under the name %s', (name) => {
    const tail = `\n${TARGET}: $(wildcard ./tools/objtool/objtool)\n`;
    expect(parseCommandFile(file(GCC, tail, name))).toEqual({ target: TARGET, recorded: GCC, tail });
  });

  it('is unescaped for the shell', () => {
    const command = { target: 'a', recorded: `echo '$(pound)define A $$x' > $$$$`, tail: '' };
    expect(shellCommand(command)).toBe(`echo '#define A $x' > $$`);
  });

  it.each(['', 'hello', 'savedcmd_ := x', '# cmd'])('that says nothing is none: %j', (text) => {
    expect(parseCommandFile(text)).toBeNull();
  });

  it('is parsed without an error, whatever stands there', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseCommandFile(`savedcmd_${text}`)));
  });

  it('lies beside its target', () => {
    expect(commandPath(TARGET)).toBe('virt/kvm/.eventfd.o.cmd');
    expect(commandPath('vmlinux')).toBe('.vmlinux.cmd');
  });
});

describe('what a record says that its target was made from', () => {
  const read = (text: string): string[] | null => dependenciesOf({ target: TARGET, recorded: '', tail: '' }, text);

  it('is its source and all that was included, and no symbol of the config', () => {
    const text = file(GCC).replace('/src/a.h', '$(wildcard include/config/SMP) \\\n  ./include/b.h \\\n  /src/a.h');
    expect(read(text)).toEqual(['/src/virt/kvm/eventfd.c', './include/b.h', '/src/a.h']);
  });

  it('is a source alone where nothing was included', () => {
    expect(read(file(GCC).replace('  /src/a.h \\\n', ''))).toEqual(['/src/virt/kvm/eventfd.c']);
  });

  it('is not what stands behind', () => {
    expect(read(file(GCC, `\n${TARGET}: $(wildcard ./tools/objtool/objtool)\n`))).not.toContain(`${TARGET}:`);
  });

  it('is known up to where a record was cut off', () => {
    expect(read(`\nsource_${TARGET} := /src/x.c\n\ndeps_${TARGET} := \\\n  /src/a.h \\`)).toEqual([
      '/src/x.c',
      '/src/a.h',
    ]);
  });

  it.each(['', `savedcmd_${TARGET} := ld\n`, file(GCC).replaceAll(TARGET, 'other.o')])(
    'is not known of a record that tells of no such thing: %#',
    (text) => {
      expect(read(text)).toBeNull();
    },
  );
});

describe('the command of one object', () => {
  const depfile = (recorded: string, compiler = 'once gcc'): string | null =>
    depfileOf({ target: TARGET, recorded, tail: '' }, compiler);

  it('is known with and without objtool behind it', () => {
    expect(depfile(GCC)).toBe('arch/x86/kvm/.eventfd.o.d');
    expect(depfile(`${GCC} ${OBJTOOL}`)).toBe('arch/x86/kvm/.eventfd.o.d');
    expect(depfile(GCC.replace(' -c ', ' -S '))).toBe('arch/x86/kvm/.eventfd.o.d');
  });

  it.each([
    ['another compiler', GCC.replace('once gcc', 'gcc')],
    ['a program of the host', GCC.replace('-D__KERNEL__ ', '')],
    ['a preprocessed text', GCC.replace(' -c ', ' -E ')],
    ['another target', GCC.replace(`-o ${TARGET}`, '-o other.o')],
    ['no dependencies', GCC.replace('-Wp,-MMD,arch/x86/kvm/.eventfd.o.d', '')],
    ['a link', `ld -r -o ${TARGET} a.o b.o`],
  ])('is not %s', (_, recorded) => {
    expect(depfile(recorded)).toBeNull();
  });
});

it('has all of a command, however long', () => {
  const objects = Array.from({ length: 9000 }, (_, index) => `object-${index}.o`).join(' ');
  const text = `savedcmd_x/built-in.a := rm -f x/built-in.a; ar cDPrST x/built-in.a ${objects}\n`;
  expect(parseCommandFile(text)?.recorded).toContain(' object-8999.o');
});
