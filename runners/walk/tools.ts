import { join } from 'node:path';
import type { Column } from '../../matrix/column.ts';
import { Failure } from '../../matrix/failure.ts';
import type { Toolbox } from '../../matrix/plan/fingerprint.ts';
import { compilerOf } from '../../matrix/recipe/make.ts';
import { buildProbe, probeDigest } from '../boot/initramfs.ts';
import { runVersion } from '../doctor/version.ts';
import { siteOf, type Box, type Engine, type Site } from '../engine/engine.ts';
import { PACKAGE_ROOT, sha256 } from '../files.ts';

/** The programs of one arch: compilers where it is built, the emulator on this machine. */
export interface Tools {
  readonly toolbox: Toolbox;
  /** Why nothing can be built; null when it can. */
  readonly noBuild: string | null;
  /** Why nothing can be booted; null when it can. */
  readonly noBoot: string | null;
}

/** Where compilers are asked and probes are built: one for each image. No patch has a say there. */
export function toolSite(engine: Engine, work: string, { row }: Pick<Column, 'row'>): Site {
  const image = row.toolchain.image ?? null;
  const own = engine.contains ? `boxes/tools-${sha256(image ?? '', engine.facts.name).slice(0, 12)}` : 'probes';
  return siteOf(engine, {
    name: 'tools',
    source: join(PACKAGE_ROOT, 'runners'),
    build: join(work, own),
    store: null,
    below: null,
    image,
  });
}

/**
 * Asks compiler and emulator of every arch for their version: it is part of what decides a verdict. Builds the probe of
 * each where something is going to be booted.
 */
export async function findTools(
  columns: readonly Column[],
  { engine, work, boots }: { engine: Engine; work: string; boots: boolean },
): Promise<Map<string, Tools>> {
  const byArch = new Map(columns.map((column) => [column.arch, column]));
  const found = await Promise.all(
    [...byArch].map(
      async ([arch, column]) => [arch, await toolsOf(column, engine, toolSite(engine, work, column), boots)] as const,
    ),
  );
  return new Map(found);
}

async function toolsOf(column: Column, engine: Engine, site: Site, boots: boolean): Promise<Tools> {
  const compiler = compilerOf(column);
  const qemu = column.row.qemu?.binary ?? null;
  const [image, emulator] = await Promise.all([
    engine.imageDigest(column.row.toolchain.image ?? null),
    qemu === null ? null : runVersion(qemu),
  ]);
  const [make, gcc] = [await versionIn(site.box, 'make'), await versionIn(site.box, compiler)];
  const lacking = make === null ? 'make' : gcc === null ? compiler : null;
  const noBuild =
    engine.contains && image === null
      ? `there is no image ${column.row.toolchain.image ?? ''}`.trim()
      : lacking && absent(lacking, engine.contains);
  const whole = image === null ? { others: await versionsIn(site.box, othersOf(column)) } : { image };
  return {
    toolbox: { compiler: gcc ?? '', qemu: emulator, probe: probeDigest(), ...whole },
    noBuild,
    noBoot: qemu === null || !boots ? null : emulator === null ? absent(qemu, false) : await noProbe(column, site),
  };
}

/**
 * What decides beside the compiler: symbols of Kconfig name their versions, and the bytes of the image are theirs. Source: LD,
 * RUSTC, BINDGEN and PAHOLE in the top Makefile; their $(shell,...) in init/Kconfig.
 */
function othersOf({ row: { toolchain } }: Column): string[] {
  const linker = toolchain.llvm ? 'ld.lld' : `${toolchain.prefix}ld`;
  return [linker, 'rustc', 'bindgen', 'pahole', 'lz4'];
}

async function versionsIn(box: Box, programs: readonly string[]): Promise<string[]> {
  const versions = await Promise.all(programs.map((program) => versionIn(box, program)));
  return versions.map((version) => version ?? '');
}

/** The first line of its --version; null where there is no such program. */
async function versionIn(box: Box, program: string): Promise<string | null> {
  try {
    const { stdout, stderr } = await box.capture([program, '--version']);
    return (stdout || stderr).split('\n', 1)[0] ?? '';
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** Without a C library for one arch the others still boot. */
async function noProbe(column: Column, site: Site): Promise<string | null> {
  try {
    await buildProbe(column, site);
    return null;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

function absent(program: string, inImage: boolean): string {
  return inImage ? `${program} is not in the image` : `${program} is not installed; \`kvm-matrix setup\` brings it`;
}
