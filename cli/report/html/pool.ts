/** Keeps each value once and hands out its index. */
export class Pool {
  readonly all: unknown[] = [];
  readonly #indexes = new Map<string, number>();

  add(value: unknown): number {
    const key = JSON.stringify(value);
    const index = this.#indexes.get(key) ?? this.all.push(value) - 1;
    this.#indexes.set(key, index);
    return index;
  }
}
