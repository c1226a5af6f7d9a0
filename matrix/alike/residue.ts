import type { Resolved } from '../kconfig/kconfig.ts';
import { evaluate, isDefined, type Condition } from './condition.ts';
import { linesOf, type Line } from './lines.ts';

/** A line of a file under one config. */
export interface ResidueLine {
  /** The line as it stands, or nothing where no compiler sees anything of it. */
  readonly left: string;
  /** The symbols of Kconfig that decided about it. */
  readonly symbols: readonly string[];
  /** A branch that begins with the first character of its line shuts it out. */
  readonly hidden: boolean;
}

/** An #if that the lines are behind. */
interface Frame {
  /** The config decides it; else all its branches are left as they are. */
  readonly decided: boolean;
  readonly live: boolean;
  /** A branch of it was live. */
  readonly taken: boolean;
  /** Its #else was there. */
  readonly last: boolean;
  readonly symbols: readonly string[];
  /** The branch begins with the first character of its line. */
  readonly atMargin: boolean;
}

const NONE: Frame = { decided: true, live: true, taken: false, last: false, symbols: [], atMargin: false };
/** Behind what is shut out nothing is asked. */
const SHUT_OUT: Frame = { decided: true, live: false, taken: true, last: false, symbols: [], atMargin: false };

/**
 * What a file of C says under one config: conditions that the config decides are gone, and so are the branches that they
 * shut out, and lines that are nothing but comment. All that is left stands on its line as before, to the letter: so
 * files with the same residue give every compiler the same words at the same places, and the same lines to quote. Null
 * where a file is not understood.
 */
export function residueOf(text: string, config: Resolved): ResidueLine[] | null {
  const lines = linesOf(text);
  if (lines === null) return null;
  const reader = new Conditionals(config);
  const residue = lines.map((line) => reader.read(line));
  return reader.isSound() ? residue : null;
}

class Conditionals {
  readonly #config: Resolved;
  readonly #frames: Frame[] = [];
  #isStrange = false;
  /** Whether the directive that a joined line belongs to is left. */
  #keepsJoined = true;

  constructor(config: Resolved) {
    this.#config = config;
  }

  isSound(): boolean {
    return !this.#isStrange && this.#frames.length === 0;
  }

  read(line: Line): ResidueLine {
    if (line.joined) return this.#line(this.#keepsJoined ? line.text : '', this.#isHidden());
    const [, name = '', rest = ''] =
      /^\s*#\s*(if|ifdef|ifndef|elif|elifdef|elifndef|else|endif)\b(.*)$/.exec(line.code) ?? [];
    const [before, hidden] = [this.#symbols(), this.#isHidden()];
    const keeps = name === '' ? this.#isLive() && line.code.trim() !== '' : this.#directive(name, rest, line);
    // A line that ends in a backslash and has no code goes on all the same.
    this.#keepsJoined = keeps || (this.#isLive() && name === '');
    const { left, symbols } = this.#line(keeps ? line.text : '', hidden);
    return { left, symbols: [...before, ...symbols], hidden };
  }

  #line(left: string, hidden: boolean): ResidueLine {
    return { left, symbols: this.#symbols(), hidden };
  }

  #isHidden(): boolean {
    return this.#frames.some(({ live, atMargin }) => !live && atMargin);
  }

  #symbols(): string[] {
    return this.#frames.flatMap(({ symbols }) => symbols);
  }

  #isLive(): boolean {
    return this.#frames.every(({ live }) => live);
  }

  /** Gives back whether the directive itself is left. */
  #directive(name: string, rest: string, line: Line): boolean {
    if (name.startsWith('if')) return this.#open(name, rest, line);
    const frame = this.#frames.pop() ?? NONE;
    // Compilers speak of words behind #else and #endif, and of what stands behind an #else.
    const isOdd =
      frame === NONE ||
      // To compilers before C23 these are no directives.
      /^elifn?def$/.test(name) ||
      (name !== 'elif' && rest.trim() !== '') ||
      (name !== 'endif' && frame.last);
    if (isOdd) this.#isStrange = true;
    const isKept = !frame.decided && this.#isLive();
    if (name !== 'endif') this.#frames.push(this.#branch(frame, name, rest, line));
    return isKept;
  }

  #open(name: string, rest: string, line: Line): boolean {
    if (!this.#isLive()) return (this.#frames.push(SHUT_OUT), false);
    const { value, symbols } = this.#condition(name, rest, line);
    const decided = value !== null;
    this.#frames.push({
      decided,
      live: value ?? true,
      taken: value ?? true,
      last: false,
      symbols: decided ? symbols : [],
      atMargin: line.text.startsWith('#'),
    });
    return !decided;
  }

  #branch(frame: Frame, name: string, rest: string, line: Line): Frame {
    const last = name === 'else';
    return { ...this.#next(frame, name, rest, line), last, atMargin: line.text.startsWith('#') };
  }

  #next(frame: Frame, name: string, rest: string, line: Line): Frame {
    if (!frame.decided) return frame;
    if (frame.taken) return { ...frame, live: false };
    if (name === 'else') return { ...frame, live: true, taken: true };
    const { value, symbols } = this.#condition(name.slice('el'.length), rest, line);
    // What is left would begin with the #elif.
    if (value === null) this.#isStrange = true;
    const live = value ?? true;
    return { ...frame, live, taken: live, symbols: [...frame.symbols, ...symbols] };
  }

  #condition(name: string, rest: string, line: Line): Condition {
    if (line.text.endsWith('\\')) return { value: null, symbols: [] };
    if (name === 'if') return evaluate(rest, this.#config);
    const [, word = '', symbol] = /^\s*(CONFIG_(\w+)|\w+)\s*$/.exec(rest) ?? [];
    const is = isDefined(word, this.#config);
    const value = is === null || name === 'ifdef' ? is : !is;
    return { value, symbols: symbol === undefined ? [] : [symbol] };
  }
}
