import type { Column } from '../../matrix/column.ts';
import { bootCell } from './boot-cell.ts';
import type { CellWork, WalkContext } from './context.ts';

/** Boots of one column run in the order of the rows: each is judged against the one before. */
export class BootQueue {
  readonly #context: WalkContext;
  readonly #last = new Map<Column, Promise<void>>();
  readonly #failures: unknown[] = [];

  constructor(context: WalkContext) {
    this.#context = context;
  }

  add(work: CellWork): void {
    const before = this.#last.get(work.column) ?? Promise.resolve();
    const boot = before.then(() => this.#context.boots.add(() => bootCell(work)));
    this.#last.set(
      work.column,
      boot.catch((error: unknown) => void this.#failures.push(error)),
    );
  }

  async drained(): Promise<void> {
    await Promise.all(this.#last.values());
  }

  throwFailure(): void {
    if (this.#failures.length > 0) throw this.#failures[0];
  }
}
