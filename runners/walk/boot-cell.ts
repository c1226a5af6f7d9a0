import type { Book } from '../../matrix/journal/book.ts';
import { cellId, type ColumnId } from '../../matrix/cell.ts';
import {
  BOOT_STAGES,
  type BaseFacts,
  type BootContext,
  type BootFindings,
  type BootOutcome,
  type BootStage,
} from '../../matrix/judge/boot-facts.ts';
import { carryBoot } from '../../matrix/judge/points.ts';
import { judgeBoot } from '../../matrix/judge/boot.ts';
import { checksOf, type Checks } from '../../matrix/judge/checks.ts';
import { joinBoots, judgeLifetime, lifetimeChecks } from '../../matrix/judge/lifetime.ts';
import { isJudged } from '../../matrix/verdict.ts';
import { noMachine } from '../../matrix/plan/plan.ts';
import { probeModes, type GuestModule, type ProbeMode } from '../../matrix/recipe/guest.ts';
import { allowsNext, notRun } from '../../matrix/result.ts';
import { bootGuest } from '../boot/qemu.ts';
import { bootNeeds } from '../room.ts';
import { absoluteLog, isOpen, logPath, settle, settledStage, startStage, type CellWork } from './context.ts';
import { dropGuest, guestOf } from './guest.ts';
import { lookTwice, type Looked } from './look-twice.ts';

/** Boots one built cell and settles what the probe found, stage by stage. */
export async function bootCell(work: CellWork): Promise<void> {
  if (!isOpen(work, 'boot') && !isOpen(work, 'kvm') && !isOpen(work, 'vfio')) return;
  const build = settledStage(work, 'build');
  const noBoot = work.context.tools.get(work.column.arch)?.noBoot ?? null;
  if (!build || !allowsNext(build.result)) skipStages(work, 'needs build');
  else if (!work.column.row.qemu) skipStages(work, noMachine(work.column));
  else if (build.result.basis === 'proved') carryBoots(work, work.context.book.rowBefore(work.row) ?? 0, 'proved');
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
  if (same) return carryBoots(work, same.row, 'reused');
  for (const stage of BOOT_STAGES.filter((candidate) => isOpen(work, candidate))) startStage(work, stage);
  const qemu = column.row.qemu;
  if (!qemu) throw new Error('a boot without a qemu row');
  const boot = (name: string, mode: ProbeMode): Promise<BootOutcome> =>
    context.jobserver.run(bootNeeds(qemu.memory), context.signal, () =>
      bootGuest({ qemu, mode, ...guestOf(work), log: absoluteLog(work, name), signal: context.signal }),
    );
  const facts = contextOf(work);
  const isBase = facts.base === null;
  const main = await lookTwice({
    isBase,
    boot: (again) => boot(again ? 'console-again' : 'console', 'main'),
    judge: (outcome) => judgeBoot(outcome, facts),
    checks: ({ console }) => checksOf(console),
  });
  const modes = probeModes(column, modulesOf(work));
  const held =
    modes.includes('lifetime') && isOpen(work, 'vfio') && ['pass', 'warn'].includes(main.judged.vfio.verdict);
  const lifetime = held
    ? await lookTwice({
        isBase,
        boot: (again) => boot(again ? 'lifetime-again' : 'lifetime', 'lifetime'),
        judge: (outcome) => ({ vfio: judgeLifetime(outcome, facts) }),
        checks: lifetimeChecks,
      })
    : null;
  settleBoots(work, main, lifetime, guest);
}

function modulesOf(work: CellWork): GuestModule[] {
  return JSON.parse(settledStage(work, 'build')?.detail.artefacts['modules'] ?? '[]') as GuestModule[];
}

/** Takes over what `from` showed: its kernel is this one. */
function carryBoots(work: CellWork, from: number, basis: 'proved' | 'reused'): void {
  const { context, column } = work;
  const guest = settledStage(work, 'build')?.detail.artefacts['guest'] ?? '';
  for (const stage of BOOT_STAGES.filter((candidate) => isOpen(work, candidate))) {
    const source = context.book.get(from, column.id, stage);
    if (!source) throw new Error(`${stage} of row ${from} is not settled`);
    const why =
      basis === 'proved' ? 'the build is proved the same' : 'image, modules, probe and machine are the same bytes';
    settle(work, carryBoot(source.result, basis, source.result.from ?? cellId(from, column.id)), {
      artefacts: { guest },
      checks: source.detail.checks,
      why,
    });
  }
}

/** `lifetime` is null when there was nothing to pull from under anything. */
function settleBoots(work: CellWork, main: Looked<BootStage>, lifetime: Looked<'vfio'> | null, guest: string): void {
  const vfio = lifetime === null ? main.judged.vfio : joinBoots(main.judged.vfio, lifetime.judged.vfio);
  const checks = { ...main.checks, ...lifetime?.checks };
  const total = main.seconds + (lifetime?.seconds ?? 0);
  const share = Math.round((total / BOOT_STAGES.length) * 1000) / 1000;
  const references = JSON.stringify([...main.outcome.console.references]);
  for (const stage of BOOT_STAGES.filter((candidate) => isOpen(work, candidate))) {
    const own = Object.entries(checks).filter(([name]) => name.startsWith(`${stage}.`));
    settle(
      work,
      {
        ...{ ...main.judged, vfio }[stage],
        stage,
        basis: 'ran',
        from: null,
        seconds: share,
        log: logPath(work, 'console'),
      },
      { artefacts: { guest, ...(stage === 'vfio' ? { references } : {}) }, checks: Object.fromEntries(own) },
    );
  }
}

function contextOf({ context, row, column }: CellWork): BootContext {
  const { book } = context;
  const before = Object.fromEntries(
    BOOT_STAGES.map((stage) => [stage, book.known(row, column.id, stage)]),
  ) as BootFindings;
  return { before, base: row === 0 ? null : baseFacts(book, column.id), lacks: column.row.qemu?.lacks ?? {} };
}

function baseFacts(book: Book, column: ColumnId): BaseFacts {
  const stages = BOOT_STAGES.map((stage) => book.get(0, column, stage)?.detail);
  const checks = Object.assign({}, ...stages.map((detail) => detail?.checks ?? {})) as Checks;
  const references = JSON.parse(stages.at(-1)?.artefacts['references'] ?? '[]') as [string, string][];
  // Silence on the base is a miss: any verdict about its kernel means that it spoke.
  const spoke = isJudged(book.get(0, column, 'boot')?.result.verdict ?? 'miss');
  return { spoke, checks, references: new Map(references) };
}
