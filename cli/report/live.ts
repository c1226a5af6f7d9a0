import { Listr, type ListrTaskWrapper } from 'listr2';
import type { ColumnId } from '../../matrix/cell.ts';
import { patchTitle, type Event, type RunFacts } from '../../matrix/event.ts';
import type { Board } from './board.ts';
import { firstLine, plainText } from './plain-text.ts';
import { Progress, type ColumnProgress } from './progress.ts';

type Task = ListrTaskWrapper<unknown, never, never>;

/** One line per column: where it is, what broke; above them how much is done and how long it will take. */
export function openLiveBoard(): Board {
  const progress = new Progress();
  let view: LiveView | null = null;
  return {
    note: (text) => void process.stderr.write(`${plainText(text)}\n`),
    tell(event: Event): void {
      progress.enter(event);
      if (event.type === 'run-started') view = new LiveView(event.run);
      view?.update(progress);
    },
    async close(): Promise<void> {
      await view?.close(progress);
    },
  };
}

class LiveView {
  readonly #tasks = new Map<ColumnId | 'all', { task: Task; finish: (failed: boolean) => void }>();
  readonly #run: RunFacts;
  readonly #shown: Promise<unknown>;

  constructor(run: RunFacts) {
    this.#run = run;
    const names: (ColumnId | 'all')[] = ['all', ...run.columns.map(({ id }) => id)];
    const tasks = names.map((name) => ({
      title: name === 'all' ? firstLine(run.series.subject) : name,
      task: (_: unknown, task: Task): Promise<void> =>
        new Promise((resolve, reject) =>
          this.#tasks.set(name, { task, finish: (failed) => (failed ? reject(new Error('broken')) : resolve()) }),
        ),
    }));
    const board = new Listr(
      tasks as never[],
      {
        concurrent: true,
        exitOnError: false,
        rendererOptions: { showErrorMessage: false },
        registerSignalListeners: false,
        forceTTY: true,
      } as never,
    );
    this.#shown = board.run();
  }

  update(progress: Progress): void {
    const all = this.#tasks.get('all')?.task;
    if (all) all.title = `${firstLine(this.#run.series.subject)}: ${progress.summary()}`;
    for (const [id, column] of progress.columns) {
      const entry = this.#tasks.get(id);
      if (entry) entry.task.title = columnTitle(id, column, this.#run);
      if (column.settled === this.#run.rows.length * this.#run.stages.length) entry?.finish(column.failed.length > 0);
    }
  }

  async close(progress: Progress): Promise<void> {
    this.update(progress);
    for (const [id, { finish }] of this.#tasks)
      finish(id !== 'all' && (progress.columns.get(id)?.failed.length ?? 0) > 0);
    await this.#shown;
  }
}

function columnTitle(id: ColumnId, column: ColumnProgress, run: RunFacts): string {
  const where = column.stage === null ? '' : `  ${column.stage}`;
  const broken = column.failed.length > 0 ? `  broken: ${column.failed.slice(-4).join(', ')}` : '';
  return `${id}  ${firstLine(patchTitle(run, column.row), 48)}${where}${broken}`;
}
