import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { infraFailure } from '../../../matrix/failure.ts';
import { makeDir, readIfThere, remove, writeWhole } from '../../files.ts';
import { capture, output, runLogged } from '../../process.ts';
import { imageCache } from './cache.ts';
import { DIRS, EPOCH, EXCLUDED, type Recipe } from './recipe.ts';

/** A root file system as a tar, and what is known of it. */
export interface RootTar {
  readonly tar: string;
  /** SHA-256 of the tar: the image's name for what is in it. */
  readonly digest: string;
  /** `gcc=4:12.2.0-3`, one a line. */
  readonly packages: string;
}

/** Who hears what is being made, and what stops it. */
export interface Making {
  readonly onNote: (note: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Makes the root out of the machine's own package sources, without any registry. The same packages give the same bytes
 * (SOURCE_DATE_EPOCH), so the digest is one for all machines. What was made once is kept. Takes a minute or two.
 */
export async function bootstrapRoot(recipe: Recipe, making: Making): Promise<RootTar> {
  const cache = imageCache();
  const tar = join(cache, `toolchain-${recipe.digest}.tar`);
  if (!existsSync(tar) || !existsSync(`${tar}.sha256`)) await makeTar(recipe, tar, making);
  return { tar, digest: readIfThere(`${tar}.sha256`) ?? '', packages: readIfThere(`${tar}.packages`) ?? '' };
}

async function makeTar(recipe: Recipe, tar: string, { onNote, signal }: Making): Promise<void> {
  onNote(`making the toolchain image of ${recipe.system} ${recipe.release}, once: a minute or two`);
  makeDir(imageCache());
  const scratch = mkdtempSync(join(imageCache(), 'making-'));
  const [sources, log, fresh] = [join(scratch, 'sources'), join(imageCache(), 'making.log'), join(scratch, 'root.tar')];
  try {
    writeWhole(sources, machineSources(recipe.release));
    const ended = await runLogged(bootstrapArgv(recipe, fresh, sources), {
      log,
      ...(signal ? { signal } : {}),
      env: { SOURCE_DATE_EPOCH: String(EPOCH) },
    });
    if (ended.kind === 'not-started')
      throw infraFailure('mmdebstrap, which makes the toolchain image, is not installed', 'run `kvm-matrix setup`');
    if (ended.kind !== 'exited' || ended.code !== 0)
      throw infraFailure(
        `the toolchain image could not be made: ${lastError(readFileSync(log, 'utf8'))}`,
        `see ${log}`,
      );
    const packages = await output(['tar', '-xOf', fresh, './kvm-matrix/packages']);
    const digest = (await output(['sha256sum', fresh])).slice(0, 64);
    writeWhole(`${tar}.packages`, packages);
    await output(['mv', fresh, tar]);
    writeWhole(`${tar}.sha256`, digest);
  } finally {
    remove(scratch);
  }
}

/** Hooks leave nothing of this machine in the image: no mirror's name, no host's. */
export function bootstrapArgv({ release, packages }: Recipe, tar: string, sources: string): string[] {
  const made = `mkdir -p ${DIRS.dirs.map((dir) => `"$1${dir}"`).join(' ')} && touch ${DIRS.files.map((file) => `"$1${file}"`).join(' ')}`;
  const list = String.raw`chroot "$1" dpkg-query -W -f '${'${binary:Package}=${Version}'}\n' > "$1/kvm-matrix/packages"`;
  const forget = 'rm -rf "$1"/etc/apt/sources.list* "$1"/etc/hostname "$1"/etc/resolv.conf "$1"/var/log/*';
  return [
    ['mmdebstrap', '--variant=minbase', '--format=tar'],
    // A mirror of snapshots is older than it says it may be; what it holds is signed all the same.
    ['--aptopt=Acquire::Check-Valid-Until "false"', '--aptopt=APT::Install-Recommends "false"'],
    EXCLUDED.map((path) => `--dpkgopt=path-exclude=${path}`),
    [`--include=${packages.join(',')}`, ...[made, list, forget].map((hook) => `--customize-hook=${hook}`)],
    [release, tar, sources],
  ].flat();
}

/** The machine's own entries for its release, of one form (deb822 or lines); those of others are none of ours. */
function machineSources(release: string): string {
  const dir = '/etc/apt/sources.list.d';
  const names = existsSync(dir) ? readdirSync(dir).toSorted() : [];
  const stanzas = names
    .filter((name) => name.endsWith('.sources'))
    .flatMap((name) => readFileSync(join(dir, name), 'utf8').split(/\n\s*\n/))
    .filter((stanza) => new RegExp(`^Suites:.*\\b${release}\\b`, 'm').test(stanza));
  if (stanzas.length > 0) return `${stanzas.map((stanza) => stanza.trim()).join('\n\n')}\n`;
  const lists = [
    '/etc/apt/sources.list',
    ...names.filter((name) => name.endsWith('.list')).map((name) => join(dir, name)),
  ];
  const lines = lists.flatMap((file) => (readIfThere(file) ?? '').split('\n'));
  const own = lines.filter((line) => line.startsWith('deb ') && new RegExp(`\\s${release}(-\\S+)?\\s`).test(line));
  if (own.length > 0) return `${own.join('\n')}\n`;
  throw infraFailure(
    `apt has no sources for ${release || 'this system'} to make a toolchain image from`,
    'give an image of your own with --image, or --engine none',
  );
}

function lastError(log: string): string {
  const lines = log.trim().split('\n');
  return lines.findLast((line) => line.startsWith('E: ')) ?? lines.at(-1) ?? 'it said nothing';
}

/** The root as a directory, for who has no engine; unpacked once. */
export async function unpackedRoot(recipe: Recipe, making: Making): Promise<RootTar & { root: string }> {
  const root = join(imageCache(), `toolchain-${recipe.digest}.root`);
  const made = await bootstrapRoot(recipe, making);
  if (readIfThere(`${root}.sha256`) === made.digest) return { ...made, root };
  making.onNote('unpacking the toolchain image');
  remove(root);
  makeDir(root);
  // What the kernel calls devices is mounted anew in every box, and only root could make them.
  await output(['tar', '-C', root, '--exclude=./dev/*', '-xf', made.tar]);
  writeWhole(`${root}.sha256`, made.digest);
  return { ...made, root };
}

/** A root with nothing in it but places to mount at: enough to see whether an engine works. */
export async function emptyRoot(dir: string): Promise<string> {
  const root = join(dir, 'empty');
  for (const path of [...DIRS.dirs, '/dev', '/proc', '/tmp', '/sys', '/etc', '/usr', '/run']) makeDir(join(root, path));
  for (const path of DIRS.files) writeWhole(join(root, path), '');
  await capture(['chmod', '-R', 'go+rX', root]);
  return root;
}
