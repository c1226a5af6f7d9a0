import { expect, it } from 'vitest';
import { baseBlobs } from '../../../matrix/series/blobs.ts';
import { assembleSeries } from '../../../matrix/series/series.ts';
import { part } from '../../support/mails.ts';

function claims(...patches: string[][]): string[] {
  const mails = patches.map((lines, index) =>
    part(index + 1, patches.length, { patch: lines.map((line) => `${line}\n`).join('') }),
  );
  return baseBlobs(assembleSeries(mails)).map(({ path, blob }) => `${path} ${blob}`);
}

const git = (from: string, to = from): string => `diff --git a/${from} b/${to}`;

it('each file that a patch touches tells which blob the base must have', () => {
  expect(
    claims([git('a.c'), 'index aaaa1111..bbbb2222 100644', git('b.c'), 'index cccc3333..dddd4444 100644']),
  ).toEqual(['a.c aaaa1111', 'b.c cccc3333']);
});

it('only the first patch to touch a file speaks of the base: the next one saw its work', () => {
  expect(
    claims([git('a.c'), 'index aaaa1111..bbbb2222 100644'], [git('a.c'), 'index bbbb2222..cccc3333 100644']),
  ).toEqual(['a.c aaaa1111']);
});

it('a file that the series makes says nothing of the base, not even when a later patch changes it', () => {
  expect(
    claims(
      [git('new.c'), 'new file mode 100644', 'index 00000000..bbbb2222'],
      [git('new.c'), 'index bbbb2222..cccc3333 100644'],
    ),
  ).toEqual([]);
});

it('a moved file is claimed under its old name; under the new one it is the work of the series', () => {
  const moved = [git('old.c', 'new.c'), 'rename from old.c', 'rename to new.c', 'index aaaa1111..bbbb2222 100644'];
  expect(claims(moved, [git('new.c'), 'index bbbb2222..cccc3333 100644'])).toEqual(['old.c aaaa1111']);
});

it('a deleted file must be in the base; one that comes back after it is new', () => {
  const gone = [git('old.c'), 'deleted file mode 100644', 'index aaaa1111..00000000'];
  const back = [git('old.c'), 'new file mode 100644', 'index 00000000..bbbb2222'];
  expect(claims(gone, back)).toEqual(['old.c aaaa1111']);
});

it('a change of mode alone has no index line and claims nothing', () => {
  expect(claims([git('run.sh'), 'old mode 100644', 'new mode 100755'])).toEqual([]);
});
