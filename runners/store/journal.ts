import { existsSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '../../matrix/event.ts';
import { infraFailure } from '../../matrix/failure.ts';
import { appendLine } from '../files.ts';

/** events.jsonl of one run: append-only, one JSON line an event. */
export class Journal {
  readonly path: string;
  readonly #listeners: ((event: Event) => void)[] = [];

  constructor(runDir: string) {
    this.path = join(runDir, 'events.jsonl');
  }

  onEvent(listener: (event: Event) => void): void {
    this.#listeners.push(listener);
  }

  append(event: Event): void {
    appendLine(this.path, JSON.stringify(event));
    for (const listener of this.#listeners) listener(event);
  }

  /** All whole events. A line that a kill cut short was never said: it is taken off. */
  recover(): Event[] {
    if (!existsSync(this.path)) return [];
    const content = readFileSync(this.path);
    const whole = content.lastIndexOf(10) + 1;
    if (whole < content.length) truncateSync(this.path, whole);
    return this.read();
  }

  read(): Event[] {
    if (!existsSync(this.path)) return [];
    const lines = readFileSync(this.path, 'utf8').split('\n');
    return lines.slice(0, -1).map((line, index) => parseLine(line, index, this.path));
  }
}

function parseLine(line: string, index: number, path: string): Event {
  try {
    return JSON.parse(line) as Event;
  } catch (error) {
    throw infraFailure(
      `${path}:${index + 1} is no JSON`,
      'the journal was damaged from outside; start afresh with --fresh',
      error,
    );
  }
}
