import type { Stage } from '../cell.ts';
import type { Event, StageDetail, StageSettled } from './event.ts';
import type { Finding } from '../finding.ts';
import type { StageResult } from '../result.ts';

/**
 * Keeps equal parts of events once. A journal says the same of a column row after row; read from disk, every line would
 * bring its own copy of a hundred checks.
 */
export class Sharing {
  readonly #columns = new Map<string, Last>();

  /** Changes an event that nobody else has seen yet: what is equal to before becomes the same. */
  share(event: Event): Event {
    if (event.type !== 'stage-settled') return event;
    const column = event.cell.slice(event.cell.indexOf('/'));
    const known = this.#columns.get(column);
    if (!known) this.#columns.set(column, { near: event, stages: new Map([[event.result.stage, event]]) });
    else shareWith(known, event);
    return event;
  }
}

/** What was said last of a column. */
interface Last {
  /** Of any stage: the stages of a cell have fingerprint, tree, log and origin in common. */
  near: StageSettled;
  readonly stages: Map<Stage, StageSettled>;
}

function shareWith(known: Last, event: StageSettled): void {
  const { stage } = event.result;
  const last = known.stages.get(stage);
  shareCell(event, known.near);
  if (last) {
    shareResult(event, last.result);
    shareDetail(event.detail, last.detail);
  }
  known.near = event;
  known.stages.set(stage, event);
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function shareCell(event: Mutable<StageSettled>, near: StageSettled): void {
  const [result, detail]: [Mutable<StageResult>, Mutable<StageDetail>] = [event.result, event.detail];
  event.cell = same(event.cell, near.cell);
  result.from = same(result.from, near.result.from);
  result.log = same(result.log, near.result.log);
  detail.fingerprint = same(detail.fingerprint, near.detail.fingerprint);
  detail.tree = same(detail.tree, near.detail.tree);
}

function shareResult(event: Mutable<StageSettled>, last: StageResult): void {
  const now: Mutable<StageResult> = event.result;
  now.from = same(now.from, last.from);
  now.log = same(now.log, last.log);
  now.reason = same(now.reason, last.reason);
  if (areEqual(now.findings, last.findings)) now.findings = last.findings;
  if (isEqual(now, last)) event.result = last;
}

function shareDetail(now: Mutable<StageDetail>, last: StageDetail): void {
  now.why = same(now.why, last.why);
  if (isEqual(now.artefacts, last.artefacts)) now.artefacts = last.artefacts;
  else now.artefacts = mapValues(now.artefacts, (name, value) => same(value, last.artefacts[name]));
  if (isEqual(now.checks, last.checks)) now.checks = last.checks;
}

/** The one that was there before, where it is equal: the new one can be forgotten. */
function same<T>(now: T, before: T | undefined): T {
  return before !== undefined && before === now ? before : now;
}

function mapValues(
  values: Readonly<Record<string, string>>,
  map: (name: string, value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(name, value)]));
}

function areEqual(now: readonly Finding[], last: readonly Finding[]): boolean {
  return now.length === last.length && now.every((one, index) => isEqual(one, last[index] ?? {}));
}

/** Of flat objects. The order of their fields counts: the first check that fails speaks for the others. */
function isEqual(one: object, other: object): boolean {
  const [keys, others] = [Object.keys(one), Object.keys(other)];
  if (keys.length !== others.length) return false;
  for (const [index, key] of keys.entries())
    if (key !== others[index] || (one as Flat)[key] !== (other as Flat)[key]) return false;
  return true;
}

type Flat = Readonly<Record<string, unknown>>;
