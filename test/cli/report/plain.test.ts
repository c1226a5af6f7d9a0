import { expect, it } from 'vitest';
import { openPlainBoard } from '../../../cli/report/plain.ts';
import { cellId, columnId } from '../../../matrix/cell.ts';
import { NO_DETAIL, type Event } from '../../../matrix/journal/event.ts';
import { notRun } from '../../../matrix/result.ts';

const column = columnId('x86-64', { KVM: 'm', VFIO: 'm' });
const at = '2026-01-01T00:00:00.000Z';

it('writes one line for everything that settles, with the first line of its reason only', () => {
  const lines: string[] = [];
  const board = openPlainBoard((line) => void lines.push(line));
  const cell = cellId(1, column);
  const events: Event[] = [
    { type: 'column-settled', at, column, expressible: false, reason: 'KVM is bool' },
    { type: 'stage-started', at, cell, stage: 'build' },
    {
      type: 'stage-settled',
      at,
      cell,
      result: notRun('build', 'miss', 'does not apply:\n@@ -1 +1 @@'),
      detail: NO_DETAIL,
    },
    {
      type: 'stage-settled',
      at,
      cell,
      result: { ...notRun('boot', 'skip', 'x'), verdict: 'pass', basis: 'reused', reason: null },
      detail: NO_DETAIL,
    },
  ];
  for (const event of events) board.tell(event);
  expect(lines).toEqual([
    `${column}  not expressible: KVM is bool`,
    '0/0  01/x86-64/kvm=m,vfio=m  build miss (0.0 s): does not apply:',
    '0/0  01/x86-64/kvm=m,vfio=m  boot pass (reused)',
  ]);
});
