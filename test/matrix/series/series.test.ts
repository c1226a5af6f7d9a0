import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assembleSeries, type Mail, type Series } from '../../../matrix/series/series.ts';
import { failureOf } from '../../support/failures.ts';
import { cover, mail, oneLineDiff, part } from '../../support/mails.ts';

const BASE = '4a252888f85d8d87a617e38f17300337e1821837';

function subjects({ patches }: Series): string[] {
  return patches.map(({ position, subject }) => `${position} ${subject}`);
}

/** The mail with a line at the end of its raw text, where `git format-patch --base` puts it. */
function withLine(whole: Mail, line: string): Mail {
  return { ...whole, raw: `${whole.raw}\n${line}\n-- \n2.39.5\n` };
}

describe('the order of a series', () => {
  it('is that of the numbers in the subjects, whatever the order of the mailbox', () => {
    expect(subjects(assembleSeries([part(3, 3), cover(3), part(1, 3), part(2, 3)]))).toEqual([
      '1 KVM: part 1',
      '2 KVM: part 2',
      '3 KVM: part 3',
    ]);
  });

  it('without numbers it is the order of the mailbox', () => {
    const mails = ['b', 'a'].map((name) => mail(`[PATCH] KVM: ${name}`, { patch: oneLineDiff(`${name}.c`) }));
    expect(subjects(assembleSeries(mails))).toEqual(['1 KVM: b', '2 KVM: a']);
  });

  it('a single patch is a series of one', () => {
    const series = assembleSeries([mail('[PATCH v4] KVM: alone', { patch: oneLineDiff('a.c') })]);
    expect(subjects(series)).toEqual(['1 KVM: alone']);
    expect(series).toMatchObject({ subject: 'KVM: alone', version: 4, baseCommit: null, notes: [] });
  });

  it('any shuffle of the mails gives the same series', () => {
    const mails = [withLine(cover(5), `base-commit: ${BASE}`), ...[1, 2, 3, 4, 5].map((position) => part(position, 5))];
    const { notes: _, ...whole } = assembleSeries(mails);
    fc.assert(
      fc.property(fc.shuffledSubarray(mails, { minLength: mails.length }), (shuffled) => {
        expect(assembleSeries(shuffled)).toMatchObject(whole);
      }),
      { numRuns: 50 },
    );
  });
});

describe('what a series is called', () => {
  it('its name is that of the cover letter', () => {
    expect(assembleSeries([cover(1), part(1, 1)]).subject).toBe('KVM: the whole');
  });

  it('without a cover letter it is that of the first patch, not of the first mail', () => {
    expect(assembleSeries([part(2, 2), part(1, 2)]).subject).toBe('KVM: part 1');
  });
});

describe('what a patch brings along', () => {
  it('is who wrote it, why, where it came from, and what it changes', () => {
    const [patch] = assembleSeries([part(1, 1)]).patches;
    expect(patch).toMatchObject({
      messageId: '1@example.org',
      author: { name: 'Example Author', email: 'author@example.org', date: 'Mon, 23 Nov 2026 10:00:00 +0000' },
      body: 'Because.\n',
      text: oneLineDiff('virt/kvm/part1.c'),
      origin: 'series.mbox, mail 2',
    });
    expect(patch?.files.map(({ newPath }) => newPath)).toEqual(['virt/kvm/part1.c']);
  });
});

describe('what a mailbox has besides', () => {
  it('replies are passed over and noted, even if they quote a whole patch', () => {
    const reply = part(1, 1, { origin: 'series.mbox, mail 9' });
    const series = assembleSeries([
      part(1, 1),
      { ...reply, subject: 'Re: [PATCH 1/1] KVM: part 1', patch: oneLineDiff('other.c') },
    ]);
    expect(subjects(series)).toEqual(['1 KVM: part 1']);
    expect(series.notes).toEqual(['series.mbox, mail 9: passed over, a reply (Re: [PATCH 1/1] KVM: part 1)']);
  });

  it('mails without number and without diff are passed over and noted', () => {
    const pull = mail('[GIT PULL] KVM fixes', { origin: 'series.mbox, mail 3' });
    expect(assembleSeries([part(1, 1), pull]).notes).toEqual([
      'series.mbox, mail 3: passed over, no patch in it ([GIT PULL] KVM fixes)',
    ]);
  });

  it('a patch that is there twice, word for word, is there once', () => {
    const again = { ...part(1, 2), origin: 'another.mbox, mail 1' };
    expect(subjects(assembleSeries([part(1, 2), again, part(2, 2)]))).toEqual(['1 KVM: part 1', '2 KVM: part 2']);
  });

  it('of two versions in one mailbox the newer one counts, and the older is noted', () => {
    const v2 = [
      mail('[PATCH v2 0/1] KVM: second try'),
      mail('[PATCH v2 1/1] KVM: better', { patch: oneLineDiff('a.c') }),
    ];
    const series = assembleSeries([cover(2), part(1, 2), ...v2, part(2, 2)]);
    expect(subjects(series)).toEqual(['1 KVM: better']);
    expect(series).toMatchObject({
      subject: 'KVM: second try',
      version: 2,
      notes: ['3 mails of versions before v2 passed over'],
    });
  });
});

describe('a mailbox that is no whole series', () => {
  const why = (...mails: Mail[]): string => failureOf(() => assembleSeries(mails)).message;

  it('nothing in it is said so', () => {
    expect(why()).toBe('there is no patch in the series');
    expect(why(cover(3))).toBe('there is no patch in the series');
    expect(failureOf(() => assembleSeries([])).hint).toBe('give an mbox, a directory of patches, or a git range');
  });

  it('a missing patch is named by its number, the last one too', () => {
    expect(why(part(1, 3), part(3, 3))).toBe('patch 2 of 3 is missing');
    expect(why(part(1, 3), part(2, 3))).toBe('patch 3 of 3 is missing');
    expect(why(part(2, 2))).toBe('patch 1 of 2 is missing');
    expect(failureOf(() => assembleSeries([part(2, 2)])).hint).toBe(
      'fetch the whole thread again: the mailbox is cut short or incomplete',
    );
  });

  it('two different mails for one place are named both', () => {
    const other = part(1, 2, { origin: 'series.mbox, mail 7', patch: oneLineDiff('other.c') });
    const failure = failureOf(() => assembleSeries([part(1, 2), part(2, 2), other]));
    expect(failure.message).toBe(
      'two different mails claim to be patch 1: series.mbox, mail 2 and series.mbox, mail 7',
    );
    expect(failure.hint).toBe('take the stale one out of the mailbox');
  });

  it('a hunk that is cut short is named with its mail, its patch and its file', () => {
    const cut = oneLineDiff('virt/kvm/a.c').split('\n').slice(0, -2).join('\n');
    const failure = failureOf(() => assembleSeries([part(1, 2), part(2, 2, { patch: cut })]));
    expect(failure.message).toBe(
      'series.mbox, mail 3: in patch 2 the hunk "@@ -1,3 +1,4 @@" of virt/kvm/a.c is cut short',
    );
    expect(failure.hint).toBe('fetch or export the series again: the file is truncated or was edited');
    expect(failure.exitCode).toBe(2);
  });

  it('a numbered mail without a diff is no patch', () => {
    expect(why(part(1, 2), part(2, 2, { patch: '' }))).toBe('series.mbox, mail 3: patch 2 has no diff');
  });
});

describe('the base commit', () => {
  it('is read from the cover letter', () => {
    expect(assembleSeries([withLine(cover(1), `base-commit: ${BASE}`), part(1, 1)]).baseCommit).toBe(BASE);
  });

  it('is read from patch 1 where there is no cover letter', () => {
    expect(assembleSeries([part(2, 2), withLine(part(1, 2), `base-commit: ${BASE}`)]).baseCommit).toBe(BASE);
  });

  it('is read from any other patch if need be', () => {
    expect(assembleSeries([cover(2), part(1, 2), withLine(part(2, 2), `base-commit: ${BASE}`)]).baseCommit).toBe(BASE);
  });

  it('of patch 1 goes before that of another patch, whatever the order of the mailbox', () => {
    const other = withLine(part(2, 2), `base-commit: ${'c'.repeat(40)}`);
    expect(assembleSeries([other, withLine(part(1, 2), `base-commit: ${BASE}`)]).baseCommit).toBe(BASE);
  });

  it('of the cover letter goes before that of a patch', () => {
    const other = 'c'.repeat(40);
    expect(
      assembleSeries([withLine(part(1, 1), `base-commit: ${other}`), withLine(cover(1), `base-commit: ${BASE}`)])
        .baseCommit,
    ).toBe(BASE);
  });

  it('is not taken from a reply, an older version, or the middle of a sentence', () => {
    const reply = withLine(mail('Re: [PATCH 1/1] KVM: part 1'), `base-commit: ${BASE}`);
    const older = withLine(mail('[PATCH 1/1] KVM: old', { patch: oneLineDiff('a.c') }), `base-commit: ${BASE}`);
    const newer = mail('[PATCH v2 1/1] KVM: new', { patch: oneLineDiff('a.c') });
    expect(assembleSeries([reply, part(1, 1)]).baseCommit).toBeNull();
    expect(assembleSeries([older, newer]).baseCommit).toBeNull();
    expect(assembleSeries([withLine(part(1, 1), `see base-commit: ${BASE}`)]).baseCommit).toBeNull();
    expect(assembleSeries([withLine(part(1, 1), 'base-commit: 4a252888f85d')]).baseCommit).toBeNull();
  });
});
