import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { moduleName, type BuiltModule } from '../../matrix/recipe/guest.ts';
import { readIfThere, sha256, sha256OfFile } from '../files.ts';

/** The modules that a build has made, from `modules.order` and each file's .modinfo. */
export function listModules(buildDir: string): BuiltModule[] {
  const order = readIfThere(join(buildDir, 'modules.order')) ?? '';
  const paths = order
    .split('\n')
    .filter(Boolean)
    .map((path) => path.replace(/\.o$/, '.ko'));
  return (
    paths
      // What a build wrote there may be anything: a file elsewhere is no module of it.
      .filter((path) => !path.startsWith('/') && !path.split('/').includes('..'))
      .filter((path) => existsSync(join(buildDir, path)))
      .map((path) => ({ name: moduleName(basename(path, '.ko')), path, depends: readDepends(join(buildDir, path)) }))
  );
}

/** A digest of the image and of every module, by content. */
export function kernelDigest(build: string, image: string, modules: readonly BuiltModule[]): string {
  const paths = [image, ...modules.map(({ path }) => path).toSorted()];
  return sha256(...paths.map((path) => `${path} ${sha256OfFile(join(build, path))}\n`)).slice(0, 32);
}

/** modpost writes `depends=a,b` into .modinfo, NUL-terminated (scripts/mod/modpost.c). */
function readDepends(file: string): string[] {
  const content = readFileSync(file);
  const at = content.indexOf('\0depends=');
  if (at < 0) return [];
  const start = at + '\0depends='.length;
  return content.toString('latin1', start, content.indexOf(0, start)).split(',').filter(Boolean).map(moduleName);
}
