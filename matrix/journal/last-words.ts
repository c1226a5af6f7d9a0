import { STAGES, type CellId, type Stage } from '../cell.ts';

/**
 * The last word on each stage of each cell. When a stage is settled a second time, what an earlier try said of the
 * stages behind it lapses: they rested on it.
 */
export class LastWords<Word> {
  /** In the order of STAGES. */
  readonly #cells = new Map<CellId, (Word | undefined)[]>();

  enter(cell: CellId, stage: Stage, word: Word): void {
    const index = STAGES.indexOf(stage);
    const words = this.#cells.get(cell) ?? STAGES.map(() => undefined);
    if (words[index] !== undefined) words.fill(undefined, index);
    words[index] = word;
    this.#cells.set(cell, words);
  }

  /** Of one cell, in the order of STAGES; empty when nothing was said of it. */
  of(cell: CellId): readonly (Word | undefined)[] {
    return this.#cells.get(cell) ?? [];
  }

  /** Cell by cell. */
  *[Symbol.iterator](): Generator<Word> {
    for (const words of this.#cells.values()) for (const word of words) if (word !== undefined) yield word;
  }
}
