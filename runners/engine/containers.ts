import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { infraFailure } from '../../matrix/failure.ts';
import { capture, type Captured } from '../process.ts';
import type { Driver, Order } from './driver.ts';
import { INSIDE } from './engine.ts';
import { imageCache } from './image/cache.ts';
import { mountsOf, TMP_BYTES } from './mounts.ts';
import type { Started } from './warden.ts';

/** The names of the labels that everything of ours carries. */
export const LABEL = {
  /** A digest of the output directory, and the directory. */
  out: 'kvm-matrix.out',
  dir: 'kvm-matrix.dir',
  run: 'kvm-matrix.run',
  /** On images: the recipe's digest, the digest of the content, and the packages with their versions. */
  recipe: 'kvm-matrix.recipe',
  content: 'kvm-matrix.content',
  packages: 'kvm-matrix.packages',
} as const;

/** podman or docker, with the options that stand before each command of it. */
export interface Cli {
  readonly name: 'podman' | 'docker';
  readonly argv: readonly string[];
}

/** A store of podman's for us alone, for users whose own copies every image. */
export function ownStore(): string[] {
  return ['--root', join(imageCache(), 'podman'), '--storage-driver', 'overlay'];
}

/** Every way of calling an engine in which things of ours may lie. */
export function everyCli(): Cli[] {
  const own: Cli[] = existsSync(join(imageCache(), 'podman'))
    ? [{ name: 'podman', argv: ['podman', ...ownStore()] }]
    : [];
  return [{ name: 'podman', argv: ['podman'] }, ...own, { name: 'docker', argv: ['docker'] }];
}

/** What engines want to know of the user's session; a build sees nothing of it. */
const SESSION = [
  ['DOCKER_HOST', 'DOCKER_CONFIG', 'DOCKER_CONTEXT', 'CONTAINERS_CONF', 'CONTAINERS_STORAGE_CONF'],
  ['XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'DBUS_SESSION_BUS_ADDRESS'],
].flat();

/** Calls the engine. An exit code is an answer. */
export function call(cli: Cli, ...command: readonly string[]): Promise<Captured> {
  const own = SESSION.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return capture([...cli.argv, ...command], { env: Object.fromEntries(own) as Record<string, string> });
}

/** Whose containers they are. */
export interface Owner {
  /** The digest of the output directory, and its path. */
  readonly out: string;
  readonly dir: string;
  readonly run: string;
}

export interface ContainersOptions {
  readonly cli: Cli;
  readonly version: string;
  readonly image: { readonly name: string; readonly digest: string } | null;
  readonly owner: Owner;
  readonly bin: string;
  readonly jobserver: string | null;
  /** Whether the engine counts memory and processes: podman without root does not with version 1 of control groups. */
  readonly counts: boolean;
}

/** Boxes that are containers. */
export function containersDriver(options: ContainersOptions): Driver {
  const { cli, version, image, owner, counts } = options;
  return {
    facts: { name: cli.name, version, image },
    counts,
    start: (order) => startContainer(order, options),
    imageDigest: (name) => (name === null ? Promise.resolve(image?.digest ?? null) : imageDigest(cli, name)),
    sweep: () => removeContainers(cli, `${LABEL.out}=${owner.out}`),
  };
}

async function startContainer(order: Order, options: ContainersOptions): Promise<Started> {
  const { cli, image } = options;
  const name = order.place.image ?? image?.name;
  if (name === undefined) throw infraFailure(`${cli.name} has no image to build in`, 'run `kvm-matrix setup`');
  const { code, stdout, stderr } = await call(cli, ...containerArgv(order, name, options));
  if (code !== 0)
    throw infraFailure(`${cli.name} started no container: ${lastLine(stderr)}`, 'see `kvm-matrix doctor`');
  const id = stdout.trim().split('\n').at(-1) ?? '';
  const stop = async (): Promise<void> => void (await call(cli, 'rm', '-f', id));
  // A container that ends is removed, and with it what it could have said.
  return { gone: new Promise(() => undefined), stop };
}

/** The command that starts a container whose process 1 is the warden. */
export function containerArgv(
  order: Order,
  image: string,
  options: Omit<ContainersOptions, 'version' | 'image'>,
): string[] {
  const { place, uid, limits } = order;
  const { cli, owner, counts } = options;
  const bytes = String(Math.round(limits.memory * 2 ** 30));
  const bounds = counts
    ? [
        ['--memory', bytes],
        ['--memory-swap', bytes],
        ['--pids-limit', String(limits.pids)],
      ].flat()
    : [];
  return [
    ['run', '--detach', '--rm', '--pull=never', '--log-driver=none', '--network=none', '--read-only'],
    cli.name === 'podman' ? ['--read-only-tmpfs=false'] : [],
    cli.name === 'podman' && process.getuid?.() !== 0 ? ['--userns=keep-id'] : [],
    ['--cap-drop=all', '--security-opt=no-new-privileges', '--hostname=kvm-matrix', '--user', `${uid}:${uid}`],
    bounds,
    ulimits().flatMap((limit) => ['--ulimit', limit]),
    [`--tmpfs=/tmp:rw,size=${TMP_BYTES},mode=1777`, '--label', `${LABEL.out}=${owner.out}`],
    [
      '--label',
      `${LABEL.dir}=${owner.dir}`,
      '--label',
      `${LABEL.run}=${owner.run}`,
      '--label',
      `kvm-matrix.place=${place.name}`,
    ],
    mountsOf(order, options.bin, options.jobserver).flatMap(({ from, to, writable }) => [
      '--volume',
      `${from}:${to}:${writable ? 'rw' : 'ro'}`,
    ]),
    ['--entrypoint', `${INSIDE.bin}/warden`, image, INSIDE.socket, ...wardenLimits(order, counts)],
  ].flat();
}

/** No file of a build is larger than all of it may be; and where nothing counts together, every process has its own bound. */
export function wardenLimits({ limits }: Order, counts: boolean): string[] {
  const gib = (value: number): string => String(Math.round(value * 2 ** 30));
  const own = counts ? [] : [`as=${gib(limits.memory)}`, `nproc=${limits.pids}`];
  return [`fsize=${gib(limits.disk)}`, 'core=0', ...own];
}

/** Engines raise these to values of their own, and who may not raise them starts nothing: so they stay what they are. */
function ulimits(): string[] {
  const [, files = '1024'] = /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
  const [, processes = ''] = /^Max processes\s+\S+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1')) ?? [];
  const most = Math.min(Number(processes) || Infinity, Number(readFileSync('/proc/sys/kernel/pid_max', 'latin1')) / 2);
  return [`nofile=${files}:${files}`, `nproc=${most}:${most}`];
}

/** Identifies an image by content: by our own label, else by what the engine calls it; null when there is none. */
export async function imageDigest(cli: Cli, image: string): Promise<string | null> {
  const { code, stdout } = await call(cli, 'image', 'inspect', image);
  if (code !== 0) return null;
  const [found] = JSON.parse(stdout) as { Id: string; Config?: { Labels?: Record<string, string> | null } }[];
  const content = found?.Config?.Labels?.[LABEL.content] ?? found?.Id.replace('sha256:', '');
  return content === undefined ? null : `sha256:${content}`;
}

/** Containers that carry `label`, whatever state they are in. */
export async function findContainers(cli: Cli, label: string): Promise<string[]> {
  const { code, stdout } = await call(cli, 'ps', '--all', '--quiet', '--no-trunc', '--filter', `label=${label}`);
  return code === 0 ? stdout.split('\n').filter(Boolean) : [];
}

export async function removeContainers(cli: Cli, label: string): Promise<void> {
  const ids = await findContainers(cli, label);
  if (ids.length > 0) await call(cli, 'rm', '--force', ...ids);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** What an engine answers to `command`; null where there is none that does. */
export async function ask(cli: Cli, ...command: readonly string[]): Promise<string | null> {
  const answer: Captured | null = await call(cli, ...command).catch(() => null);
  return answer?.code === 0 ? answer.stdout.trim() : null;
}
