import { infraFailure } from '../../../matrix/failure.ts';
import { output } from '../../process.ts';
import { call, imageDigest, type Cli } from '../containers.ts';
import type { Image } from './toolchain.ts';

const NAME = 'kvm-matrix-empty:1';

/** An image of nothing but places to mount at: what an engine is tried with before a toolchain is made for it. */
export async function importEmpty(cli: Cli, root: string): Promise<Image> {
  const known = await imageDigest(cli, NAME);
  if (known !== null) return { name: NAME, digest: known };
  const tar = `${root}.tar`;
  await output(['tar', '-C', root, '--sort=name', '--mtime=@0', '--owner=0', '--group=0', '-cf', tar, '.']);
  const { code, stderr } = await call(cli, 'import', tar, NAME);
  if (code !== 0)
    throw infraFailure(`${cli.name} takes no image: ${stderr.trim().split('\n').at(-1)}`, 'does it work for you?');
  const digest = await imageDigest(cli, NAME);
  if (digest === null) throw infraFailure(`${cli.name} lost an image`, 'is its store full?');
  return { name: NAME, digest };
}
