import { STAGES, type Stage } from '../cell.ts';
import { usageFailure } from '../failure.ts';
import { nearest } from '../file/nearest.ts';

/** Reads `build,boot`: the stages named and all that they need before them. All stages when `text` is undefined. */
export function chooseStages(text: string | undefined): Stage[] {
  if (text === undefined) return [...STAGES];
  const indexes = text.split(',').map((word) => indexOf(word.trim()));
  const last = Math.max(...indexes);
  // kvm and vfio come out of one boot and do not need each other.
  return STAGES.filter(
    (stage, index) => index <= last && (stage !== 'kvm' || last !== STAGES.indexOf('vfio') || indexes.includes(index)),
  );
}

function indexOf(word: string): number {
  const index = (STAGES as readonly string[]).indexOf(word);
  if (index >= 0) return index;
  const near = nearest(word, STAGES);
  throw usageFailure(
    `--stages: unknown stage "${word}"`,
    near ? `did you mean "${near}"?` : `stages are ${STAGES.join(', ')}`,
  );
}
