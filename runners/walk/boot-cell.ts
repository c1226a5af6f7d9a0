import type { Settled } from '../../matrix/book.ts';
import { cellId } from '../../matrix/cell.ts';
import {
  BOOT_STAGES,
  judgeBoot,
  type BootContext,
  type BootFindings,
  type BootOutcome,
} from '../../matrix/judge/boot.ts';
import { allowsNext, carryOver, notRun, type StageResult } from '../../matrix/result.ts';
import { bootGuest } from '../boot/qemu.ts';
import { absoluteLog, isOpen, logPath, settle, settledStage, startStage, type CellWork } from './context.ts';
import { dropGuest, guestOf } from './guest.ts';

/** Boots one built cell and settles what the probe found, stage by stage. */
export async function bootCell(work: CellWork): Promise<void> {
  if (!isOpen(work, 'boot') && !isOpen(work, 'kvm') && !isOpen(work, 'vfio')) return;
  const build = settledStage(work, 'build');
  const noBoot = work.context.tools.get(work.column.arch)?.noBoot ?? null;
  if (!build || !allowsNext(build.result)) skipStages(work, 'needs build');
  else if (noBoot !== null) missStages(work, noBoot);
  else await bootOrReuse(work, build.detail.artefacts['guest'] ?? '');
  dropGuest(work);
}

function skipStages(work: CellWork, reason: string): void {
  for (const stage of BOOT_STAGES.filter((candidate) => isOpen(work, candidate)))
    settle(work, notRun(stage, 'skip', reason));
}

function missStages(work: CellWork, reason: string): void {
  if (isOpen(work, 'boot')) settle(work, notRun('boot', 'miss', reason));
  skipStages(work, 'needs boot');
}

/** Image, modules, probe and machine are the same bytes as on an earlier patch of this column: so is the verdict. */
async function bootOrReuse(work: CellWork, guest: string): Promise<void> {
  const { context, row, column } = work;
  const same = context.book.latest(
    row,
    column.id,
    'boot',
    ({ result, detail }) => detail.artefacts['guest'] === guest && allowsNext(result),
  );
  if (same) return reuseBoot(work, same.row, guest);
  for (const stage of BOOT_STAGES.filter((candidate) => isOpen(work, candidate))) startStage(work, stage);
  const qemu = column.row.qemu;
  if (!qemu) throw new Error('a boot without a qemu row');
  const outcome = await bootGuest({
    qemu,
    ...guestOf(work),
    log: absoluteLog(work, 'console'),
    signal: context.signal,
  });
  settleOutcome(work, outcome, guest);
}

function reuseBoot(work: CellWork, from: number, guest: string): void {
  const { context, column } = work;
  for (const stage of BOOT_STAGES.filter((candidate) => isOpen(work, candidate))) {
    const source = context.book.get(from, column.id, stage);
    if (!source) throw new Error(`${stage} of row ${from} is not settled`);
    settle(work, sameAgain(source, source.result.from ?? cellId(from, column.id)), {
      artefacts: { guest },
      points: source.detail.points,
    });
  }
}

/** What was new there is known here, so a warning alone is no news any more. */
function sameAgain({ result }: Settled, from: string): StageResult {
  const findings = result.findings.map((finding) => ({ ...finding, new: false }));
  const carried = { ...carryOver(result, 'reused', from), findings };
  return result.verdict === 'warn' ? { ...carried, verdict: 'pass', reason: null } : carried;
}

function settleOutcome(work: CellWork, outcome: BootOutcome, guest: string): void {
  const judgements = judgeBoot(outcome, contextOf(work));
  const log = logPath(work, 'console');
  const points = outcome.console.points.map(({ name }) => name);
  const share = Math.round((outcome.seconds / BOOT_STAGES.length) * 1000) / 1000;
  for (const stage of BOOT_STAGES.filter((candidate) => isOpen(work, candidate))) {
    settle(
      work,
      { stage, basis: 'ran', from: null, seconds: share, log, ...judgements[stage] },
      { artefacts: { guest }, points },
    );
  }
}

function contextOf({ context, row, column }: CellWork): BootContext {
  const { book } = context;
  const base = row === 0 ? undefined : book.get(0, column.id, 'boot');
  const before = Object.fromEntries(
    BOOT_STAGES.map((stage) => [stage, book.known(row, column.id, stage)]),
  ) as BootFindings;
  const points = base?.detail.points ?? [];
  return { before, baseSpoke: points.length > 0, isBase: row === 0, expected: points.length > 0 ? points : null };
}
