import type { Event } from '../../matrix/event.ts';
import { openLiveBoard } from './live.ts';
import { openPlainBoard } from './plain.ts';

/** Shows a run while it goes on. A view only: it decides nothing and keeps nothing. */
export interface Board {
  tell(event: Event): void;
  /** One line about what is being prepared. */
  note(text: string): void;
  close(): Promise<void>;
}

/** Redrawn on a terminal; plain lines where nobody watches. It talks on stderr: stdout is for data. */
export function openBoard(): Board {
  const watched = process.stderr.isTTY && process.env['CI'] === undefined;
  return watched ? openLiveBoard() : openPlainBoard((line) => void process.stderr.write(`${line}\n`));
}
