import { plainText } from './plain-text.ts';
import type { Plan, PlannedCell } from '../../matrix/plan/plan.ts';

/** The plan for a reader: counts, columns, then one line per cell with its stages and the reason. */
export function planText(plan: Plan): string {
  const { series, rows, columns, cells, stages } = plan;
  const patches = rows.length - 1;
  const head = [
    `series   ${series.subject} (v${series.version}, ${series.patches.length} patches)`,
    `plan     base and ${patches} ${patches === 1 ? 'patch' : 'patches'} x ${columns.length} columns = ${cells.length} cells, stages ${stages.join(' ')}`,
    'columns  Kconfig decides at the base which of them exist',
    ...columns.map(({ id }) => `         ${id}`),
    ...series.notes.map((note) => `note     ${note}`),
    '',
  ];
  return plainText([...head, ...cells.map(cellLine), ''].join('\n'));
}

export function planJson(plan: Plan): unknown {
  return {
    series: { subject: plan.series.subject, version: plan.series.version, patches: plan.series.patches.length },
    columns: plan.columns.map(({ id, arch, config }) => ({
      id,
      arch,
      config,
      expressible: null,
      reason: 'Kconfig decides at the base',
    })),
    cells: plan.cells.map(({ id, patch, column, stages, reason }) => ({
      id,
      patch,
      column: column.id,
      stages,
      reason,
    })),
  };
}

function cellLine({ id, stages, reason }: PlannedCell): string {
  const todo = stages.filter(({ skip }) => skip === null).map(({ stage }) => stage);
  const skipped = stages.find(({ skip }) => skip !== null);
  return `${id}  ${todo.join(' ')}  (${reason}${skipped ? `; ${skipped.stage}: skip, ${skipped.skip}` : ''})`;
}
