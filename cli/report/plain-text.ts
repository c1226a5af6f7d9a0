const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\^_])/g;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;
const C1_OR_BROKEN = /[\u0080-\u009f\ufffe\uffff]|\p{Surrogate}/gu;
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Without the colours and cursor movements of a terminal. */
export function withoutAnsi(text: string): string {
  return text.replaceAll(ANSI, '');
}

/**
 * Text of a patch, a log or a subject, made safe to look at: colours and cursor movements of a terminal are gone, what
 * a reader would not see (NUL, lone surrogates, right-to-left overrides) is shown. Tabs and newlines stay.
 */
export function plainText(text: string): string {
  return withoutAnsi(text)
    .replaceAll('\r\n', '\n')
    .replaceAll(CONTROL, (char) => (char === '\u007f' ? '\u2421' : String.fromCodePoint(0x2400 + char.charCodeAt(0))))
    .replaceAll(C1_OR_BROKEN, '\ufffd')
    .replaceAll(BIDI, (char) => `[U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);
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
