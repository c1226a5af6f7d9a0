import { sortFindings, type Finding, type Observation } from '../finding.ts';
import { configDelta, explainOverride, type Override, type Resolved, type SymbolFacts } from '../kconfig/kconfig.ts';
import { judgement, type Judgement } from '../result.ts';
import { describeEnd, describeFinding, type Ended } from './build.ts';

/** One resolution of a column's config, seen from outside. */
export interface ConfigureOutcome {
  readonly ended: Ended;
  readonly observations: readonly Observation[];
  readonly infra: string | null;
  readonly lastComplaint: string | null;
  /** The resolved config; null when there is none. */
  readonly resolved: Resolved | null;
  /** Requests that Kconfig did not grant: of the axes, and of the fragments. */
  readonly refused: readonly Override[];
  readonly drifted: readonly Override[];
  /** What the tree's Kconfig knows of the symbols in `refused` and `drifted`. */
  readonly facts: ReadonlyMap<string, SymbolFacts>;
}

export interface ConfigureJudgement extends Judgement {
  /** Why Kconfig cannot express the column; null when it can. */
  readonly inexpressible: string | null;
}

const UNKNOWN: SymbolFacts = { known: false, type: null, depends: [] };

/**
 * On the base (`before` null) a request that Kconfig overrides makes the column inexpressible: a skip. On a patch it is
 * the patch that took the column away: a fail. A fragment may name symbols that this tree does not have.
 */
export function judgeConfigure(outcome: ConfigureOutcome, before: Resolved | null): ConfigureJudgement {
  const failed = judgeEnd(outcome);
  if (failed) return { ...failed, inexpressible: null };
  const facts = (symbol: string): SymbolFacts => outcome.facts.get(symbol) ?? UNKNOWN;
  const mustBe = outcome.refused.filter(({ symbol, ifKnown }) => !ifKnown || facts(symbol).known);
  const broken = [...mustBe, ...outcome.drifted.filter(({ symbol }) => facts(symbol).known)];
  const why = broken.map((override) => explainOverride(override, facts(override.symbol)));
  const findings = sortFindings([...unknownSymbols(outcome, facts), ...deltaFindings(before, outcome.resolved)]);
  if (why.length === 0) return { ...judgement('pass', null, findings), inexpressible: null };
  if (before === null)
    return { ...judgement('skip', `not expressible (${why.join('; ')})`, findings), inexpressible: why.join('; ') };
  const errors = why.map((message): Finding => ({ kind: 'kconfig-error', file: null, line: null, message, new: true }));
  return { ...judgement('fail', why[0] ?? null, [...errors, ...findings]), inexpressible: null };
}

function judgeEnd({ ended, infra, observations, lastComplaint, resolved }: ConfigureOutcome): Judgement | null {
  if (ended.kind !== 'exited') return judgement('miss', describeEnd(ended));
  if (ended.code === 0 && resolved !== null) return null;
  if (ended.code === 0) return judgement('error', 'make exited 0 and left no .config');
  if (infra) return judgement('miss', `the machine ended the configuration: ${infra}`);
  const errors = observations
    .filter(({ kind }) => kind !== 'warning')
    .map((observation) => ({ ...observation, new: true }));
  const [first] = errors;
  if (first) return judgement('fail', describeFinding(first), errors);
  return judgement(
    'error',
    `make exited ${ended.code} in words we do not know: ${lastComplaint ?? 'no complaint at all'}`,
  );
}

function unknownSymbols({ refused, drifted }: ConfigureOutcome, facts: (symbol: string) => SymbolFacts): Finding[] {
  const optional = [...refused.filter(({ ifKnown }) => ifKnown), ...drifted];
  const unknown = optional.filter(({ symbol }) => !facts(symbol).known);
  return unknown.map(({ symbol, value }) =>
    configFinding(`${symbol}=${value} asked: this tree has no such symbol`, false),
  );
}

/** Which symbols a patch changed without being asked: told, not judged. */
function deltaFindings(before: Resolved | null, after: Resolved | null): Finding[] {
  if (before === null || after === null) return [];
  return configDelta(before, after).map(({ symbol, from, to }) => configFinding(`${symbol}: ${from} -> ${to}`, true));
}

function configFinding(message: string, fresh: boolean): Finding {
  return { kind: 'config', file: null, line: null, message, new: fresh };
}
