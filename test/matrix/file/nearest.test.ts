import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nearest } from '../../../matrix/file/nearest.ts';

const STAGES = ['configure', 'build', 'boot', 'kvm', 'vfio'];

it.each([
  ['biuld', 'build'],
  ['bot', 'boot'],
  ['configur', 'configure'],
  ['VFIO', 'vfio'],
  ['kvn', 'kvm'],
  ['build', 'build'],
])('"%s" was meant to be "%s"', (word, meant) => {
  expect(nearest(word, STAGES)).toBe(meant);
});

it.each(['swap', 'probe', 'xen', 'deployment'])('"%s" is near to none', (word) => {
  expect(nearest(word, STAGES)).toBeNull();
});

it('two neighbours that changed places are one slip, not two', () => {
  expect(nearest('bulid', STAGES)).toBe('build');
  expect(nearest('vfoi', STAGES)).toBe('vfio');
});

it.each(['bxxt', 'obto', 'oobt', 'btxo', 'vifx', 'kbvm'])('"%s" has two slips in four letters: too many', (word) => {
  expect(nearest(word, ['boot', 'vfio', 'vkbx'])).toBeNull();
});

it('of two that are equally near the first is taken', () => {
  expect(nearest('bat', ['bit', 'bot'])).toBe('bit');
});

it('a word of two letters is too short to be misspelt: on is not meant to be n', () => {
  expect(nearest('on', ['m', 'y', 'n'])).toBeNull();
});

it('where there is nothing to choose from, nothing was meant', () => {
  expect(nearest('build', [])).toBeNull();
});

it('a word is always nearest to itself, and the answer is one of the candidates', () => {
  const word = fc.stringMatching(/^[a-z0-9-]{1,8}$/);
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 5 }), (meant, others) => {
      expect(nearest(meant, [...others, meant])).toBe(meant);
      expect([null, ...others]).toContain(nearest(meant, others));
    }),
  );
});

it('one letter for another is no near miss: x is not meant to be m', () => {
  expect(nearest('x', ['m', 'y', 'n'])).toBeNull();
});
