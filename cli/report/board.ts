import type { Event } from '../../matrix/journal/event.ts';

/** Shows a run while it goes on. A view only: it decides nothing and keeps nothing. */
export interface Board {
  tell(event: Event): void;
  /** One line about what is being prepared. */
  note(text: string): void;
  close(): Promise<void>;
}
