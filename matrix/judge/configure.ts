import { isOfKconfig, markNew, sortFindings, type Finding, type Observation } from '../finding.ts';
import { configDelta, explainOverride, type Override, type Resolved, type SymbolFacts } from '../kconfig/kconfig.ts';
import { carryOver, judgement, type Judgement, type StageResult } from '../result.ts';
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

/** What was known before a patch; null on the base. */
export interface ConfiguredBefore {
  readonly resolved: Resolved;
  readonly findings: readonly Observation[];
}

/**
 * On the base (`before` null) a request that Kconfig overrides makes the column inexpressible: a skip. On a patch it is
 * the patch that took the column away: a fail. A fragment may name symbols that this tree does not have. What Kconfig warns
 * of is told here, and not where a build has it parsed once more.
 */
export function judgeConfigure(outcome: ConfigureOutcome, before: ConfiguredBefore | null): ConfigureJudgement {
  const failed = judgeEnd(outcome);
  if (failed) return { ...failed, inexpressible: null };
  const facts = (symbol: string): SymbolFacts => outcome.facts.get(symbol) ?? UNKNOWN;
  const mustBe = outcome.refused.filter(({ symbol, ifKnown }) => !ifKnown || facts(symbol).known);
  const broken = [...mustBe, ...outcome.drifted.filter(({ symbol }) => facts(symbol).known)];
  const why = broken.map((override) => explainOverride(override, facts(override.symbol)));
  const delta = deltaFindings(before?.resolved ?? null, outcome.resolved);
  const warnings = markNew(outcome.observations.filter(isOfKconfig), before?.findings ?? null);
  const findings = sortFindings([...unknownSymbols(outcome, facts), ...delta, ...warnings]);
  if (why.length === 0) return { ...passed(findings), inexpressible: null };
  if (before === null)
    return { ...judgement('skip', `not expressible (${why.join('; ')})`, findings), inexpressible: why.join('; ') };
  const errors = why.map((message): Finding => ({ kind: 'kconfig-error', file: null, line: null, message, new: true }));
  return { ...judgement('fail', why[0] ?? null, [...errors, ...findings]), inexpressible: null };
}

function passed(findings: readonly Finding[]): Judgement {
  const fresh = findings.find((finding) => finding.new && finding.kind === 'warning');
  return fresh ? judgement('warn', describeFinding(fresh), findings) : judgement('pass', null, findings);
}

/** A verdict on a tree that says the same to Kconfig: what was new there is known here, and no symbol differs. */
export function carryConfigure(result: StageResult, from: string): StageResult {
  const lasting = result.findings.filter((finding) => !finding.new || finding.kind === 'warning');
  const findings = lasting.map((finding) => ({ ...finding, new: false }));
  const carried = { ...carryOver(result, 'proved', from), findings };
  return result.verdict === 'warn' ? { ...carried, verdict: 'pass', reason: null } : carried;
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
