import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { usageFailure } from '../../matrix/failure.ts';
import { assembleSeries, NO_SERIES, type Mail, type Series } from '../../matrix/series/series.ts';
import { readIfThere, remove } from '../files.ts';
import { capture } from '../process.ts';
import { gitAlone, gitArgv, readUserTree } from '../tree/git.ts';

const FORMS = 'give an mbox, a directory made by git format-patch, or a git range like v6.6..topic';

export interface SeriesSource {
  readonly series: Series;
  /** Where a range begins: its base needs no search. Null for mails. */
  readonly rangeBase: string | null;
}

/** Reads a series from an mbox, a directory of patches, or a range of commits in `tree`; none is a series of nothing. */
export async function readSeries(argument: string | undefined, tree: string | undefined): Promise<SeriesSource> {
  if (argument === undefined) return { series: NO_SERIES, rangeBase: null };
  const stat = statSync(argument, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return { series: await readFiles(patchFiles(argument)), rangeBase: null };
  if (stat) return { series: await readFiles([argument]), rangeBase: null };
  const range = /^(.+?)\.\.\.?(.*)$/.exec(argument);
  if (range && tree !== undefined) return readRange(tree, range[1] ?? '', range[2] || 'HEAD');
  if (range)
    throw usageFailure(`--series ${argument} is a git range and there is no --tree to look in`, 'add --tree LINUX');
  throw usageFailure(`--series ${argument}: there is no such file or directory`, FORMS);
}

function patchFiles(dir: string): string[] {
  const names = readdirSync(dir).filter((name) => /\.(patch|eml|mbox|mbx)$/.test(name));
  if (names.length === 0) throw usageFailure(`--series ${dir}: no .patch, .eml or .mbox file in it`, FORMS);
  return names.toSorted().map((name) => join(dir, name));
}

async function readRange(tree: string, from: string, to: string): Promise<SeriesSource> {
  const base = await readUserTree(tree, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${from}^{commit}`]);
  if (base.code !== 0) throw usageFailure(`--series ${from}..${to}: the tree has no commit ${from}`, FORMS);
  const merges = await readUserTree(tree, ['rev-list', '--merges', '--count', `${from}..${to}`]);
  if (merges.stdout.trim() !== '0')
    throw usageFailure(`${from}..${to} has merges in it`, 'a series is a straight line of commits: rebase it');
  const mails = await readUserTree(tree, [
    'format-patch',
    '--stdout',
    '--no-signature',
    '--full-index',
    '-n',
    `${from}..${to}`,
  ]);
  if (mails.code !== 0 || mails.stdout === '')
    throw usageFailure(`--series ${from}..${to}: no commits in it`, mails.stderr.trim() || FORMS);
  const series = assembleSeries(await splitMails(mails.stdout, `${from}..${to}`));
  return { series, rangeBase: base.stdout.trim() };
}

async function readFiles(files: readonly string[]): Promise<Series> {
  const mails: Mail[] = [];
  for (const file of files) mails.push(...(await splitMails(readFileSync(file), basename(file))));
  return assembleSeries(mails);
}

/** git splits and decodes: mailsplit knows the mailbox dialects, mailinfo MIME, charsets and scissors. */
async function splitMails(mailbox: string | Uint8Array, name: string): Promise<Mail[]> {
  const dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-mail-'));
  try {
    // Lore's mailboxes are mboxrd, where `>From ` is undone; git's own are not escaped at all.
    const isMboxrd = Buffer.from(mailbox.slice(0, 16)).toString().startsWith('From mboxrd@z');
    const { code, stderr } = await splitInto(dir, mailbox, isMboxrd);
    if (code !== 0) throw usageFailure(`${name} is no mailbox: ${stderr.trim()}`, FORMS);
    const files = readdirSync(dir).toSorted();
    return await Promise.all(
      files.map((file, index) => readMail(join(dir, file), files.length > 1 ? `${name}, mail ${index + 1}` : name)),
    );
  } finally {
    remove(dir);
  }
}

function splitInto(dir: string, mailbox: string | Uint8Array, isMboxrd: boolean): ReturnType<typeof gitAlone> {
  return gitAlone(['mailsplit', '-b', ...(isMboxrd ? ['--mboxrd'] : []), `-o${dir}`, '--'], { input: mailbox });
}

async function readMail(file: string, origin: string): Promise<Mail> {
  const content = readFileSync(file);
  const argv = gitArgv(['mailinfo', '-k', '--encoding=UTF-8', `${file}.msg`, `${file}.patch`]);
  const { stdout } = await capture(argv, { input: content });
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(stdout)?.[1]?.trim() ?? '';
  const raw = content.toString('utf8');
  const email = field('Email') || 'unknown@localhost';
  return {
    origin,
    subject: field('Subject'),
    author: { name: field('Author') || email, email, date: field('Date') || 'Thu, 1 Jan 1970 00:00:00 +0000' },
    messageId: messageIdOf(raw),
    body: readIfThere(`${file}.msg`) ?? '',
    patch: readIfThere(`${file}.patch`) ?? '',
    raw,
  };
}

function messageIdOf(raw: string): string | null {
  const headers = (raw.split(/\r?\n\r?\n/, 1)[0] ?? '').replaceAll(/\r?\n[ \t]+/g, ' ');
  return /^Message-ID:\s*<?([^>\s]+)>?/im.exec(headers)?.[1] ?? null;
}
