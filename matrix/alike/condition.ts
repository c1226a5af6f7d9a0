import type { Resolved } from '../kconfig/kconfig.ts';

/** What a condition of the preprocessor comes to; null where the config alone does not say. */
export type Truth = boolean | null;

/** A condition under one config. */
export interface Condition {
  readonly value: Truth;
  /** The symbols of Kconfig that it asks for, without `CONFIG_`. */
  readonly symbols: readonly string[];
}

/**
 * Works out the condition of an #if whose every part the macros of Kconfig decide; of another one nothing is known, even
 * where a part would be enough, for -Wundef speaks of the rest. The macros are what include/generated/autoconf.h defines
 * (print_symbol_for_c in scripts/kconfig/confdata.c), and IS_ENABLED and its like are those of include/linux/kconfig.h:
 * who asks makes sure that both hold.
 */
export function evaluate(expression: string, config: Resolved): Condition {
  const symbols = [...expression.matchAll(/\bCONFIG_(\w+)/g)].map(([, symbol = '']) => symbol);
  return { value: new Reader(expression, config).whole(), symbols };
}

/** Whether `word` is defined; null for what is no macro of Kconfig. */
export function isDefined(word: string, config: Resolved): Truth {
  return isOfKconfig(word) ? valueOf(word, config) !== null : null;
}

function isOfKconfig(word: string): boolean {
  return /^CONFIG_\w+$/.test(word);
}

/** As in .config; `y` for the CONFIG_FOO_MODULE that stands for FOO=m. */
function valueOf(word: string, config: Resolved): string | null {
  const symbol = word.slice('CONFIG_'.length);
  const value = config.get(symbol);
  if (value !== undefined && value !== 'm') return value;
  return symbol.endsWith('_MODULE') && config.get(symbol.slice(0, -'_MODULE'.length)) === 'm' ? 'y' : null;
}

/** Whether a macro is 1, as IS_ENABLED asks: absent is no, and of any other value nothing is said. */
function isOne(word: string, config: Resolved): Truth {
  const value = valueOf(word, config);
  return value === null ? false : value === 'y' ? true : null;
}

const ASKS: Readonly<Record<string, (word: string, config: Resolved) => Truth>> = {
  IS_ENABLED: (word, config) => either(isOne(word, config), isOne(`${word}_MODULE`, config)),
  IS_BUILTIN: isOne,
  IS_MODULE: (word, config) => isOne(`${word}_MODULE`, config),
  defined: isDefined,
};

const WORD = /\s*(\w+|&&|\|\||[^\s])/gy;

/** Recursive descent over `||`, `&&`, `!` and parentheses; what it does not know makes the whole unknown. */
class Reader {
  readonly #words: readonly string[];
  readonly #config: Resolved;
  #at = 0;

  constructor(expression: string, config: Resolved) {
    this.#words = [...expression.matchAll(WORD)].map(([, word = '']) => word);
    this.#config = config;
  }

  whole(): Truth {
    const value = this.#any();
    return this.#at === this.#words.length ? value : null;
  }

  #any(): Truth {
    let value = this.#all();
    while (this.#takes('||')) value = either(value, this.#all());
    return value;
  }

  #all(): Truth {
    let value = this.#one();
    while (this.#takes('&&')) value = both(value, this.#one());
    return value;
  }

  #one(): Truth {
    if (this.#takes('!')) return not(this.#one());
    if (this.#takes('(')) return this.#closed(this.#any());
    const word = this.#next();
    const ask = ASKS[word];
    if (ask) return this.#answer(word, ask);
    if (/^[01]$/.test(word)) return word === '1';
    // -Wundef speaks of a macro that is not there.
    return isOfKconfig(word) && isOne(word, this.#config) ? true : null;
  }

  #answer(name: string, ask: (word: string, config: Resolved) => Truth): Truth {
    const hasParentheses = this.#takes('(');
    const word = this.#next();
    if (!isOfKconfig(word)) return null;
    const value = ask(word, this.#config);
    return hasParentheses ? this.#closed(value) : name === 'defined' ? value : null;
  }

  #closed(value: Truth): Truth {
    return this.#takes(')') ? value : null;
  }

  #takes(word: string): boolean {
    const is = this.#words[this.#at] === word;
    if (is) this.#at += 1;
    return is;
  }

  #next(): string {
    return this.#words[this.#at++] ?? '';
  }
}

function not(value: Truth): Truth {
  return value === null ? null : !value;
}

function both(a: Truth, b: Truth): Truth {
  return a === null || b === null ? null : a && b;
}

function either(a: Truth, b: Truth): Truth {
  return a === null || b === null ? null : a || b;
}
