import { normalize } from 'node:path/posix';
import type { Numbers } from './record-names.ts';

const WORD = /[^\s"'():;,=&|<>\\]+/g;

/** Between the words of an option, and in names: `include/dt-bindings/clock/starfive,jh7110-crg.h`. */
const IN_NAMES = /[,=]/g;

function isBlank(letter = ' '): boolean {
  return letter === ' ' || letter === '\n' || letter === '\\' || letter === '\t';
}

/** From one blank to the next, what has one of these in it, without quotes and what else cannot be part of a name. */
function wholeWords(text: string): string[] {
  const found: string[] = [];
  let end = 0;
  for (const { index } of text.matchAll(IN_NAMES)) {
    if (index < end) continue;
    let begin = index;
    while (begin > 0 && !isBlank(text[begin - 1])) begin -= 1;
    for (end = index; end < text.length && !isBlank(text[end]);) end += 1;
    found.push(...text.slice(begin, end).split(/["'():;&|<>]+/));
  }
  return found.filter((word) => /.[,=]./.test(word));
}

/** The path in the source tree that a word of a record names, '' for the tree itself; null when it names none. */
export function sourcePath(word: string, source: string): string | null {
  const at = word.indexOf(source);
  const rest = word.slice(at + source.length);
  if (at < 0 || !/^(\/|$)/.test(rest)) return null;
  return rest.length <= 1 ? '' : normalize(rest.slice(1));
}

/** Gives numbers to what records name; goes on from `names`, which it adds to. */
export class NameBook {
  readonly #source: string;
  readonly #names: string[];
  readonly #byName = new Map<string, number>();
  readonly #byWord = new Map<string, number>();

  constructor(source: string, names: string[]) {
    this.#source = source;
    this.#names = names;
    for (const [number, name] of names.entries()) this.#byName.set(name, number);
  }

  /** What a record with this text names, in its order, each once. */
  numbersOf(text: string): Numbers {
    const found = new Set<number>();
    let before = '';
    for (const word of text.match(WORD) ?? []) {
      const number = this.#numberOf(word);
      found.add(before.endsWith('-prefix-map') ? this.#number(`!${this.#names[number] ?? ''}`) : number);
      before = word;
    }
    for (const word of wholeWords(text)) if (this.#isWhole(word)) found.add(this.#numberOf(word));
    return this.#names.length > 2 ** 16 ? Uint32Array.from(found) : Uint16Array.from(found);
  }

  /** Of an option only parts are names, but where the path of the tree would be taken apart itself. */
  #isWhole(word: string): boolean {
    return !word.startsWith('-') || this.#source.search(IN_NAMES) >= 0;
  }

  #numberOf(word: string): number {
    const known = this.#byWord.get(word);
    if (known !== undefined) return known;
    const path = sourcePath(word, this.#source);
    const number = this.#number(path === null ? `:${word}` : `/${path}`);
    this.#byWord.set(word, number);
    return number;
  }

  #number(name: string): number {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const own = ownCopy(name);
    this.#byName.set(own, this.#names.length);
    return this.#names.push(own) - 1;
  }
}

/** A word is a view of the text that it was found in, and would keep all of that in memory. */
function ownCopy(word: string): string {
  return Buffer.from(word).toString();
}
