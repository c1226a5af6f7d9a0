import type { CellId } from '../cell.ts';
import type { Column } from '../column.ts';
import type { EngineFacts } from '../journal/event.ts';
import { formatRequests, parseDotConfig } from '../kconfig/kconfig.ts';
import { PACK_INITRAMFS, PROBE_CFLAGS, probeConf, probeModes, qemuArgv, type GuestModule } from './guest.ts';
import { BUILD_ENV, buildArgv, configureArgvs, isConfigTarget, probeCompilerOf } from './make.ts';

/** Which cell, and where its commit is. */
export interface ReproCell {
  readonly cell: CellId;
  readonly commit: string;
  /** A git directory that has the commit. */
  readonly gitDir: string;
  /** Where the cell was built. */
  readonly engine: EngineFacts;
}

/** How a cell was built and booted; the same for most cells of a column. */
export interface ReproWork {
  readonly column: Column;
  /** The resolved .config of the cell; decides whether there are modules to build. */
  readonly dotConfig: string;
  /** Null when the cell never came so far. */
  readonly modules: readonly GuestModule[] | null;
  /** Where the probe's sources lie. */
  readonly probeDir: string;
}

/** The first of the plain shell lines that redo one cell without kvm-matrix: they fetch its sources. */
export function reproHead({ cell, commit, gitDir, engine }: ReproCell): string {
  const env = Object.entries(BUILD_ENV).map(([name, value]) => `export ${name}=${quote(value)}`);
  return [
    `# cell ${cell}, commit ${commit}`,
    ...imageLines(engine),
    'set -eu',
    'work=${WORK:-$(mktemp -d)}; echo "working in $work"',
    'mkdir -p "$work/linux" "$work/out"',
    `git --git-dir=${quote(gitDir)} archive ${commit} | tar -x -C "$work/linux"`,
    ...env,
  ].join('\n');
}

/** These lines build with the compilers of the machine, and with its user's rights. */
function imageLines({ name, image }: EngineFacts): string[] {
  if (image === null) return [];
  return [
    `# It was built by ${name} in ${image.name} (${image.digest}). For the same compilers run what builds in there.`,
    '# Patches are code: what their Makefiles say runs with your rights here.',
  ];
}

/** The rest of them: they rebuild the cell and, where it came so far, reboot it. */
export function reproSteps(work: ReproWork): string {
  const boot = work.modules && work.column.row.qemu ? [bootLines(work, work.modules)] : [];
  return `${[configureLines(work), buildLines(work), ...boot].join('\n\n')}\n`;
}

const PLACE = { source: '$work/linux', build: '$work/out', launcher: null };

function configureLines({ column, dotConfig }: ReproWork): string {
  const requests = formatRequests([...column.fragments, ...column.requests]).trimEnd();
  const file = '$work/requests.config';
  const here = [`cat > "${file}" <<'END'`, requests, 'END'];
  const [first, ...rest] = configureArgvs(column, PLACE, file).map(shellLine);
  if (column.configBase === 'tiny') return [...here, first].join('\n');
  if (isConfigTarget(column.configBase))
    return [...here, first, `cat "${file}" >> "$work/out/.config"`, ...rest].join('\n');
  // The file may have changed since; what it came to has not.
  return [`cat > "$work/out/.config" <<'END'`, dotConfig.trimEnd(), 'END', first].join('\n');
}

function buildLines({ column, dotConfig }: ReproWork): string {
  return `${shellLine(buildArgv(column, PLACE, parseDotConfig(dotConfig)))} -j"$(nproc)"`;
}

function bootLines({ column, dotConfig, probeDir }: ReproWork, modules: readonly GuestModule[]): string {
  const qemu = column.row.qemu;
  if (!qemu) throw new Error('no qemu row');
  const copies = modules.map(({ name, path }) => `cp "$work/out/${path}" "$work/root/modules/${name}.ko"`);
  return [
    'mkdir -p "$work/root/modules"',
    `probe=${quote(probeDir)}`,
    `${probeCompilerOf(column.row.toolchain)} ${PROBE_CFLAGS.join(' ')} -I"$probe" -o "$work/root/init" "$probe"/*.c "$probe"/*/*.c`,
    ...new Set(copies),
    `cat > "$work/root/probe.conf" <<'END'`,
    probeConf(column, modules, parseDotConfig(dotConfig)).trimEnd(),
    'END',
    `(cd "$work/root" && ${PACK_INITRAMFS} > "$work/initrd")`,
    ...probeModes(column, modules).map((mode) =>
      shellLine(qemuArgv(qemu, `$work/out/${column.row.make.image}`, '$work/initrd', mode)),
    ),
  ].join('\n');
}

/** One command on one line; `$work` stays a variable of the shell. */
function shellLine(argv: readonly string[]): string {
  return argv.map((word) => (word.includes('$work') ? `"${word}"` : quote(word))).join(' ');
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
