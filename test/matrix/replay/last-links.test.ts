import { normalize } from 'node:path/posix';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CommandFile } from '../../../matrix/replay/command-file.ts';
import {
  learnLinks,
  linkStep,
  orderSteps,
  reworded,
  type Learned,
  type LinkStep,
} from '../../../matrix/replay/last-links.ts';

/** What Linux 6.12 records of the last links of x86, shortened. */
const COMMANDS: Readonly<Record<string, string>> = {
  'built-in.a': 'rm -f built-in.a;  printf "./%s " kernel/built-in.a | xargs ar cDPrST built-in.a',
  'modules.order': '{   cat kvm/modules.order; :; } > modules.order',
  'vmlinux.a':
    'rm -f vmlinux.a; ar cDPrST vmlinux.a ./built-in.a  lib/lib.a; ar mPiT $$(ar t vmlinux.a | sed -n 1p) vmlinux.a',
  'vmlinux.o': 'ld -m elf_x86_64 -r -o vmlinux.o --whole-archive vmlinux.a --start-group lib/lib.a --end-group',
  'Module.symvers': ' scripts/mod/modpost -M   -E     -o Module.symvers -T modules.order vmlinux.o',
  'modules.builtin.modinfo': 'objcopy -j .modinfo -O binary vmlinux.o modules.builtin.modinfo',
  'modules.builtin': `tr '\\0' '\\n' < modules.builtin.modinfo | sed -e 's:^:kernel/:' > modules.builtin`,
  vmlinux: '/src/scripts/link-vmlinux.sh "ld" "-m elf_x86_64" "--build-id=sha1";  make -f /src/x.postlink vmlinux',
  'arch/x86/boot/compressed/../voffset.h': `nm vmlinux | sed -n -e 's/_text/p' > arch/x86/boot/compressed/../voffset.h`,
  'arch/x86/boot/compressed/vmlinux.bin': 'objcopy  -R .comment -S vmlinux arch/x86/boot/compressed/vmlinux.bin',
  'arch/x86/boot/bzImage':
    'tools/build arch/x86/boot/compressed/vmlinux.bin arch/x86/boot/misc.o arch/x86/boot/bzImage',
  'kvm/kvm.ko': 'ld -r -T scripts/module.lds -o kvm/kvm.ko kvm/kvm.o kvm/kvm.mod.o',
};
/** Records with dependencies: what they are said to read. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  vmlinux: ['/src/scripts/link-vmlinux.sh'],
  '.vmlinux.export.o': ['.vmlinux.export.c', '/src/include/linux/export-internal.h'],
  'kvm/kvm.mod.o': ['kvm/kvm.mod.c', '/src/include/linux/module.h', 'include/generated/autoconf.h'],
  'arch/x86/boot/misc.o': ['/src/arch/x86/boot/misc.c', 'arch/x86/boot/compressed/../voffset.h'],
};
const LEAVES = words(`kernel/built-in.a lib/lib.a scripts/mod/modpost scripts/module.lds arch/x86/kernel/vmlinux.lds
  kvm/kvm.o kvm/kvm.mod.c .vmlinux.export.c kvm/modules.order include/generated/autoconf.h`);
const IMAGE = 'arch/x86/boot/bzImage';

function words(text: string): string[] {
  return text.split(/\s+/);
}

function step(target: string, recorded: string, files: readonly string[], told?: readonly string[]): LinkStep {
  const command: CommandFile = { target, recorded, tail: '' };
  const deps = (told ?? []).slice(1).map((path) => `  ${path} \\\n`);
  const block = told && `\nsource_${target} := ${told[0]}\n\ndeps_${target} := \\\n${deps.join('')}`;
  const text = `savedcmd_${target} := ${recorded}\n${block ? `${block}\n${target}: $(deps_${target})\n` : ''}`;
  return linkStep(command, text, { build: '/build', arch: 'x86', exists: (path) => files.includes(path) });
}

function inputsOf(recorded: string, files: readonly string[], told?: readonly string[]): readonly string[] {
  return step('target', recorded, files, told).inputs;
}

function kernel(other: Readonly<Record<string, string>> = {}): Map<string, LinkStep> {
  const all = { '.vmlinux.export.o': 'gcc', 'kvm/kvm.mod.o': 'gcc', 'arch/x86/boot/misc.o': 'gcc', ...COMMANDS };
  const files = [...LEAVES, ...Object.keys(all).map((path) => path.replace('compressed/../', ''))];
  const steps = Object.entries({ ...all, ...other }).map(([path, text]) => step(path, text, files, TOLD[path]));
  return new Map(steps.map((one) => [one.target, one]));
}

describe('what a command reads', () => {
  const files = ['a.o', 'dir/b.o', 'script.lds', 'vmlinux'];

  it.each([
    ['words that are files', 'ld -r -o target a.o dir/b.o none.o', ['a.o', 'dir/b.o']],
    ['behind options', 'ld -T script.lds --script=./dir/b.o', ['script.lds', 'dir/b.o']],
    ['in quotes, brackets and pipes', `{ cat "a.o"|sed 's/x/' <dir/b.o; } >target`, ['a.o', 'dir/b.o']],
    ['in a command inside the command', 'objcopy --add=0x$$(nm vmlinux|cut -f1) a.o', ['vmlinux', 'a.o']],
    ['each once, and not the target', 'ar r target a.o ./a.o target', ['a.o']],
    ['by way of ..', 'cat dir/../a.o dir/sub/../b.o', ['a.o', 'dir/b.o']],
    ['by its whole path below O=', 'cat /build/a.o /build/dir/b.o', ['a.o', 'dir/b.o']],
  ])('is told by %s', (_, recorded, inputs) => {
    expect(inputsOf(recorded, files)).toEqual(inputs);
  });

  it.each([
    ['outside O=', 'cat ../a.o /src/a.o dir/../../a.o /buildings/a.o'],
    ['not there', 'cat c.o a.o.d'],
    ['a part of other words', 'echo Xa.o a.o: -Ia.o %a.o'],
  ])('is not what is %s', (_, recorded) => {
    expect(inputsOf(recorded, files)).toEqual([]);
  });

  it('is a matter of the record alone where that names dependencies', () => {
    const told = ['/src/x.c', '/build/a.o', 'dir/../dir/b.o', '$(wildcard', 'none.h'];
    expect(inputsOf('gcc -o target vmlinux', files, told)).toEqual(['a.o', 'dir/b.o']);
  });

  it('has a file to be written down in where the record names dependencies', () => {
    expect(step('dir/x.o', 'gcc', [], ['/src/x.c']).depfile).toBe('dir/.x.o.d');
    expect(step('vmlinux', 'ld', [], ['/src/x.sh']).depfile).toBe('.vmlinux.d');
    expect(step('dir/x.o', 'ld -r', []).depfile).toBeNull();
  });

  it('is what link-vmlinux.sh takes without being told, its linker script too', () => {
    const inputs = kernel().get('vmlinux')?.inputs;
    expect(inputs).toEqual(['vmlinux.o', '.vmlinux.export.o', 'arch/x86/kernel/vmlinux.lds']);
  });

  it('is found without an error, whatever was recorded', () => {
    fc.assert(fc.property(fc.string(), (text) => void step('target', text, ['a'], [text])));
  });
});

describe('the order of the last links', () => {
  const order = (goals: readonly string[], known = kernel()): string[] => {
    const steps = orderSteps(known, goals, 'Module.symvers');
    if (typeof steps === 'string') throw new Error(steps);
    return steps.map(({ target }) => target);
  };

  it('has each step behind what it reads', () => {
    expect(order([IMAGE])).toEqual(
      words(`built-in.a vmlinux.a vmlinux.o modules.order Module.symvers .vmlinux.export.o vmlinux
        arch/x86/boot/compressed/vmlinux.bin arch/x86/boot/voffset.h arch/x86/boot/misc.o ${IMAGE}`),
    );
  });

  it('has modpost before what it writes for a module', () => {
    const found = order(['kvm/kvm.ko']);
    expect(found.indexOf('Module.symvers')).toBeLessThan(found.indexOf('kvm/kvm.mod.o'));
    expect(found.at(-1)).toBe('kvm/kvm.ko');
  });

  it('has a goal once, in whatever order the goals stand', () => {
    const goals = ['vmlinux', IMAGE, 'Module.symvers', 'kvm/kvm.ko'];
    expect(order([...goals, ...goals]).toSorted()).toEqual(order(goals.toReversed()).toSorted());
  });

  it('is not known where a goal has no record', () => {
    expect(orderSteps(kernel(), ['vmlinux', 'kvm/new.ko'], '')).toBe('no command is recorded for kvm/new.ko');
  });

  it('ends where steps read each other', () => {
    const known = kernel({ 'vmlinux.o': `ld -o vmlinux.o ${IMAGE}` });
    expect(new Set(order([IMAGE], known)).size).toBe(order([IMAGE], known).length);
  });

  it.each([
    ['alone', String.raw`printf \240\130\267\001 > ${IMAGE}`],
    ['behind two packers', String.raw`{ cat vmlinux | xz | xz; printf \000\020\000\000; } > ${IMAGE}`],
  ])('is not known where make itself worked out a size %s', (_, recorded) => {
    const why = orderSteps(kernel({ [IMAGE]: recorded }), [IMAGE], 'Module.symvers');
    expect(why).toBe(`make itself works out a part of the command for ${IMAGE}`);
  });

  it('is topological for whatever graph', () => {
    const graph = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(graph, fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), (edges, goals) => {
        // Each reads only what has a smaller number, so that there is an order.
        const inputs = edges.map((reads, index) => reads.flatMap((to) => (index === 0 ? [] : [`t${to % index}`])));
        const names = inputs.map((_, index) => `t${index}`);
        const known = new Map(inputs.map((reads, at) => [`t${at}`, step(`t${at}`, `cat ${reads.join(' ')}`, names)]));
        const found = order(
          goals.map((goal) => `t${goal % edges.length}`),
          known,
        );
        for (const [at, name] of found.entries())
          for (const input of known.get(name)?.inputs ?? []) expect(found.slice(0, at)).toContain(input);
        expect(new Set(found).size).toBe(found.length);
      }),
    );
  });
});

describe('what make did in the last links', () => {
  const BEGAN = ['kernel/x.o', 'kernel/built-in.a', './built-in.a', 'modules.order'];
  const OF_IMAGE = words(`vmlinux.a vmlinux.o Module.symvers modules.builtin.modinfo modules.builtin vmlinux
    arch/x86/boot/voffset.h arch/x86/boot/misc.o arch/x86/boot/compressed/vmlinux.bin ${IMAGE}`);
  const BESIDE = ['System.map', '.tmp_vmlinux1', '.tmp_vmlinux2.kallsyms.S', '.vmlinux.cmd', 'kvm/.kvm.ko.cmd'];
  const learn = (written: readonly string[], began: readonly string[] = BEGAN, known = kernel()): Learned | string =>
    learnLinks([...written, ...began.slice(1).map((path) => normalize(path))], known, began, IMAGE);

  it('is an image, with what nothing else is made from beside it', () => {
    expect(learn([...OF_IMAGE, ...BESIDE])).toEqual({
      roots: ['Module.symvers', 'modules.builtin'],
      image: true,
      modules: false,
    });
  });

  it('is modules where one was linked', () => {
    const began = ['kvm/kvm.o', 'modules.order'];
    expect(learn(['Module.symvers', 'kvm/kvm.ko'], began)).toEqual({
      roots: ['Module.symvers'],
      image: false,
      modules: true,
    });
    expect(learn(['Module.symvers', 'kvm/kvm.mod.c', 'kvm/kvm.mod.o', 'kvm/kvm.ko'], began)).toMatchObject({
      modules: true,
    });
  });

  it('is not an image where it only linked vmlinux', () => {
    expect(learn(OF_IMAGE.filter((path) => path !== IMAGE))).toMatchObject({ image: false });
  });

  it('holds modpost, who writes more than its target, even where something is made from that', () => {
    const known = kernel({ 'modules.builtin': 'cat Module.symvers > modules.builtin' });
    expect(learn(OF_IMAGE, BEGAN, known)).toMatchObject({ roots: expect.arrayContaining(['Module.symvers']) as [] });
  });

  it.each(['arch/x86/boot/compressed/vmlinux.relocs', 'vmlinux.o.map', 'kernel/odd.o'])(
    'is not told by records where it wrote %s',
    (path) => {
      expect(learn([...OF_IMAGE, path])).toBe(`no recorded command says what made ${path}`);
    },
  );

  it('is not told by records where a target was made though nothing that it reads is new', () => {
    expect(learn([...OF_IMAGE, 'kvm/kvm.ko'])).toBe('no recorded command says why kvm/kvm.ko was made');
  });

  it('needs no cause for what was new before', () => {
    expect(learn([], ['kvm/kvm.mod.o', 'modules.order'])).toMatchObject({ image: false, modules: false });
    expect(learn([], ['a', 'Module.symvers'])).toMatchObject({ roots: [] });
  });

  it('is not for records to do again where the command has other words each time', () => {
    const after = kernel({ vmlinux: '/src/scripts/link-vmlinux.sh "ld" "-Ttext=0x2"' });
    expect(reworded(kernel(), after)).toBe('vmlinux');
    expect(reworded(kernel(), kernel())).toBeNull();
    expect(reworded(new Map(), kernel())).toBeNull();
  });
});
