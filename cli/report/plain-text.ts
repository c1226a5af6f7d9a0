const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\^_])/g;
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;

/** Nothing in it that would have to be changed: true of nearly all that is ever shown, and quickly seen. */
const PLAIN = /^[\t\n\x20-\x7e]*$/;

/** Without the colours and cursor movements of a terminal. */
export function withoutAnsi(text: string): string {
  return text.replaceAll(ANSI, '');
}

/**
 * Text of a patch, a log or a subject, made safe to look at: colours and cursor movements of a terminal are gone, what
 * a reader would not see (NUL, right-to-left overrides) is spelt out, broken characters are replaced. Tabs and newlines stay.
 */
export function plainText(text: string): string {
  if (PLAIN.test(text)) return text;
  return withoutAnsi(text)
    .replaceAll(/\r+\n/g, '\n')
    .replaceAll(UNSEEN, inHex)
    .replaceAll(/\p{Surrogate}/gu, '\ufffd');
}

function inHex(char: string): string {
  const hex = char.charCodeAt(0).toString(16);
  return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
}

/** The first line that says something, on one line and no longer than `limit` characters. */
export function firstLine(text: string, limit = 300): string {
  const lines = plainText(text).split('\n');
  const line = (lines.find((candidate) => candidate.trim() !== '') ?? '').replaceAll('\t', ' ').trim();
  return cutTo(line, limit);
}

/** Never cuts a character in two. */
export function cutTo(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
