import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { output } from '../../process.ts';
import { call, everyCli, LABEL, type Cli } from '../containers.ts';
import type { Leftover } from '../leftovers.ts';
import { imageCache } from './cache.ts';

/** Every toolchain that was made here: images of the engines, and the roots that they came from. */
export async function findImages(): Promise<Leftover[]> {
  const images = await Promise.all(everyCli().map(imagesOf));
  return [...images.flat(), ...roots()];
}

async function imagesOf(cli: Cli): Promise<Leftover[]> {
  const argv = ['images', '--quiet', '--filter', `label=${LABEL.recipe}`];
  const { code, stdout } = await call(cli, ...argv).catch(() => ({ code: 1, stdout: '' }));
  const ids = code === 0 ? [...new Set(stdout.split('\n').filter(Boolean))] : [];
  return ids.map((id) => ({
    what: `${cli.name} image ${id}`,
    remove: async () => void (await call(cli, 'rmi', '--force', id)),
  }));
}

function roots(): Leftover[] {
  const dir = imageCache();
  const names = existsSync(dir) ? readdirSync(dir).filter((name) => /^(toolchain|making)-/.test(name)) : [];
  return names.map((name) => ({
    what: join(dir, name),
    // rm goes through a million files without a path in memory for each.
    remove: async () => void (await output(['rm', '-rf', join(dir, name)])),
  }));
}
