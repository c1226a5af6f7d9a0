import { expect, it } from 'vitest';
import type { Event, StageSettled } from '../../../matrix/journal/event.ts';
import { Sharing } from '../../../matrix/journal/sharing.ts';
import { finding } from '../../support/grids.ts';
import { columnSettled, result, runStarted, settled } from '../../support/journal.ts';

const CHECKS = { 'kvm.load': 'ok', 'kvm.device': 'not ok' } as const;

/** As from the disk: nothing shared. */
const fresh = (event: Event): Event => structuredClone(event);
const row = (patch: number, more: object = {}): StageSettled =>
  settled(patch, result('kvm', 'warn', { findings: [finding('splat', 'x')], log: 'cells/00/x/console.log' }), {
    detail: { checks: CHECKS, artefacts: { guest: 'g', references: '[]' }, fingerprint: `f${patch}`, ...more },
  }) as StageSettled;

function shareAll(events: readonly Event[]): StageSettled[] {
  const sharing = new Sharing();
  return events.map((event) => sharing.share(fresh(event)) as StageSettled);
}

it('changes nothing of what is said', () => {
  const events = [runStarted(), columnSettled(null), row(0), row(1), row(2, { checks: {}, artefacts: { guest: 'h' } })];
  expect(shareAll(events)).toEqual(events);
});

it('keeps equal results and checks of a column once', () => {
  const [first, second] = shareAll([row(0), row(1)]);
  expect(second?.result).toBe(first?.result);
  expect(second?.detail.checks).toBe(first?.detail.checks);
  expect(second?.detail.artefacts).toBe(first?.detail.artefacts);
});

it('keeps apart what differs, be it only in the order of checks', () => {
  const turned = { 'kvm.device': 'not ok', 'kvm.load': 'ok' } as const;
  const [first, second] = shareAll([row(0), row(1, { checks: turned })]);
  expect(second?.detail.checks).not.toBe(first?.detail.checks);
  expect(Object.keys(second?.detail.checks ?? {})).toEqual(['kvm.device', 'kvm.load']);
});
