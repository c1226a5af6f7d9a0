import { expect, it } from 'vitest';
import { patchTitle } from '../../../matrix/journal/event.ts';
import { runFacts } from '../../support/journal.ts';

it('a patch is spoken of by its place in the whole series and its subject', () => {
  expect(patchTitle(runFacts({ rows: [0, 2] }), 2)).toBe('2/3 KVM: patch 2');
});

it('row 0 is the base and no patch', () => {
  expect(patchTitle(runFacts(), 0)).toBe('base');
});
