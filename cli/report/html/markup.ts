import { plainText } from '../plain-text.ts';

/** HTML that is safe to print. Made by `markup` only, so that foreign text cannot get in unescaped. */
export class Markup {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

type Part = string | number | Markup | null | readonly Markup[];

/** A template whose values are escaped unless they are markup themselves. Attributes need their double quotes. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((done, string, index) => `${done}${render(parts[index - 1] ?? '')}${string}`));
}

/** Markup of ours from outside a template: the style sheet, the script, data that is escaped already. */
export function trusted(source: string): Markup {
  return new Markup(source);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function render(part: NonNullable<Part>): string {
  if (part instanceof Markup) return part.source;
  if (typeof part === 'object') return part.map(({ source }) => source).join('');
  return plainText(String(part)).replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
