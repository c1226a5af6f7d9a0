import type { Mail } from '../../matrix/series/series.ts';

/** A diff that adds one line to a file, in `git diff` format. */
export function oneLineDiff(path: string, added = 'int added;'): string {
  return [
    `diff --git a/${path} b/${path}`,
    'index 1111111aaaaa..2222222bbbbb 100644',
    `--- a/${path}`,
    `+++ b/${path}`,
    '@@ -1,3 +1,4 @@',
    ' int one;',
    `+${added}`,
    ' int two;',
    ' int three;',
    '',
  ].join('\n');
}

/** A mail whose parts that do not matter are filled in. `raw` is what the mailbox had: subject, body and patch. */
export function mail(subject: string, more: Partial<Mail> = {}): Mail {
  const whole = {
    origin: 'series.mbox, mail 1',
    author: { name: 'Example Author', email: 'author@example.org', date: 'Mon, 23 Nov 2026 10:00:00 +0000' },
    messageId: null,
    body: 'Because.\n',
    patch: '',
    ...more,
  };
  return { subject, raw: `Subject: ${subject}\n\n${whole.body}---\n${whole.patch}`, ...whole };
}

/** The mail of patch `position` of `total`, which touches a file of its own. */
export function part(position: number, total: number, more: Partial<Mail> = {}): Mail {
  return mail(`[PATCH ${position}/${total}] KVM: part ${position}`, {
    origin: `series.mbox, mail ${position + 1}`,
    messageId: `${position}@example.org`,
    patch: oneLineDiff(`virt/kvm/part${position}.c`),
    ...more,
  });
}

export function cover(total: number, more: Partial<Mail> = {}): Mail {
  return mail(`[PATCH 0/${total}] KVM: the whole`, { messageId: '0@example.org', ...more });
}
