import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { columnSlug } from '../../matrix/cell.ts';
import type { Column } from '../../matrix/column.ts';
import { infraFailure } from '../../matrix/failure.ts';
import type { Resolved } from '../../matrix/kconfig/kconfig.ts';
import { PACK_INITRAMFS, PROBE_CFLAGS, probeConf, type GuestModule } from '../../matrix/recipe/guest.ts';
import { probeCompilerOf } from '../../matrix/recipe/make.ts';
import { makeDir, PACKAGE_ROOT, remove, sha256, writeWhole } from '../files.ts';
import type { Site } from '../engine/engine.ts';
import { output } from '../process.ts';

export const PROBE_DIR = join(PACKAGE_ROOT, 'runners/probe');

/** The probe's sources and headers, below PROBE_DIR. */
function probeFiles(): string[] {
  const files = readdirSync(PROBE_DIR, { recursive: true, encoding: 'utf8' });
  return files.filter((name) => /\.[ch]$/.test(name)).toSorted();
}

/** Changes when the probe does. */
export function probeDigest(): string {
  return sha256(...probeFiles().flatMap((name) => [name, readFileSync(join(PROBE_DIR, name))]));
}

/** The probe as a static program for the column's arch, built with the column's compiler, once, into O= of `site`. */
export async function buildProbe(column: Column, { build: dir, box }: Site): Promise<string> {
  const name = `probe-${column.arch}-${probeDigest().slice(0, 12)}`;
  const program = join(dir, name);
  if (existsSync(program)) return program;
  makeDir(dir);
  // Columns of one arch may come here side by side.
  const fresh = `${name}-${columnSlug(column.id)}.new`;
  const probe = join(box.runners, 'probe');
  const sources = probeFiles()
    .filter((file) => file.endsWith('.c'))
    .map((file) => join(probe, file));
  const { code, stderr } = await box.capture([
    probeCompilerOf(column.row.toolchain),
    ...PROBE_CFLAGS,
    `-I${probe}`,
    '-o',
    join(box.inside.build, fresh),
    ...sources,
  ]);
  if (code !== 0) {
    throw infraFailure(
      `the probe does not compile for ${column.arch}: ${stderr.trim().split('\n').at(-1)}`,
      'is the static C library there? `kvm-matrix doctor` tells which package brings it',
    );
  }
  await output(['mv', join(dir, fresh), program]);
  return program;
}

export interface InitramfsJob {
  readonly column: Column;
  readonly modules: readonly GuestModule[];
  readonly resolved: Resolved;
  readonly buildDir: string;
  readonly probe: string;
  /** A directory of ours to pack in. */
  readonly scratch: string;
  readonly target: string;
}

/** Packs probe, its configuration and the modules. The same inputs give the same bytes. */
export async function packInitramfs({
  column,
  modules,
  resolved,
  buildDir,
  probe,
  scratch,
  target,
}: InitramfsJob): Promise<void> {
  const root = join(scratch, 'root');
  remove(root);
  makeDir(join(root, 'modules'));
  copyFileSync(probe, join(root, 'init'));
  for (const { name, path } of modules) copyFileSync(join(buildDir, path), join(root, 'modules', `${name}.ko`));
  writeWhole(join(root, 'probe.conf'), probeConf(column, modules, resolved));
  await output(['find', root, '-exec', 'touch', '-h', '-d', '@0', '{}', '+']);
  await output(['sh', '-c', `umask 022 && ${PACK_INITRAMFS} > "$0"`, target], { cwd: root });
  remove(root);
}
