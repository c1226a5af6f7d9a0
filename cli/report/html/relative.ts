import { cellId, columnSlug, position } from '../../../matrix/cell.ts';
import type { GridCell } from '../../../matrix/grid/grid.ts';

/** Tells a path or a cell id as seen from one cell; null stays null. */
export type Relative = (text: string | null) => string | null;

/**
 * Own row and column become `{cell}`, `{column}`, `{dir}` and `{slug}`, which script.ts puts back. So told, what was
 * reused or proved alike is equal in a whole row, or a whole column.
 */
export function relativeTo({ patch, column }: Pick<GridCell, 'patch' | 'column'>): Relative {
  const [cell, slug] = [cellId(patch, column), columnSlug(column)];
  const words = { cell, column, dir: `${position(patch)}/${slug}`, slug };
  // The stages of a cell mostly name the same.
  const told = new Map<string, string>();
  return (text) => {
    if (text === null) return null;
    const done = told.get(text) ?? shorten(text, words);
    told.set(text, done);
    return done;
  };
}

function shorten(text: string, words: Readonly<Record<string, string>>): string {
  const word = Object.keys(words).find((name) => text.includes(words[name] ?? ''));
  return word === undefined ? text : text.replace(words[word] ?? '', `{${word}}`);
}
