/** `KVM=m` in parts. A request for `n` holds when the symbol is off, or when the tree has no such symbol. */
export interface SymbolRequest {
  readonly symbol: string;
  readonly value: string;
  /** `SYMBOL?=value`: only asked where the tree has the symbol. */
  readonly ifKnown?: true;
}

/** The resolved .config: symbols that are set, without `CONFIG_`. */
export type Resolved = ReadonlyMap<string, string>;

export function parseRequest(text: string): SymbolRequest {
  const [, symbol = '', mark, value = ''] = /^(\w*)(\??)=(.*)$/s.exec(text) ?? [];
  return { symbol, value, ...(mark === '?' ? { ifKnown: true } : {}) };
}

/** The text of a file for KCONFIG_ALLCONFIG or to append to a .config; later lines win in both. */
export function formatRequests(requests: readonly SymbolRequest[]): string {
  const line = ({ symbol, value }: SymbolRequest): string =>
    value === 'n' ? `# CONFIG_${symbol} is not set` : `CONFIG_${symbol}=${value}`;
  return [...lastWins(requests).map(line), ''].join('\n');
}

export function parseDotConfig(text: string): Resolved {
  const entries = text.matchAll(/^CONFIG_(\w+)=(.*)$/gm);
  return new Map(Array.from(entries, (match) => [match[1] ?? '', match[2] ?? '']));
}

export interface Override extends SymbolRequest {
  /** What Kconfig made of it. */
  readonly got: string;
}

/** The requests that Kconfig did not grant. */
export function overridden(requests: readonly SymbolRequest[], resolved: Resolved): Override[] {
  return lastWins(requests).flatMap((request) => {
    const got = resolved.get(request.symbol) ?? 'n';
    return sameValue(got, request.value) ? [] : [{ ...request, got }];
  });
}

/** Symbols whose value differs, `n` standing for absent, sorted by name. */
export function configDelta(before: Resolved, after: Resolved): { symbol: string; from: string; to: string }[] {
  const symbols = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return symbols.flatMap((symbol) => {
    const [from, to] = [before.get(symbol) ?? 'n', after.get(symbol) ?? 'n'];
    return from === to ? [] : [{ symbol, from, to }];
  });
}

/** A symbol as the tree's own Kconfig parser describes it. */
export interface SymbolFacts {
  /** False when no Kconfig file of the tree defines it. */
  readonly known: boolean;
  readonly type: string | null;
  /** The `depends on` expressions of its definitions, each symbol with its value: `VIRTUALIZATION [=n] && …`. */
  readonly depends: readonly string[];
}

/** Why Kconfig overrode a request, as a sentence part for `skip: not expressible (…)`. */
export function explainOverride({ symbol, value, got }: Override, facts: SymbolFacts): string {
  if (!facts.known) return `this tree has no symbol ${symbol}`;
  if (value === 'm' && facts.type === 'bool') return `${symbol} is bool, it cannot be m`;
  const unmet = facts.depends.filter((expression) => expression !== 'y');
  const because = unmet.length > 0 ? `: depends on ${unmet.join(' or ')}` : '';
  return `${symbol}=${value} asked, Kconfig makes it ${got}${because}`;
}

function lastWins(requests: readonly SymbolRequest[]): SymbolRequest[] {
  return [...new Map(requests.map((request) => [request.symbol, request])).values()];
}

function sameValue(got: string, wanted: string): boolean {
  return got === wanted || (/^-?(0x)?[0-9a-f]+$/i.test(got) && Number(got) === Number(wanted));
}
