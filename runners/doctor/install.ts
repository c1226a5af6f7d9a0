import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { infraFailure } from '../../matrix/failure.ts';
import { capture, runShown } from '../process.ts';

/** Debian and its children; on others we can only say what is missing. */
export function hasApt(): boolean {
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** Installs with apt-get, through sudo where we are not root. Throws if the user says no or apt does. */
export async function installPackages(packages: readonly string[], { yes }: { yes: boolean }): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = [...sudo(), 'apt-get', 'install', '-y', '--no-install-recommends', ...packages];
  process.stderr.write(`${install.join(' ')}\n`);
  if (!yes && !(await agreed()))
    throw infraFailure('nothing was installed', 'run the line above yourself, or `kvm-matrix setup --yes`');
  await shown([...sudo(), 'apt-get', 'update', '-q'], env);
  await shown(install, env);
}

/** A tarball that some linux-source package has left in its place. */
export function hasKernelSource(): boolean {
  return existsSync('/usr/src') && readdirSync('/usr/src').some((name) => /^linux-source-[\d.]+\.tar\./.test(name));
}

/** The newest linux-source-N.M that the distribution has; null if it has none. */
export async function newestKernelSource(yes: boolean): Promise<string | null> {
  if (yes) await shown([...sudo(), 'apt-get', 'update', '-q'], {});
  const { stdout } = await capture(['apt-cache', 'search', '--names-only', '^linux-source-[0-9.]+$']);
  const names = stdout
    .split('\n')
    .map((line) => line.split(' ', 1)[0] ?? '')
    .filter(Boolean);
  return names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1) ?? null;
}

function sudo(): string[] {
  return process.getuid?.() === 0 ? [] : ['sudo'];
}

async function shown(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const ended = await runShown(argv, { env });
  if (ended.kind !== 'exited' || ended.code !== 0)
    throw infraFailure(`${argv.join(' ')} failed`, 'its own words stand above');
}

async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question('install them? [y/N] ');
  prompt.close();
  return /^y(es)?$/i.test(answer.trim());
}
