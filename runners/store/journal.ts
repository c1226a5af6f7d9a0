import { existsSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../../matrix/journal/event.ts';
import { infraFailure } from '../../matrix/failure.ts';
import { Sharing } from '../../matrix/journal/sharing.ts';
import { openLineLog, type LineLog } from '../files.ts';
import { readLines, wholeBytes } from '../lines.ts';

/** events.jsonl of one run: append-only, one JSON line an event. */
export class Journal {
  readonly path: string;
  readonly #listeners: ((event: Event) => void)[] = [];
  #log: LineLog | null = null;

  constructor(runDir: string) {
    this.path = join(runDir, 'events.jsonl');
  }

  onEvent(listener: (event: Event) => void): void {
    this.#listeners.push(listener);
  }

  /** The event is in the file before anybody hears of it. */
  append(event: Event): void {
    this.#log ??= openLineLog(this.path);
    this.#log.line(JSON.stringify(event));
    for (const listener of this.#listeners) listener(event);
  }

  close(): void {
    this.#log?.close();
    this.#log = null;
  }

  /** All whole events. A line that a kill cut short was never said: it is taken off. */
  recover(): Event[] {
    if (!existsSync(this.path)) return [];
    const whole = wholeBytes(this.path);
    if (whole < statSync(this.path).size) truncateSync(this.path, whole);
    return [...this.read()];
  }

  /** All whole events, one after the other; what they have in common is kept once. */
  *read(): Generator<Event> {
    if (!existsSync(this.path)) return;
    const sharing = new Sharing();
    let number = 0;
    for (const line of readLines(this.path)) yield sharing.share(parseLine(line, (number += 1), this.path));
  }
}

function parseLine(line: string, number: number, path: string): Event {
  try {
    return JSON.parse(line) as Event;
  } catch (error) {
    throw infraFailure(
      `${path}:${number} is no JSON`,
      'the journal was damaged from outside; start afresh with --fresh',
      error,
    );
  }
}
