import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { judgeConfigure } from '../../matrix/judge/configure.ts';
import { parseDotConfig } from '../../matrix/kconfig/kconfig.ts';
import { allowsNext } from '../../matrix/result.ts';
import { configureColumn } from '../kbuild/configure.ts';
import { now, stopwatch } from '../clock.ts';
import type { Site } from '../engine/engine.ts';
import { readIfThere, sha256, writeWhole } from '../files.ts';
import { absoluteLog, logPath, settle, startStage, tell, type CellWork } from './context.ts';

/** Asks Kconfig; `why` it must be. On the base this decides whether the column exists. */
export async function settleConfigure(work: CellWork, place: Site, why: string): Promise<void> {
  const { context, row, column } = work;
  startStage(work, 'configure');
  const seconds = stopwatch();
  const outcome = await configureColumn({ column, place, log: absoluteLog(work, 'configure'), signal: context.signal });
  const before = context.book.latest(row, column.id, 'configure', ({ result }) => allowsNext(result));
  const config = before ? loadConfig(work, before.settled.detail.artefacts['config'] ?? '') : null;
  const findings = context.book.known(row, column.id, 'configure') ?? [];
  const { inexpressible, ...judged } = judgeConfigure(
    outcome,
    config ? { resolved: parseDotConfig(config), findings } : null,
  );
  if (row === 0)
    tell(work, {
      type: 'column-settled',
      at: now(),
      column: column.id,
      expressible: inexpressible === null,
      reason: inexpressible,
    });
  const saved = outcome.resolved ? saveConfig(work, readIfThere(join(place.build, '.config')) ?? '') : '';
  settle(
    work,
    { stage: 'configure', basis: 'ran', from: null, seconds: seconds(), log: logPath(work, 'configure'), ...judged },
    { artefacts: { config: saved }, makeCalls: outcome.makeCalls, why },
  );
}

/** Configs are kept by content, for the report, for resume and for reproducers. */
function saveConfig({ context }: CellWork, text: string): string {
  const digest = configDigest(text);
  const path = context.out.config(digest);
  if (!existsSync(path)) writeWhole(path, text);
  return digest;
}

export function configDigest(text: string): string {
  return sha256(text).slice(0, 16);
}

export function loadConfig({ context }: CellWork, digest: string): string {
  const text = readIfThere(context.out.config(digest));
  if (text === null) throw new Error(`the config ${digest} of a settled cell is gone`);
  return text;
}
