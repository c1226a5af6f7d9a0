import { firstLine } from './plain-text.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * Foreign text in a line of Markdown or a cell of a table: one line, no markup, no HTML, no link. A word joiner behind
 * `@` keeps "Drop @vcpu param" from calling somebody in where the report is pasted into a comment.
 */
export function prose(text: string): string {
  return firstLine(text)
    .replaceAll(/[\\`*_[\]#|~$]/g, String.raw`\$&`)
    .replaceAll(/[&<>]/g, (char) => ENTITIES[char] ?? char)
    .replaceAll('@', '@&#8288;')
    .replaceAll('://', '&#58;//');
}

/**
 * Foreign text in monospace. Not a code span: a bar in one still ends the cell of a table, and as many backticks end
 * the span.
 */
export function code(text: string): string {
  return `<code>${prose(text)}</code>`;
}
