import { join } from 'node:path';
import type { BuildOutcome } from '../../matrix/judge/build.ts';
import { judgeBuild } from '../../matrix/judge/build.ts';
import { parseDotConfig } from '../../matrix/kconfig.ts';
import { guestModules } from '../../matrix/recipe/guest.ts';
import type { BuildPlace } from '../../matrix/recipe/make.ts';
import { allowsNext, type Judgement } from '../../matrix/result.ts';
import { buildColumn } from '../build/build.ts';
import { listModules } from '../build/modules.ts';
import { readIfThere, sha256OfFile, writeWhole } from '../files.ts';
import { loadConfig } from './configure-cell.ts';
import type { CellWork } from './context.ts';
import { stageGuest } from './guest.ts';

/** What one make of a cell came to. */
export interface Made {
  readonly judged: Judgement;
  /** `config` and `image` by content, `modules`, and the digest of the staged `guest`: empty where there is none. */
  readonly artefacts: Readonly<Record<'config' | 'image' | 'modules' | 'guest', string>>;
}

/** Makes image and modules of a cell in `place`, whatever lies there, judges, and stages a guest where one can boot. */
export async function makeCell(work: CellWork, place: BuildPlace, config: string, log: string): Promise<Made> {
  const { context, row, column } = work;
  const dotConfig = loadConfig(work, config);
  if (readIfThere(join(place.build, '.config')) !== dotConfig) writeWhole(join(place.build, '.config'), dotConfig);
  const resolved = parseDotConfig(dotConfig);
  const { jobserver, signal } = context;
  const outcome = await buildColumn({ column, place, resolved, log, jobserver, signal });
  const judged = judgeBuild(outcome, context.book.known(row, column.id, 'build'));
  const modules = guestModules(column, listModules(place.build));
  const boots = context.plan.stages.includes('boot') && column.row.qemu !== undefined;
  const isWhole = allowsNext(judged);
  const guest = isWhole && boots ? await stageGuest(work, place.build, modules, resolved) : '';
  const image = isWhole ? imageDigest(place.build, column.row.make.image, outcome) : '';
  return { judged, artefacts: { config, guest, image, modules: JSON.stringify(modules) } };
}

function imageDigest(build: string, image: string, { missing }: BuildOutcome): string {
  return missing.includes(image) ? '' : sha256OfFile(join(build, image)).slice(0, 32);
}
