import { Listr, type ListrTaskWrapper } from 'listr2';
import type { ColumnId } from '../../matrix/cell.ts';
import { patchTitle, type Event, type RunFacts } from '../../matrix/journal/event.ts';
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

const OPTIONS = {
  concurrent: true,
  exitOnError: false,
  rendererOptions: { showErrorMessage: false },
  registerSignalListeners: false,
  forceTTY: true,
};

/** A line of the board. It may be over before listr2 comes to start it. */
class Line {
  task: Task | undefined;
  finish: (failed: boolean) => void = () => undefined;
  readonly #finished = new Promise<boolean>((resolve) => (this.finish = resolve));

  async run(task: Task): Promise<void> {
    this.task = task;
    if (await this.#finished) throw new Error('broken');
  }

  /** Past the wrapper, whose setter would draw the whole board for every title. */
  set title(title: string) {
    if (this.task) this.task.task.title = title;
  }
}

class LiveView {
  readonly #lines: ReadonlyMap<ColumnId | 'all', Line>;
  readonly #run: RunFacts;
  readonly #progress: Progress;
  readonly #moved = new Set<ColumnId>();
  readonly #shown: Promise<unknown>;
  readonly #timer: NodeJS.Timeout;

  constructor(run: RunFacts, progress: Progress) {
    this.#run = run;
    this.#progress = progress;
    const names: (ColumnId | 'all')[] = ['all', ...run.columns.map(({ id }) => id)];
    this.#lines = new Map(names.map((name) => [name, new Line()]));
    const tasks = [...this.#lines].map(([name, line]) => ({
      title: name === 'all' ? firstLine(run.series.subject) : name,
      task: (_: unknown, task: Task): Promise<void> => line.run(task),
    }));
    this.#shown = new Listr(tasks as never[], OPTIONS as never).run();
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
    for (const id of this.#lines.keys()) this.#finish(id);
    await this.#shown;
  }

  #retitle(): void {
    const all = this.#lines.get('all');
    if (all) all.title = `${firstLine(this.#run.series.subject)}: ${this.#progress.summary()}`;
    for (const id of this.#moved) {
      const [line, column] = [this.#lines.get(id), this.#progress.columns.get(id)];
      if (line && column) line.title = columnTitle(id, column, this.#run);
    }
    this.#moved.clear();
  }

  #finish(id: ColumnId | 'all'): void {
    const failed = id === 'all' ? 0 : (this.#progress.columns.get(id)?.failed.length ?? 0);
    this.#lines.get(id)?.finish(failed > 0);
  }
}

function columnTitle(id: ColumnId, column: ColumnProgress, run: RunFacts): string {
  const where = column.stage === null ? '' : `  ${column.stage}`;
  const broken = column.failed.length > 0 ? `  broken: ${column.failed.slice(-4).join(', ')}` : '';
  return `${id}  ${firstLine(patchTitle(run, column.row), 48)}${where}${broken}`;
}
