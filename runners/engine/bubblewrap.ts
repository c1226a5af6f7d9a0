import { closeSync, existsSync, mkdtempSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { infraFailure } from '../../matrix/failure.ts';
import { readIfThere, remove } from '../files.ts';
import { runLogged } from '../process.ts';
import type { Driver, Order } from './driver.ts';
import { wardenLimits, type Owner } from './containers.ts';
import { INSIDE } from './engine.ts';
import { makeGroup, type Group } from './group.ts';
import { mountsOf, TMP_BYTES, type Mount } from './mounts.ts';
import type { Started } from './warden.ts';

export interface BubblewrapOptions {
  readonly version: string;
  /** An unpacked root, its name and what identifies its content. */
  readonly image: { readonly name: string; readonly digest: string; readonly root: string } | null;
  readonly owner: Owner;
  readonly bin: string;
  readonly jobserver: string | null;
  /** bwrap knows --disable-userns (0.8). */
  readonly forbidsUserns: boolean;
}

/** Boxes without any engine: namespaces of the kernel over an unpacked root. An `image` of the user's is a directory. */
export function bubblewrapDriver(options: BubblewrapOptions): Driver {
  const { version, image } = options;
  return {
    facts: { name: 'bubblewrap', version, image: image && { name: image.name, digest: image.digest } },
    counts: false,
    start: (order) => startBubble(order, options),
    imageDigest: (root) =>
      Promise.resolve(
        root === null ? (image?.digest ?? null) : existsSync(join(root, 'usr')) ? `directory:${root}` : null,
      ),
    sweep: () => Promise.resolve(),
  };
}

async function startBubble(order: Order, options: BubblewrapOptions): Promise<Started> {
  const root = order.place.image ?? options.image?.root;
  if (root === undefined || !existsSync(root))
    throw infraFailure(
      `there is no root to build in${root === undefined ? '' : ` at ${root}`}`,
      'run `kvm-matrix setup`',
    );
  const scratch = mkdtempSync(join(tmpdir(), 'kvm-matrix-box-'));
  const group = process.getuid?.() === 0 ? makeGroup(order.limits) : null;
  const stop = new AbortController();
  const log = join(scratch, 'log');
  closeSync(openSync(log, 'w'));
  const argv = bubbleArgv(order, root, { ...options, scratch, group });
  const ended = runLogged(argv, { log, signal: stop.signal }).catch(() => undefined);
  const gone = ended.then(async () => {
    const words = readIfThere(log) ?? '';
    await group?.remove();
    remove(scratch);
    return words;
  });
  return { gone, stop: async () => (stop.abort(), void (await gone)) };
}

interface Bubble extends BubblewrapOptions {
  /** A directory of ours. */
  readonly scratch: string;
  readonly group: Group | null;
}

/** As root another user runs it, and what he may not reach is mounted where he may: in a mount namespace of its own. */
export function bubbleArgv(order: Order, root: string, bubble: Bubble): string[] {
  const mounts = [...mountsOf(order, bubble.bin, bubble.jobserver), ...(bubble.group?.mounts ?? [])];
  const counts = bubble.group !== null;
  if (process.getuid?.() !== 0) return bwrap(order, root, mounts, counts, bubble);
  const stages = mounts.map((mount, index) => ({ ...mount, stage: join(bubble.scratch, String(index)) }));
  const staged = stages.map(({ stage, to, writable }) => ({ from: stage, to, writable }));
  const binds = [{ from: root, stage: join(bubble.scratch, 'root') }, ...stages];
  const { uid } = order;
  return [
    ['unshare', '--mount', '--propagation', 'private', 'sh', '-euc', STAGE, 'stage'],
    [bubble.group?.procs.join(' ') ?? '', bubble.scratch, String(binds.length)],
    binds.flatMap(({ from, stage }) => [from, stage]),
    ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'],
    bwrap(order, join(bubble.scratch, 'root'), staged, counts, bubble),
  ].flat();
}

/** Words: files to write our id to, the scratch directory, how many binds, from and to of each, the command. */
const STAGE = `
for procs in $1; do echo $$ > "$procs"; done
chmod 711 "$2"
count=$3; shift 3
while [ $count -gt 0 ]; do
	if [ -d "$1" ]; then mkdir "$2"; else : > "$2"; fi
	mount --bind "$1" "$2"
	count=$((count - 1)); shift 2
done
exec "$@"`;

function bwrap(
  order: Order,
  root: string,
  mounts: readonly Mount[],
  counts: boolean,
  { forbidsUserns }: Bubble,
): string[] {
  return [
    [
      'bwrap',
      '--unshare-all',
      '--unshare-user',
      '--uid',
      '1000',
      '--gid',
      '1000',
      '--cap-drop',
      'ALL',
      '--new-session',
    ],
    forbidsUserns ? ['--disable-userns'] : [],
    ['--die-with-parent', '--as-pid-1', '--hostname', 'kvm-matrix', '--clearenv', '--ro-bind', root, '/'],
    ['--dev', '/dev', '--proc', '/proc', '--size', String(TMP_BYTES), '--tmpfs', '/tmp'],
    mounts.flatMap(({ from, to, writable }) => [writable ? '--bind' : '--ro-bind', from, to]),
    ['--chdir', '/', `${INSIDE.bin}/warden`, INSIDE.socket, ...wardenLimits(order, counts)],
  ].flat();
}
