import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { columnSlug, position } from '../../matrix/cell.ts';
import type { Resolved } from '../../matrix/kconfig/kconfig.ts';
import { probeModes, qemuArgv, type GuestModule } from '../../matrix/recipe/guest.ts';
import { buildProbe, packInitramfs } from '../boot/initramfs.ts';
import { makeDir, remove, sha256, sha256OfFile } from '../files.ts';
import type { CellWork } from './context.ts';
import { toolSite } from './tools.ts';

/** What a boot takes, copied out of O= before the next patch is built there. It stays until the boot is settled. */
export interface Guest {
  readonly image: string;
  readonly initrd: string;
}

function guestDir({ context, row, column }: CellWork): string {
  return join(context.out.work, 'guests', columnSlug(column.id), position(row));
}

export function guestOf(work: CellWork): Guest {
  return { image: join(guestDir(work), 'image'), initrd: join(guestDir(work), 'initrd') };
}

export function hasGuest(work: CellWork): boolean {
  return existsSync(guestDir(work));
}

export function dropGuest(work: CellWork): void {
  remove(guestDir(work));
}

/** Copies the image and packs the initramfs; gives back a digest of all that decides what the boot will say. */
export async function stageGuest(
  work: CellWork,
  buildDir: string,
  modules: readonly GuestModule[],
  resolved: Resolved,
): Promise<string> {
  const { column, context } = work;
  const dir = guestDir(work);
  const fresh = `${dir}.new`;
  remove(dir);
  remove(fresh);
  makeDir(fresh);
  const probe = await buildProbe(column, toolSite(context.engine, context.out.work, column));
  copyFileSync(join(buildDir, column.row.make.image), join(fresh, 'image'));
  await packInitramfs({ column, modules, resolved, buildDir, probe, scratch: fresh, target: join(fresh, 'initrd') });
  const { qemu } = column.row;
  const boots = qemu ? probeModes(column, modules).flatMap((mode) => qemuArgv(qemu, 'image', 'initrd', mode)) : [];
  const digest = sha256(sha256OfFile(join(fresh, 'image')), sha256OfFile(join(fresh, 'initrd')), ...boots);
  renameSync(fresh, dir);
  return digest.slice(0, 32);
}
