import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSubject } from '../../../matrix/series/subject.ts';
import { anyBytes, nearly } from '../../support/any-text.ts';

describe('the brackets of a subject', () => {
  it.each([
    ['[PATCH] KVM: fix it', 'v1 -/-'],
    ['[PATCH 3/26] KVM: fix it', 'v1 3/26'],
    ['[PATCH v3 02/26] KVM: fix it', 'v3 2/26'],
    ['[RFC PATCH v2 00/26] KVM: fix it', 'v2 0/26'],
    ['[PATCH RFC v12 1/2] KVM: fix it', 'v12 1/2'],
    ['[PATCHv4 1/2] KVM: fix it', 'v4 1/2'],
    ['[PATCH 1/2 v5] KVM: fix it', 'v5 1/2'],
    ['[PATCH V2 1/2] KVM: fix it', 'v2 1/2'],
    ['[kvm-unit-tests PATCH v2 1/2] KVM: fix it', 'v2 1/2'],
    ['[PATCH v2] [1/2] KVM: fix it', 'v2 1/2'],
    ['[PATCH 6.12-rc1 1/2] KVM: fix it', 'v1 1/2'],
    ['KVM: fix it', 'v1 -/-'],
    [' [PATCH]  KVM: fix\tit ', 'v1 -/-'],
  ])('%s is %s', (subject, tag) => {
    const { title, version, position, total } = parseSubject(subject);
    expect(`v${version} ${position ?? '-'}/${total ?? '-'}`).toBe(tag);
    expect(title).toBe('KVM: fix it');
  });

  it('what looks like a tag in the title is no tag', () => {
    expect(parseSubject('[PATCH] KVM: retry 1/2 as in v3')).toEqual({
      title: 'KVM: retry 1/2 as in v3',
      version: 1,
      position: null,
      total: null,
      isReply: false,
    });
  });

  it('a title that was folded over lines is one line', () => {
    expect(parseSubject('[PATCH 00/10] KVM/VFIO: Decouple the two a little further (example\n series)').title).toBe(
      'KVM/VFIO: Decouple the two a little further (example series)',
    );
  });
});

describe('replies', () => {
  it.each(['Re: [PATCH 1/2] x', 'RE: x', 'AW: [PATCH] x', 'SV: x', 'Fwd: x', 'FW: x', ' re : x'])(
    '"%s" is one',
    (subject) => {
      expect(parseSubject(subject).isReply).toBe(true);
    },
  );

  it.each(['[PATCH] Re: x', '[PATCH] KVM: re: x', 'Retry: x', 'Revert "KVM: x"'])('"%s" is none', (subject) => {
    expect(parseSubject(subject).isReply).toBe(false);
  });
});

it('any subject can be read', () => {
  fc.assert(
    fc.property(fc.oneof(anyBytes, nearly('[', ']', 'PATCH', 'v2', '1/2', 'Re:', '99999/1')), (subject) => {
      const { version, position, title } = parseSubject(subject);
      expect(Number.isInteger(version)).toBe(true);
      expect(position === null || Number.isInteger(position)).toBe(true);
      expect(title).not.toContain('\n');
    }),
  );
});
