import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageCache } from '../../runners/engine/image/cache.ts';

/** An engine that can be tried here, and what its programs must be told. */
export interface FoundEngine {
  readonly name: 'podman' | 'docker' | 'bubblewrap';
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Every engine of this machine, docker with a daemon of ours where none runs, and what ends that; says of the others why
 * they are not tried.
 */
export async function findEngines(): Promise<{ engines: FoundEngine[]; stop: () => void }> {
  const found: FoundEngine[] = [];
  if (answers('podman', ['version'])) found.push({ name: 'podman', env: {} });
  else skipped('podman', 'it is not installed');
  if (answers('bwrap', ['--version'])) found.push({ name: 'bubblewrap', env: {} });
  else skipped('bubblewrap', 'it is not installed');
  const docker = await dockerHost();
  if (typeof docker === 'string') skipped('docker', docker);
  else found.push({ name: 'docker', env: docker.env });
  return { engines: found, stop: typeof docker === 'string' ? () => undefined : docker.stop };
}

function skipped(name: string, why: string): void {
  process.stderr.write(`not tried: ${name}: ${why}\n`);
}

interface Daemon {
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => void;
}

/** The environment in which `docker` reaches a daemon, or why there is none. */
async function dockerHost(): Promise<Daemon | string> {
  if (!answers('docker', ['--version'])) return 'it is not installed';
  if (answers('docker', ['info'])) return { env: {}, stop: () => undefined };
  if (!answers('dockerd', ['--version'])) return 'no daemon runs, and there is none to start';
  if (process.getuid?.() !== 0) return 'no daemon runs, and only root can start one';
  return startDaemon(join(imageCache(), 'test-docker'));
}

/** Its store is kept: an image of a gigabyte takes half a minute to import. */
async function startDaemon(dir: string): Promise<Daemon | string> {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'config.json'), '{}');
  const socket = `unix://${join(dir, 'socket')}`;
  const env = { DOCKER_HOST: socket };
  const dirs = ['--data-root', join(dir, 'root'), '--exec-root', join(dir, 'exec'), '--pidfile', join(dir, 'pid')];
  const options = ['--iptables=false', '--bridge=none', '--config-file', join(dir, 'config.json')];
  const daemon = spawn('dockerd', [...dirs, '-H', socket, ...options], { stdio: 'ignore' });
  for (let tries = 0; tries < 100 && daemon.exitCode === null; tries += 1) {
    if (existsSync(join(dir, 'socket')) && answers('docker', ['info'], env))
      return { env, stop: () => void daemon.kill() };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  daemon.kill();
  return 'its daemon does not start here';
}

function answers(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore', env: { ...process.env, ...env } });
    return true;
  } catch {
    return false;
  }
}
