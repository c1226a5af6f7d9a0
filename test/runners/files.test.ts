import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { followFile } from '../../runners/files.ts';
import { seedBuild } from '../../runners/kbuild/seed.ts';

const dir = (): string => mkdtempSync(join(tmpdir(), 'kvm-matrix-files-'));

describe('following a file', () => {
  it('hands on everything once, in order, what comes last before the close included', () => {
    const at = dir();
    const path = join(at, 'console');
    writeFileSync(path, 'what was there\n');
    let heard = '';
    const tail = followFile(path, (chunk) => (heard += chunk.toString()));
    appendFileSync(path, 'x'.repeat(200_000));
    tail.close();
    appendFileSync(path, 'too late');
    expect(heard).toBe(`what was there\n${'x'.repeat(200_000)}`);
    rmSync(at, { recursive: true });
  });

  it('hears what is written while it waits', async () => {
    const at = dir();
    const path = join(at, 'console');
    writeFileSync(path, '');
    let hear: (word: string) => void = () => undefined;
    const first = new Promise<string>((resolve) => (hear = resolve));
    const tail = followFile(path, (chunk) => hear(chunk.toString()));
    appendFileSync(path, 'a word');
    expect(await first).toBe('a word');
    tail.close();
    rmSync(at, { recursive: true });
  });
});

describe('a build directory that starts as a copy', () => {
  function built(): { at: string; from: string; to: string } {
    const at = dir();
    const [from, to] = [join(at, 'from'), join(at, 'to')];
    mkdirSync(join(from, 'tools/objtool'), { recursive: true });
    writeFileSync(join(from, 'vmlinux.o'), `object of ${from}`);
    utimesSync(join(from, 'vmlinux.o'), 1000, 1000);
    writeFileSync(join(from, 'tools/objtool/.check.o.cmd'), `cmd_${from}/tools/objtool/check.o := gcc`);
    writeFileSync(`${from}.warnings.json`, '{}');
    writeFileSync(`${from}.names`, Buffer.from([0, 255, 10]));
    return { at, from, to };
  }

  it('keeps contents and times, and moves the paths that tools/build leaves in command files', async () => {
    const { at, from, to } = built();
    await seedBuild(from, to);
    expect(readFileSync(join(to, 'vmlinux.o'), 'utf8')).toBe(`object of ${from}`);
    expect(statSync(join(to, 'vmlinux.o')).mtimeMs).toBe(1_000_000);
    expect(readFileSync(join(to, 'tools/objtool/.check.o.cmd'), 'utf8')).toBe(`cmd_${to}/tools/objtool/check.o := gcc`);
    expect(readFileSync(`${to}.warnings.json`, 'utf8')).toBe('{}');
    expect([...readFileSync(`${to}.names`)]).toEqual([0, 255, 10]);
    rmSync(at, { recursive: true });
  });

  it('is not made of one whose build was killed', async () => {
    const { at, from, to } = built();
    writeFileSync(`${from}.underway`, '');
    await seedBuild(from, to);
    expect(existsSync(to)).toBe(false);
    rmSync(at, { recursive: true });
  });

  it('leaves one alone that is there', async () => {
    const { at, from, to } = built();
    mkdirSync(to);
    await seedBuild(from, to);
    expect(existsSync(join(to, 'vmlinux.o'))).toBe(false);
    rmSync(at, { recursive: true });
  });
});
