import type { ExplainedColumn } from '../../runners/explain.ts';
import { plainText } from './plain-text.ts';

const WORDS = { true: 'yes', false: 'NO', null: '?' } as const;

/** One line a column: can the tree express it, what stands for the axis values, or why not. */
export function explainText(explained: readonly ExplainedColumn[]): string {
  const width = Math.max(0, ...explained.map(({ column }) => column.id.length));
  const lines = explained.map(
    (one) => `${one.column.id.padEnd(width)}  ${WORDS[`${one.expressible}`].padEnd(3)}  ${detail(one)}`,
  );
  const notes = [
    ...new Set(explained.flatMap(({ notes: own, column }) => own.map((note) => `${column.arch}: ${note}`))),
  ];
  const count = explained.filter(({ expressible }) => expressible).length;
  const end = `${count} of ${explained.length} columns can be expressed.`;
  return plainText([...lines, '', ...notes.map((note) => `note  ${note}`), end, ''].join('\n'));
}

export function explainJson(explained: readonly ExplainedColumn[]): unknown {
  const columns = explained.map(({ column: { id, arch, config }, expressible, reason, notes }) => ({
    id,
    arch,
    config,
    expressible,
    reason,
    notes,
  }));
  return { columns };
}

function detail({ expressible, reason, granted }: ExplainedColumn): string {
  if (!expressible) return reason ?? '';
  return granted.map(({ symbol, value }) => `${symbol}=${value}`).join(' ');
}
