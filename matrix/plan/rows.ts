import { usageFailure } from '../failure.ts';

/** Reads `1-5,9` into positions, sorted, the base (0) always first. `all` positions when `text` is undefined. */
export function chooseRows(text: string | undefined, patches: number): number[] {
  const all = Array.from({ length: patches + 1 }, (_, index) => index);
  if (text === undefined) return all;
  const chosen = new Set(text.split(',').flatMap((part) => readRange(part.trim(), patches)));
  return all.filter((row) => row === 0 || chosen.has(row));
}

function readRange(part: string, patches: number): number[] {
  const match = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(part);
  const [from, to] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  if (!match || from > to || to > patches) {
    throw usageFailure(
      `--patches: "${part}" is no range of 1-${patches}`,
      'write positions and ranges, e.g. --patches 1-5,9',
    );
  }
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
