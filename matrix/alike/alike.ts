import type { Resolved } from '../kconfig/kconfig.ts';
import { residueOf } from './residue.ts';

/** Why a file says the same under a config though its text is another one. */
export interface Alike {
  /** The symbols that this rests on: they must be what the config says, and nobody may define them otherwise. */
  readonly symbols: readonly string[];
  /** The symbols that it names now and did not name before: no record of what was made from it knows of these. */
  readonly named: readonly string[];
}

/** A comment that compilers may listen to: -Wimplicit-fallthrough. */
const HEARD = /fall|lint/i;

/**
 * What -Wmisleading-indentation looks at in lines between an if and what follows, though nothing is compiled of them: where
 * a line begins, and which of them are conditions. A condition at the margin ends its search, so what that one shuts out
 * does not matter. Source: detect_intervening_unindent, detect_preprocessor_logic in gcc/c-family/c-indentation.cc.
 */
function outlineOf(line = ''): string {
  const [, indent = '', directive = '', first = ''] = /^(\s*)(#\s*(?:if|el|endif)?)?(.?)/.exec(line) ?? [];
  return `${indent}${directive}${first === '' ? '' : '.'}`;
}

/** Compares two texts of a file of C under one config; null where they may say different things. */
export function alikeUnder(before: string, after: string, config: Resolved): Alike | null {
  const [was, is] = [residueOf(before, config), residueOf(after, config)];
  if (was === null || is === null || was.length !== is.length) return null;
  if (was.some(({ left }, index) => left !== is[index]?.left)) return null;
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  const differing = old.flatMap((line, index) => (line === fresh[index] ? [] : [index]));
  if (differing.some((index) => HEARD.test(`${old[index]} ${fresh[index]}`))) return null;
  const seen = differing.filter((index) => was[index]?.hidden !== true || is[index]?.hidden !== true);
  if (seen.some((index) => outlineOf(old[index]) !== outlineOf(fresh[index]))) return null;
  const symbols = differing.flatMap((index) => [...(was[index]?.symbols ?? []), ...(is[index]?.symbols ?? [])]);
  const known = symbolsIn(before);
  return { symbols: [...new Set(symbols)], named: [...symbolsIn(after)].filter((symbol) => !known.has(symbol)) };
}

/** The symbols that fixdep would write down for a file. Source: parse_config_file in scripts/basic/fixdep.c. */
function symbolsIn(text: string): Set<string> {
  return new Set([...text.matchAll(/\bCONFIG_(\w+)/g)].map(([, symbol = '']) => symbol.replace(/_MODULE$/, '')));
}

/** What gives IS_ENABLED and its like their meaning, without white space. Source: include/linux/kconfig.h. */
const MEANINGS = [
  '__ARG_PLACEHOLDER_10,',
  '__take_second_arg(__ignored,val,...)val',
  '__or(x,y)___or(x,y)',
  '___or(x,y)____or(__ARG_PLACEHOLDER_##x,y)',
  '____or(arg1_or_junk,y)__take_second_arg(arg1_or_junk1,y)',
  '__is_defined(x)___is_defined(x)',
  '___is_defined(val)____is_defined(__ARG_PLACEHOLDER_##val)',
  '____is_defined(arg1_or_junk)__take_second_arg(arg1_or_junk1,0)',
  'IS_BUILTIN(option)__is_defined(option)',
  'IS_MODULE(option)__is_defined(option##_MODULE)',
  'IS_ENABLED(option)__or(IS_BUILTIN(option),IS_MODULE(option))',
];

/** Whether include/linux/kconfig.h says of IS_ENABLED what `evaluate` takes it to say. */
export function meansEnabled(kconfigHeader: string): boolean {
  const joined = kconfigHeader.replaceAll('\\\n', ' ').split('\n');
  const defined = joined.flatMap((line) =>
    line.startsWith('#define ') ? [line.slice('#define '.length).replaceAll(/\s/g, '')] : [],
  );
  return MEANINGS.every((meaning) => defined.filter((one) => one === meaning).length === 1);
}

/** The macros that must be defined there alone. */
const OWN = [...new Set(MEANINGS.map((meaning) => /^(__ARG_PLACEHOLDER_1|\w+)/.exec(meaning)?.[0] ?? ''))];

/** An extended regular expression for lines in which one of `symbols`, or what asks for them, is given another meaning. */
export function redefinition(symbols: readonly string[]): string {
  const names = [...symbols.map((symbol) => `CONFIG_${symbol}(_MODULE)?`), ...OWN];
  const meaning = `(define|undef)([[:space:]]+(${names.join('|')})([^A-Za-z0-9_]|$)|[[:space:]]*(\\\\$|/[*]))`;
  // Before a directive there may be the end of a comment, and its name may be behind another one, or in the next line.
  return `(^|[*]/)[[:space:]]*(#|%:)[[:space:]]*(${meaning}|/[*]|[a-z]*\\\\$)`;
}

/**
 * For words of a command that could give one of them another value, however they are quoted: -DCONFIG_X=1 is `-DCONFIG_X`
 * and `1`, -D "CONFIG_X=1" has a word that begins with the symbol.
 */
export function redefiningOptions(symbols: readonly string[]): RegExp {
  return new RegExp(`(^|-[DU])CONFIG_(${symbols.join('|')})`);
}
