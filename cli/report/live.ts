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
      const moved = progress.enter(event);
      if (event.type === 'run-started') view = new LiveView(event.run, progress);
      if (moved !== null) view?.move(moved);
    },
    async close(): Promise<void> {
      await view?.close();
    },
  };
}

/** Titles are no newer than that, in ms: listr2 draws ten times a second, however many events there are. */
const PACE = 100;

class LiveView {
  readonly #tasks = new Map<ColumnId | 'all', { task: Task; finish: (failed: boolean) => void }>();
  readonly #run: RunFacts;
  readonly #progress: Progress;
  readonly #moved = new Set<ColumnId>();
  readonly #shown: Promise<unknown>;
  readonly #timer: NodeJS.Timeout;

  constructor(run: RunFacts, progress: Progress) {
    this.#run = run;
    this.#progress = progress;
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
    this.#timer = setInterval(() => this.#retitle(), PACE);
  }

  move(id: ColumnId): void {
    this.#moved.add(id);
    const column = this.#progress.columns.get(id);
    if (column?.settled === this.#run.rows.length * this.#run.stages.length) this.#finish(id);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#retitle();
    for (const id of this.#tasks.keys()) this.#finish(id);
    await this.#shown;
  }

  #retitle(): void {
    const subject = firstLine(this.#run.series.subject);
    setTitle(this.#tasks.get('all')?.task, `${subject}: ${this.#progress.summary()}`);
    for (const id of this.#moved) {
      const column = this.#progress.columns.get(id);
      if (column) setTitle(this.#tasks.get(id)?.task, columnTitle(id, column, this.#run));
    }
    this.#moved.clear();
  }

  #finish(id: ColumnId | 'all'): void {
    const failed = id === 'all' ? 0 : (this.#progress.columns.get(id)?.failed.length ?? 0);
    this.#tasks.get(id)?.finish(failed > 0);
  }
}

/** Past the wrapper, whose setter would draw the whole board for every title. */
function setTitle(wrapper: Task | undefined, title: string): void {
  if (wrapper) wrapper.task.title = title;
}

function columnTitle(id: ColumnId, column: ColumnProgress, run: RunFacts): string {
  const where = column.stage === null ? '' : `  ${column.stage}`;
  const broken = column.failed.length > 0 ? `  broken: ${column.failed.slice(-4).join(', ')}` : '';
  return `${id}  ${firstLine(patchTitle(run, column.row), 48)}${where}${broken}`;
}
