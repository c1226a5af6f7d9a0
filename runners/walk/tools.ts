import type { Column } from '../../matrix/column.ts';
import type { Toolbox } from '../../matrix/fingerprint.ts';
import { compilerOf } from '../../matrix/recipe/make.ts';
import { Failure } from '../../matrix/failure.ts';
import { buildProbe, probeDigest } from '../boot/initramfs.ts';
import { runVersion } from '../doctor/version.ts';

/** The programs of one arch as found on this machine. */
export interface Tools {
  readonly toolbox: Toolbox;
  /** Why nothing can be built; null when it can. */
  readonly noBuild: string | null;
  /** Why nothing can be booted; null when it can. */
  readonly noBoot: string | null;
}

/**
 * Asks compiler and emulator of every arch for their version: it is part of what decides a verdict. Builds the probe of
 * each into `probesDir`; null: nothing is going to be booted.
 */
export async function findTools(columns: readonly Column[], probesDir: string | null): Promise<Map<string, Tools>> {
  const byArch = new Map(columns.map((column) => [column.arch, column]));
  const found = await Promise.all(
    [...byArch].map(async ([arch, column]) => [arch, await toolsOf(column, probesDir)] as const),
  );
  return new Map(found);
}

async function toolsOf(column: Column, probesDir: string | null): Promise<Tools> {
  const compiler = compilerOf(column);
  const qemu = column.row.qemu?.binary ?? null;
  const [make, gcc, emulator] = await Promise.all([
    runVersion('make'),
    runVersion(compiler),
    qemu === null ? null : runVersion(qemu),
  ]);
  return {
    toolbox: { compiler: gcc ?? '', qemu: emulator, probe: probeDigest() },
    noBuild: make === null ? absent('make') : gcc === null ? absent(compiler) : null,
    noBoot:
      qemu === null || probesDir === null ? null : emulator === null ? absent(qemu) : await noProbe(column, probesDir),
  };
}

/** Without a C library for one arch the others still boot. */
async function noProbe(column: Column, dir: string): Promise<string | null> {
  try {
    await buildProbe(column, dir);
    return null;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

function absent(program: string): string {
  return `${program} is not installed; \`kvm-matrix setup\` brings it`;
}
