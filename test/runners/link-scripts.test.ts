import { spawnSync } from 'node:child_process';
import {
  chmodSync,
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
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LinkStep } from '../../matrix/replay/last-links.ts';
import { exportLines, lastLinksScript, linkerScript } from '../../matrix/replay/scripts.ts';

/** The scripts of the last links, run by this machine's sh. */
let dir = '';
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-scripts-'))));
afterEach(() => rmSync(dir, { recursive: true }));

/** `age` in seconds. */
function write(path: string, text: string, age = 0): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
  const time = 1_000_000_000 - age;
  utimesSync(join(dir, path), time, time);
}

function read(path: string): string {
  return readFileSync(join(dir, path), 'utf8');
}

function step(target: string, recorded: string, inputs: readonly string[], depfile: string | null = null): LinkStep {
  return { target, command: { target, recorded, tail: '' }, inputs, depfile };
}

function sh(script: string): { status: number | null; stdout: string } {
  write('script.sh', script);
  const { status, stdout } = spawnSync('sh', ['script.sh'], { cwd: dir, encoding: 'utf8' });
  return { status, stdout };
}

const run = (...steps: LinkStep[]): { status: number | null; stdout: string } => sh(lastLinksScript(steps, null));

it.each(['\\', '\\\\'])('a packed image gets the size of now, and not that of the record (%s)', (slash) => {
  write('a', 'x'.repeat(300));
  write('b', 'y'.repeat(70_000));
  const figures = ['150', '372', '353', '000'].map((octal) => slash + octal).join('');
  expect(run(step('out', `{ cat a b | head -c 1; printf ${figures}; } > out`, ['a', 'b'])).status).toBe(0);
  const packed = readFileSync(join(dir, 'out'));
  expect([packed.length, packed.readUInt32LE(1)]).toEqual([5, 70_300]);
});

describe('a step of the last links', () => {
  const copy = step('out', 'cat a b > out', ['a', 'b']);

  it.each([
    ['is not there', null, 5, true],
    ['is older than one thing that it reads', 4, 3, true],
    ['is as old as what it reads', 5, 5, false],
    ['is newer than what it reads', 4, 5, false],
  ] as const)('is run where its target %s: %s', (_, target, part, isRun) => {
    write('a', 'A', 9);
    write('b', 'B', part);
    if (target !== null) write('out', 'old', target);
    expect(run(copy)).toEqual({ status: 0, stdout: isRun ? '  GEN     out\n' : '' });
    expect(read('out')).toBe(isRun ? 'AB' : 'old');
  });

  it('sees what the step before it has made', () => {
    write('a', 'A', 1);
    write('b', 'B', 9);
    write('middle', 'old', 5);
    write('out', 'old', 3);
    expect(run(step('middle', 'cp a middle', ['a']), step('out', 'cp middle out', ['middle'])).status).toBe(0);
    expect(read('out')).toBe('A');
  });

  it('is not run behind one that made nothing anew, as modpost leaves what is the same', () => {
    write('a', 'A', 1);
    write('x.mod.c', 'same', 9);
    write('out', 'old', 5);
    run(step('symvers', 'cp a symvers', ['a']), step('out', 'cp x.mod.c out', ['x.mod.c']));
    expect(read('out')).toBe('old');
  });

  it('has a shell of its own, as with make', () => {
    const first = step('one', 'made=; target=; cd /; trap - EXIT; true > $$OLDPWD/one # a word', []);
    expect(run(first, step('two', 'true > two; exit 0', []), step('three', 'true > three', [])).status).toBe(0);
    expect(['one', 'two', 'three'].map((path) => existsSync(join(dir, path)))).toEqual([true, true, true]);
  });

  it('that fails ends it all, and takes what was made with it, so that make trusts none of it', () => {
    write('a', 'A', 1);
    write('old', 'old', 0);
    const steps = [
      step('old', 'false', ['a']),
      step('made', 'cp a made', ['a']),
      step('half', 'echo x > half; false; true', []),
    ];
    expect(run(...steps, step('never', 'true > never', [])).status).not.toBe(0);
    expect(readdirSync(dir).toSorted()).toEqual(['a', 'old', 'script.sh']);
  });

  it('is told in the words of Kbuild, and recorded anew with its dependencies', () => {
    write('scripts/basic/fixdep', '#!/bin/sh\necho "$2 := $3"; cat $1\n');
    chmodSync(join(dir, 'scripts/basic/fixdep'), 0o755);
    const recorded = `echo 'x: y' > dir/.x.o.d; echo '$$A$(pound)' > dir/x.o`;
    const one = { ...step('dir/x.o', recorded, [], 'dir/.x.o.d') };
    mkdirSync(join(dir, 'dir'));
    expect(run({ ...one, command: { target: 'dir/../dir/x.o', recorded, tail: '\ntail\n' } }).stdout).toBe(
      '  GEN     dir/../dir/x.o\n',
    );
    expect(read('dir/x.o')).toBe('$A#\n');
    expect(read('dir/.x.o.cmd')).toBe(`dir/../dir/x.o := ${recorded}\nx: y\n\ntail\n`);
    expect(readdirSync(join(dir, 'dir')).toSorted()).toEqual(['.x.o.cmd', 'x.o']);
  });

  it('gets another linker only if it is link-vmlinux.sh', () => {
    const link = step('vmlinux', '/src/scripts/link-vmlinux.sh "ld" "-m elf"; true', []);
    const script = lastLinksScript([link, step('a.ko', 'ld "ld" a', [])], 'sh kvm/ld');
    expect(script).toContain('/src/scripts/link-vmlinux.sh "sh kvm/ld" "-m elf"; true');
    expect(script).toContain('ld "ld" a');
  });
});

it('what make exports reaches a command as it was', () => {
  const values = { A: `it's "q" $X \\`, B: 'two\nlines', C: '' };
  const lines = exportLines(
    Object.entries(values)
      .map(([name, value]) => `${name}=${value}\0`)
      .join(''),
  );
  const { stdout } = sh([...lines, `printf '%s|' "$A" "$B" "$C"`].join('\n'));
  expect(stdout).toBe(`${values.A}|${values.B}|${values.C}|`);
});

describe('the linker of link-vmlinux.sh', () => {
  const link = (output: string): string => {
    write('ld', linkerScript('echo real'));
    return spawnSync('sh', ['ld', '-m', 'elf', '-o', output, 'a.o'], { cwd: dir, encoding: 'utf8' }).stdout;
  };

  it('spares the first link where the second one of the last time is there', () => {
    write('.tmp_vmlinux2', 'addresses');
    expect(link('.tmp_vmlinux1')).toBe('');
    expect([read('.tmp_vmlinux1'), existsSync(join(dir, '.tmp_vmlinux2'))]).toEqual(['addresses', false]);
  });

  it.each(['.tmp_vmlinux1', '.tmp_vmlinux2', '.tmp_vmlinux3', 'vmlinux'])(
    'links %s where nothing is kept',
    (output) => {
      expect(link(output)).toBe(`real -m elf -o ${output} a.o\n`);
    },
  );

  it.each(['.tmp_vmlinux2', '.tmp_vmlinux3', 'vmlinux', '.tmp_vmlinux10'])('links %s always', (output) => {
    write('.tmp_vmlinux2', 'addresses');
    expect(link(output)).toBe(`real -m elf -o ${output} a.o\n`);
  });
});
