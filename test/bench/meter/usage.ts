/** What programs of one name took. */
export interface Program {
  /** CPU seconds, user's and kernel's, with no regard to who waited for them. */
  readonly seconds: number;
  /** How often it was executed. */
  readonly runs: number;
}

/** Where the CPU time of a measured stretch went. */
export interface Usage {
  /** By name as the kernel knows it: 15 characters. Everything that descends from the root. */
  readonly programs: ReadonlyMap<string, Program>;
  /** CPU seconds of all other processes and of the kernel's own threads; the root itself is one of these. */
  readonly others: number;
  /** Lines that could not be written: if not 0, there was more than this. */
  readonly lost: number;
}

/** Seconds for which a sample stands. Source: PERIOD in sampler/ring.c. */
const PERIOD = 2_000_003e-9;

/** Adds up what sampler/sampler.c wrote. Only who was forked while it looked can descend from `root`, a process id. */
export function readUsage(text: string, root: number): Usage {
  const tally = new Tally(root);
  const lines = text.split('\n').flatMap((line) => LINE.exec(line)?.slice(1, 5) ?? []);
  const rows = Array.from({ length: lines.length / 4 }, (_, row) => lines.slice(4 * row, 4 * row + 4));
  // Lines of two CPUs are in order only by their times.
  for (const [, kind = '', id = '', more = ''] of rows.toSorted(([a], [b]) => Number(a) - Number(b)))
    tally.enter(kind, Number(id), more);
  return tally.usage;
}

const LINE = /^(\d+) ([sfnxl]) (\d+) ?(.*)$/;

class Tally {
  readonly #root: number;
  /** The name of every process that descends from the root and may be alive. */
  readonly #names = new Map<number, string>();
  readonly #samples = new Map<string, number>();
  readonly #runs = new Map<string, number>();
  #others = 0;
  #lost = 0;

  constructor(root: number) {
    this.#root = root;
  }

  enter(kind: string, id: number, more: string): void {
    if (kind === 's') this.#sample(id);
    else if (kind === 'f') this.#fork(id, Number(more));
    else if (kind === 'l') this.#lost += id;
    else this.#call(id, more, kind === 'x');
  }

  get usage(): Usage {
    const names = [...new Set([...this.#samples.keys(), ...this.#runs.keys()])];
    const programs = names.map((name): [string, Program] => [
      name,
      { seconds: (this.#samples.get(name) ?? 0) * PERIOD, runs: this.#runs.get(name) ?? 0 },
    ]);
    return { programs: new Map(programs), others: this.#others * PERIOD, lost: this.#lost };
  }

  #sample(id: number): void {
    const name = this.#names.get(id);
    if (name === undefined) this.#others += 1;
    else add(this.#samples, name);
  }

  /** A child is called as its parent until it executes something. Numbers come again: who is not ours takes it over. */
  #fork(id: number, parent: number): void {
    const name = parent === this.#root ? 'node' : this.#names.get(parent);
    if (name === undefined) this.#names.delete(id);
    else this.#names.set(id, name);
  }

  #call(id: number, name: string, executes: boolean): void {
    if (!this.#names.has(id)) return;
    this.#names.set(id, name);
    if (executes) add(this.#runs, name);
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
