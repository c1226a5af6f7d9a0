import type { Board } from './board.ts';
import { openLiveBoard } from './live.ts';
import { plainText } from './plain-text.ts';
import { openPlainBoard } from './plain.ts';

/** Redrawn on a terminal; plain lines where nobody watches. It talks on stderr: stdout is for data. */
export function openBoard(): Board {
  const watched = process.stderr.isTTY && process.env['CI'] === undefined;
  return watched ? openLiveBoard() : openPlainBoard((line) => void process.stderr.write(`${plainText(line)}\n`));
}
