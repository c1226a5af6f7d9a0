import { nearest } from './nearest.ts';
import type { Diagnostic } from './diagnostic.ts';

/** A YAML mapping as plain data. */
type Mapping = Readonly<Record<string, unknown>>;

/**
 * Resolves `extends: ROW` among the rows of `arches`: mappings are merged key by key, all else is replaced, and null
 * takes a key away. A row that something extends may extend another one itself. What is not a mapping is left for the
 * schema to complain of.
 */
export function resolveExtends(file: unknown): { readonly resolved: unknown; readonly diagnostics: Diagnostic[] } {
  if (!isMapping(file) || !isMapping(file['arches'])) return { resolved: file, diagnostics: [] };
  const rows = file['arches'];
  const faults = new Map<string, Diagnostic>();
  const resolve = (name: string, seen: readonly string[]): unknown => {
    const row = rows[name];
    if (!isMapping(row) || !Object.hasOwn(row, 'extends')) return row;
    const { extends: from, ...own } = row;
    const fault = faultOf(from, [...seen, name], rows);
    if (fault === null) return merge(resolve(String(from), [...seen, name]), own);
    faults.set(name, { path: ['arches', name, 'extends'], message: fault });
    return own;
  };
  const arches = Object.fromEntries(Object.keys(rows).map((name) => [name, resolve(name, [])]));
  return { resolved: { ...file, arches }, diagnostics: inOrder(faults, Object.keys(rows)) };
}

function inOrder(faults: ReadonlyMap<string, Diagnostic>, names: readonly string[]): Diagnostic[] {
  return names.flatMap((name) => faults.get(name) ?? []);
}

function faultOf(from: unknown, seen: readonly string[], rows: Mapping): string | null {
  if (typeof from === 'string' && seen.includes(from)) return `${[...seen, from].join(' extends ')}: a circle`;
  if (typeof from === 'string' && Object.hasOwn(rows, from)) return null;
  const near = nearest(String(from), Object.keys(rows));
  return `there is no row "${String(from)}" to extend${near ? `; did you mean "${near}"?` : ''}`;
}

function merge(base: unknown, over: unknown): unknown {
  if (!isMapping(base) || !isMapping(over)) return over;
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    if (value === null) merged.delete(key);
    else merged.set(key, merge(merged.get(key) ?? (isMapping(value) ? {} : undefined), value));
  }
  return Object.fromEntries(merged);
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
