/** A line of C or of assembler for the C preprocessor. */
export interface Line {
  readonly text: string;
  /** Without comments. */
  readonly code: string;
  /** It goes on from the line before: behind a backslash, or behind a directive whose comment ends here. */
  readonly joined: boolean;
}

/** Of the text that is looked at, a piece that ends a comment, begins one, or is a literal. */
const PIECE = /\/\*|\/\/|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|["']/g;

/**
 * Raw strings, line ends of elsewhere, a backslash that only seems to end its line, a `#` by another name (digraphs), and
 * what compilers speak of in comments, too: trigraphs, and for -Wbidi-chars whatever turns the direction of text, which is
 * three bytes of UTF-8 where a text holds bytes.
 */
const STRANGE =
  /\bu?8?[uUL]?R"|\r|\\[ \t]+\n|%:|\?\?[=/'()!<>-]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]|\xe2(?:\x80[\x8e\x8f\xaa-\xae]|\x81[\xa6-\xa9])/;

/** Whether this is a directive, and which, stands in the next line. */
const SPLIT = /^\s*(#\s*\w*\s*)?\\$/;

/**
 * Tells comments from code, line by line. Null where that is not certain, or where a comment makes a compiler speak:
 * literals that do not end on their line, comments that begin another one or that a line with code goes on behind.
 * Source: "Initial processing" in the manual of the C preprocessor.
 */
export function linesOf(text: string): Line[] | null {
  if (STRANGE.test(text)) return null;
  const lines: Line[] = [];
  let [inComment, joined] = [false, false];
  for (const line of text.split('\n')) {
    const read = codeOf(line, inComment);
    if (read === null) return null;
    const isDirective = joined ? false : /^\s*#/.test(read.code);
    const goesOn = line.endsWith('\\') && !read.inComment;
    if (goesOn && !joined && SPLIT.test(read.code)) return null;
    // What a comment ends before may belong to the line that it began on.
    if (inComment && (joined ? read.code.trim() !== '' : /^\s*#/.test(read.code))) return null;
    lines.push({ text: line, code: read.code, joined });
    joined = goesOn || (read.inComment && (isDirective || joined));
    inComment = read.inComment;
  }
  return inComment || joined ? null : lines;
}

function codeOf(line: string, inComment: boolean): { code: string; inComment: boolean } | null {
  let code = '';
  let at = inComment ? endOfComment(line, 0) : 0;
  if (at === 'begins another') return null;
  while (at !== null) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(line);
    if (piece === null) return { code: code + line.slice(at), inComment: false };
    const [found] = piece;
    code += line.slice(at, piece.index);
    if (found === '//') return line.endsWith('\\') ? null : { code, inComment: false };
    if (found === '"' || found === "'") return null;
    code += found === '/*' ? ' ' : found;
    at = found === '/*' ? endOfComment(line, piece.index + 2) : piece.index + found.length;
    if (at === 'begins another') return null;
  }
  return { code, inComment: true };
}

/** Where the comment ends; null where it goes on in the next line. */
function endOfComment(line: string, from: number): number | 'begins another' | null {
  const end = line.indexOf('*/', from);
  const comment = line.slice(from, end < 0 ? undefined : end);
  if (comment.includes('/*')) return 'begins another';
  return end < 0 ? null : end + 2;
}
