import { beforeEach, expect, it } from 'vitest';
import type { Due } from '../../../matrix/plan/chains.ts';
import { priorityOf } from '../../../runners/walk/build-row.ts';
import { takeTurns, type Wait } from '../../../runners/walk/turns.ts';
import { column } from '../../support/columns.ts';

interface Named extends Due {
  readonly name: string;
}

/** A build in the hands of a test. */
interface Underway {
  readonly compiled: () => void;
  readonly end: () => void;
  readonly fail: (error: Error) => void;
}

let underway: Map<string, Underway>;
/** Names, in the order in which they began, and in that in which they were ripe. */
let began: string[];
let ripe: string[];
let backward: string[];

beforeEach(() => {
  underway = new Map();
  began = [];
  ripe = [];
  backward = [];
});

function build({ name }: Named, wait: Wait<Named>, compiled: () => void): Promise<void> {
  began.push(name);
  if (wait.backward) backward.push(name);
  void wait.ripe.then(() => ripe.push(name));
  return new Promise((end, fail) => underway.set(name, { compiled, end, fail }));
}

/** Chains of one column a word; `?` behind a name: it has no build directory. */
function turns(...chains: string[]): Promise<void> {
  const due = (word: string): Named => {
    const [name, isNew] = [word.replace('?', ''), word.endsWith('?')];
    return { name, column: column(), hasBuild: !isNew, seconds: 0 };
  };
  return takeTurns(
    chains.map((chain) => chain.split(' ').map(due)),
    build,
  );
}

/** Does `what` to a build that is under way; gives back who has begun by then. */
async function then(what: keyof Underway, name: string): Promise<string> {
  const one = underway.get(name);
  if (!one) throw new Error(`${name} has not begun`);
  one[what](new Error(`${name} failed`));
  return all();
}

/** Everybody who may begin has begun when all that was settled has been heard. */
async function all(): Promise<string> {
  await new Promise(setImmediate);
  return began.join(' ');
}

it('the next of a chain begins when the one before has compiled, and is not linked yet', async () => {
  const row = turns('a b c');
  expect(await all()).toBe('a');
  expect(await then('compiled', 'a')).toBe('a b');
  expect(await then('end', 'a')).toBe('a b');
  expect(await then('compiled', 'b')).toBe('a b c');
  await then('end', 'c');
  await then('end', 'b');
  await row;
});

it('who never says that it has compiled is waited for to its end', async () => {
  const row = turns('a b');
  expect(await then('end', (await all()) || '')).toBe('a b');
  await then('end', 'b');
  await row;
});

it('heads that have been built may begin at once, and should when the one before has compiled', async () => {
  const row = turns('a b', 'c d');
  expect(await all()).toBe('a c');
  expect(ripe).toEqual(['a']);
  expect(await then('compiled', 'a')).toBe('a c b');
  expect(ripe.toSorted()).toEqual(['a', 'b', 'c']);
  expect(await then('compiled', 'c')).toBe('a c b d');
  for (const name of ['a', 'c', 'b', 'd']) await then('end', name);
  await row;
});

it('a head is ripe, too, when the one before has failed', async () => {
  const row = turns('a', 'b').catch((error: unknown) => String(error));
  await all();
  await then('fail', 'a');
  expect(ripe).toEqual(['a', 'b']);
  await then('end', 'b');
  expect(await row).toBe('Error: a failed');
});

it('in a first row heads go one after the other, to their ends, and each lends to its own chain', async () => {
  const row = turns('a? b? c?', 'd? e?');
  expect(await all()).toBe('a');
  expect(await then('compiled', 'a')).toBe('a');
  expect(await then('end', 'a')).toBe('a b d');
  expect(await then('end', 'd')).toBe('a b d e');
  expect(await then('compiled', 'b')).toBe('a b d e');
  expect(await then('end', 'b')).toBe('a b d e c');
  await then('end', 'c');
  await then('end', 'e');
  await row;
});

it('a column without a build directory waits for ends where others go on', async () => {
  const row = turns('a b c?', 'd?');
  await all();
  expect(await then('compiled', 'a')).toBe('a b');
  expect(await then('end', 'b')).toBe('a b');
  expect(await then('end', 'a')).toBe('a b c d');
  await then('end', 'c');
  await then('end', 'd');
  await row;
});

it('an error ends its chain, and is told when the others have ended', async () => {
  let told = '';
  const row = turns('a b c', 'd').catch((error: unknown) => void (told = String(error)));
  await all();
  expect(await then('compiled', 'a')).toBe('a d b');
  expect(await then('fail', 'b')).toBe('a d b');
  expect(told).toBe('');
  await then('end', 'a');
  await then('end', 'd');
  await row;
  expect(told).toBe('Error: b failed');
});

it('the lane with more before it goes first, then what has the longest way to its end', () => {
  expect(priorityOf(27, 0)).toBeGreaterThan(priorityOf(26, 86_400));
  expect(priorityOf(9, 9)).toBeGreaterThan(priorityOf(9, 8));
});

it('heads that may compile the same begin at opposite ends', async () => {
  const done = turns('m1 m2', 'y1', 'n1');
  await all();
  expect(backward).toEqual(['y1']);
  for (const name of ['m1', 'y1', 'n1', 'm2']) await then('end', name);
  await done;
});
