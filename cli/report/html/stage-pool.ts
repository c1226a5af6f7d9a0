import type { Finding } from '../../../matrix/finding.ts';
import type { StageResult } from '../../../matrix/result.ts';
import { placeOf } from '../series-words.ts';
import { Pool } from './pool.ts';
import type { Relative } from './relative.ts';

/** More of one stage are counted, not shown. */
const MOST_FINDINGS = 60;

/** Stages as script.ts shows them, each kind once; their findings by index, new ones first. */
export class StagePool {
  readonly all: unknown[] = [];
  readonly findings = new Pool();
  readonly #indexes = new Map<string, number>();
  /** Texts of lists of findings: the journal shares equal ones. */
  readonly #lists = new WeakMap<readonly Finding[], string>();

  add(result: StageResult, relative: Relative): number {
    const { stage, verdict, basis, reason } = result;
    const [from, log] = [relative(result.from), relative(result.log)];
    const seconds = Math.round(result.seconds * 10) / 10;
    // Cheaper than JSON of the whole, for half a million stages that come to a few thousand.
    const key = [stage, verdict, basis, from, log, seconds, reason, this.#keyOf(result.findings)].join('\0');
    const index =
      this.#indexes.get(key) ??
      this.all.push({ stage, verdict, basis, from, reason, log, seconds, ...this.#listOf(result.findings) }) - 1;
    this.#indexes.set(key, index);
    return index;
  }

  #keyOf(findings: readonly Finding[]): string {
    if (findings.length === 0) return '';
    const key = this.#lists.get(findings) ?? JSON.stringify(findings);
    this.#lists.set(findings, key);
    return key;
  }

  #listOf(findings: readonly Finding[]): { findings: number[]; more: number } {
    const newFirst = findings.toSorted((a, b) => Number(b.new) - Number(a.new));
    const shown = newFirst
      .slice(0, MOST_FINDINGS)
      .map((one) => this.findings.add([one.kind, placeOf(one), one.message, one.new ? 1 : 0]));
    return { findings: shown, more: newFirst.length - shown.length };
  }
}
