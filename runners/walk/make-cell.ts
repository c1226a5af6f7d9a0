import { join } from 'node:path';
import { judgeBuild } from '../../matrix/judge/build.ts';
import { parseDotConfig } from '../../matrix/kconfig/kconfig.ts';
import { guestModules } from '../../matrix/recipe/guest.ts';
import { allowsNext, type Judgement } from '../../matrix/result.ts';
import { buildColumn } from '../rebuild/build.ts';
import { kernelDigest, listModules } from '../kbuild/modules.ts';
import type { Site } from '../engine/engine.ts';
import { readIfThere, writeWhole } from '../files.ts';
import { loadConfig } from './configure-cell.ts';
import type { CellWork } from './context.ts';
import { stageGuest } from './guest.ts';

/** What one make of a cell came to. */
export interface Made {
  readonly judged: Judgement;
  readonly how: string | null;
  readonly makeCalls: number;
  /** `config` and `image` (with all modules) by content, `modules`, the digest of the staged `guest`: empty where none is; made `by` make or replay. */
  readonly artefacts: Readonly<Record<'config' | 'image' | 'modules' | 'guest' | 'by', string>>;
}

/** Makes image and modules of a cell in `place`, whatever lies there, judges, and stages a guest where one can boot. */
export async function makeCell(work: CellWork, place: Site, config: string, log: string): Promise<Made> {
  const { context, row, column, onCompiled, backward } = work;
  const dotConfig = loadConfig(work, config);
  if (readIfThere(join(place.build, '.config')) !== dotConfig) writeWhole(join(place.build, '.config'), dotConfig);
  const resolved = parseDotConfig(dotConfig);
  const { jobserver, signal, differences, links } = context;
  const tree = context.trees.get(row) ?? '';
  const inputs = { tree, source: place.box.inside.source, fingerprint: context.fingerprints.get(column.id) ?? '' };
  const shared = { jobserver, signal, differences, links };
  const job = { column, place, resolved, log, inputs, onCompiled, backward, ...shared };
  const outcome = await buildColumn(job);
  const judged = judgeBuild(outcome, context.book.known(row, column.id, 'build'));
  const built = listModules(place.build);
  const modules = guestModules(column, built);
  const boots = context.plan.stages.includes('boot') && column.row.qemu !== undefined;
  const isWhole = allowsNext(judged);
  const guest = isWhole && boots ? await stageGuest(work, place.build, modules, resolved) : '';
  const image = isWhole && outcome.missing.length === 0 ? kernelDigest(place.build, column.row.make.image, built) : '';
  const { by, how, makeCalls } = outcome;
  return { judged, how, makeCalls, artefacts: { config, guest, image, modules: JSON.stringify(modules), by } };
}
