import { usageFailure } from '../failure.ts';
import { diffDamage, parseDiff, type FileDiff } from './diff.ts';
import { parseSubject, type SubjectTag } from './subject.ts';

/** One mail, decoded to UTF-8 by `git mailinfo`. `raw` is the mail as it lay in the mailbox. */
export interface Mail {
  /** Where it came from, for messages: `series.mbox, mail 3`. */
  readonly origin: string;
  readonly subject: string;
  readonly author: { readonly name: string; readonly email: string; readonly date: string };
  readonly messageId: string | null;
  /** The commit message, without the subject. */
  readonly body: string;
  /** All behind the `---` line: diffstat, diffs, signature. */
  readonly patch: string;
  readonly raw: string;
}

export interface Patch {
  /** 1..N; 0 is the base and no patch. */
  readonly position: number;
  readonly subject: string;
  readonly messageId: string | null;
  readonly author: Mail['author'];
  readonly body: string;
  readonly text: string;
  readonly files: readonly FileDiff[];
  readonly origin: string;
}

/** Ordered patches posted together. */
export interface Series {
  /** The cover letter's subject, else the first patch's. */
  readonly subject: string;
  /** 1 unless the subject tags say v2, v3, … */
  readonly version: number;
  /** What the author recorded with `git format-patch --base`, if anything. */
  readonly baseCommit: string | null;
  readonly patches: readonly Patch[];
  /** What intake passed over and why, for the report. */
  readonly notes: readonly string[];
}

/** Without a series only the base is walked. */
export const NO_SERIES: Series = {
  subject: 'the base alone, no series',
  version: 1,
  baseCommit: null,
  patches: [],
  notes: [],
};

interface Part {
  readonly mail: Mail;
  readonly tag: SubjectTag;
  readonly files: readonly FileDiff[];
}

/**
 * Puts the mails of a mailbox into the order of the series: cover letter, parts in any order, replies and pull
 * notices in between. Throws a usage failure that names the mail when a part is missing, doubled or damaged.
 */
export function assembleSeries(mails: readonly Mail[]): Series {
  const notes: string[] = [];
  const parts = newestVersion(
    mails.flatMap((mail) => toPart(mail, notes)),
    notes,
  );
  const patches = orderPatches(parts.filter((part) => !isCover(part)));
  const cover = parts.find(isCover);
  const head = cover?.mail ?? parts.find((part) => part.tag.position === 1)?.mail;
  return {
    subject: cover?.tag.title ?? patches[0]?.subject ?? '',
    version: parts[0]?.tag.version ?? 1,
    baseCommit: findBaseCommit([head, ...parts.map((part) => part.mail)]),
    patches,
    notes,
  };
}

function toPart(mail: Mail, notes: string[]): Part[] {
  const tag = parseSubject(mail.subject);
  const files = parseDiff(mail.patch);
  if (tag.isReply) {
    notes.push(`${mail.origin}: passed over, a reply (${mail.subject})`);
    return [];
  }
  if (tag.position === null && files.length === 0) {
    notes.push(`${mail.origin}: passed over, no patch in it (${mail.subject})`);
    return [];
  }
  return [{ mail, tag, files }];
}

function isCover(part: Part): boolean {
  return part.tag.position === 0;
}

function newestVersion(parts: readonly Part[], notes: string[]): Part[] {
  const newest = Math.max(1, ...parts.map((part) => part.tag.version));
  const older = parts.filter((part) => part.tag.version !== newest);
  if (older.length > 0) notes.push(`${older.length} mails of versions before v${newest} passed over`);
  return parts.filter((part) => part.tag.version === newest);
}

function orderPatches(parts: readonly Part[]): Patch[] {
  if (parts.length === 0)
    throw usageFailure('there is no patch in the series', 'give an mbox, a directory of patches, or a git range');
  const total = Math.max(parts.length === 1 ? 1 : 0, ...parts.map((part) => part.tag.total ?? 0));
  const byPosition = new Map<number, Part>();
  for (const [index, part] of parts.entries()) addPart(byPosition, part, part.tag.position ?? index + 1);
  const last = Math.max(total, ...byPosition.keys());
  return Array.from({ length: last }, (_, index) => toPatch(byPosition.get(index + 1), index + 1, last));
}

function addPart(byPosition: Map<number, Part>, part: Part, position: number): void {
  const other = byPosition.get(position);
  if (other && other.mail.patch.trim() !== part.mail.patch.trim()) {
    throw usageFailure(
      `two different mails claim to be patch ${position}: ${other.mail.origin} and ${part.mail.origin}`,
      'take the stale one out of the mailbox',
    );
  }
  byPosition.set(position, other ?? part);
}

function toPatch(part: Part | undefined, position: number, total: number): Patch {
  if (!part)
    throw usageFailure(
      `patch ${position} of ${total} is missing`,
      'fetch the whole thread again: the mailbox is cut short or incomplete',
    );
  const { mail, tag, files } = part;
  if (files.length === 0) throw damaged(mail, `patch ${position} has no diff`);
  const damage = diffDamage(files);
  if (damage) throw damaged(mail, `in patch ${position} ${damage}`);
  return {
    position,
    subject: tag.title,
    messageId: mail.messageId,
    author: mail.author,
    body: mail.body,
    text: mail.patch,
    files,
    origin: mail.origin,
  };
}

function damaged(mail: Mail, what: string): Error {
  return usageFailure(
    `${mail.origin}: ${what}`,
    'fetch or export the series again: the file is truncated or was edited',
  );
}

function findBaseCommit(mails: readonly (Mail | undefined)[]): string | null {
  for (const mail of mails) {
    const commit = mail && /^base-commit: ([0-9a-f]{40,64})\s*$/m.exec(mail.raw)?.[1];
    if (commit) return commit;
  }
  return null;
}
