/** What one phase took. */
export interface Phase {
  readonly name: string;
  readonly seconds: number;
  /** Of all threads, garbage collection included: on a busy machine the fairer figure. */
  readonly cpuSeconds: number;
  /** The most that the process had resident until its end, in MB. */
  readonly peakMegabytes: number;
}

/** A stopwatch that runs only within its phases; equal names are added up. */
export class Phases {
  readonly #phases = new Map<string, Phase>();

  time<T>(name: string, work: () => T): T {
    const [wall, cpu] = [process.hrtime.bigint(), process.cpuUsage()];
    const done = work();
    const { user, system } = process.cpuUsage(cpu);
    const before = this.#phases.get(name);
    this.#phases.set(name, {
      name,
      seconds: (before?.seconds ?? 0) + Number(process.hrtime.bigint() - wall) / 1e9,
      cpuSeconds: (before?.cpuSeconds ?? 0) + (user + system) / 1e6,
      peakMegabytes: process.resourceUsage().maxRSS / 1000,
    });
    return done;
  }

  get all(): Phase[] {
    return [...this.#phases.values()];
  }
}
