import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { infraFailure } from '../../../matrix/failure.ts';
import { remove, writeWhole } from '../../files.ts';
import { capture, runShown } from '../../process.ts';
import { ask, call, imageDigest, LABEL, type Cli } from '../containers.ts';
import { bootstrapRoot, type Making } from './bootstrap.ts';
import { imageCache } from './cache.ts';
import { DIRS, imageName, type Recipe } from './recipe.ts';

export interface Image {
  readonly name: string;
  readonly digest: string;
}

/** The toolchain image in the store of an engine; null when it has not been made. */
export async function findToolchain(cli: Cli, recipe: Recipe): Promise<Image | null> {
  const name = imageName(recipe);
  const digest = await imageDigest(cli, name);
  return digest === null ? null : { name, digest };
}

/**
 * Finds it or makes it. A bootstrap out of the machine's package sources comes first: it needs no registry, and makes the
 * same bytes on every machine. Where it is not possible the engine builds on a base image that it pulls.
 */
export async function ensureToolchain(cli: Cli, recipe: Recipe, making: Making): Promise<Image> {
  const found = await findToolchain(cli, recipe);
  if (found !== null) return found;
  if (await canBootstrap(recipe)) await importRoot(cli, recipe, making);
  else await buildOnBase(cli, recipe, making);
  const made = await findToolchain(cli, recipe);
  if (made === null) throw infraFailure(`${cli.name} does not have the image that was made`, 'is its store full?');
  return made;
}

async function canBootstrap({ digest }: Recipe): Promise<boolean> {
  if (existsSync(join(imageCache(), `toolchain-${digest}.tar`))) return true;
  return existsSync('/etc/apt') && (await capture(['mmdebstrap', '--version']).catch(() => null)) !== null;
}

async function importRoot(cli: Cli, recipe: Recipe, making: Making): Promise<void> {
  const { tar, digest, packages } = await bootstrapRoot(recipe, making);
  making.onNote(`handing the toolchain image to ${cli.name}`);
  const labels = {
    [LABEL.recipe]: recipe.digest,
    [LABEL.content]: digest,
    [LABEL.packages]: packages.trim().replaceAll('\n', ' '),
  };
  const changes = Object.entries(labels).flatMap(([name, value]) => ['--change', `LABEL ${name}="${value}"`]);
  const { code, stderr } = await call(cli, 'import', ...changes, tar, imageName(recipe));
  if (code !== 0)
    throw infraFailure(
      `${cli.name} does not take the toolchain image: ${stderr.trim().split('\n').at(-1)}`,
      'is its disk full?',
    );
}

/** Source: Dockerfile reference; understood by podman and docker. */
export function containerfile({ packages, digest }: Recipe, base: string): string {
  return [
    `FROM ${base}`,
    `RUN apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')} && rm -rf /var/lib/apt/lists/*`,
    `RUN mkdir -p ${DIRS.dirs.join(' ')} && touch ${DIRS.files.join(' ')} && dpkg-query -W > /kvm-matrix/packages`,
    `LABEL ${LABEL.recipe}="${digest}"`,
    '',
  ].join('\n');
}

async function buildOnBase(cli: Cli, recipe: Recipe, { onNote, signal }: Making): Promise<void> {
  const base = /^(debian|ubuntu)$/.test(recipe.system) ? `${recipe.system}:${recipe.release}` : 'debian:stable-slim';
  if ((await ask(cli, 'pull', '--quiet', base)) === null)
    throw infraFailure(
      `no toolchain image can be made: ${cli.name} cannot pull ${base}, and there is no mmdebstrap`,
      'run `kvm-matrix setup`, or give an image of your own with --image',
    );
  onNote(`${cli.name} builds the toolchain image on ${base}, once: some minutes`);
  const dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-image-'));
  try {
    writeWhole(join(dir, 'Containerfile'), containerfile(recipe, base));
    const argv = [...cli.argv, 'build', '--file', join(dir, 'Containerfile'), '--tag', imageName(recipe), dir];
    const ended = await runShown(argv, signal ? { signal } : {});
    if (ended.kind !== 'exited' || ended.code !== 0)
      throw infraFailure(`${cli.name} could not build the toolchain image`, 'its own words stand above');
  } finally {
    remove(dir);
  }
}
