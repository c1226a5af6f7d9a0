import { LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { z } from 'zod';
import { usageFailure } from '../failure.ts';
import type { Diagnostic } from './diagnostic.ts';
import { resolveExtends } from './extends.ts';
import { checkReferences } from './references.ts';
import { nearest } from './nearest.ts';
import { matrixFileSchema, type MatrixFile } from './schema.ts';

/**
 * Reads the text of a matrix file. Throws one usage failure that lists every fault as `matrix.yaml:6:15: …`, with
 * the nearest valid word where one is close.
 */
export function parseMatrixFile(text: string, fileName: string): MatrixFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const where = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${fileName}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    throw faulty(
      document.errors.map(
        (error) => `${where(error.pos[0])}: ${error.message.split('\n', 1)[0]?.replace(/ at line .*$/, '')}`,
      ),
    );
  }
  const { resolved, diagnostics: unresolved } = resolveExtends(toPlain(document, where));
  const shape = matrixFileSchema.safeParse(resolved);
  const diagnostics =
    unresolved.length > 0
      ? unresolved
      : shape.success
        ? checkReferences(shape.data)
        : misspellingsFirst(shape.error.issues).flatMap(explainIssue);
  if (diagnostics.length > 0) {
    throw faulty(
      diagnostics.map(({ path, message, atKey }) => `${where(offsetOf(document, path, atKey ?? false))}: ${message}`),
    );
  }
  if (!shape.success) throw shape.error;
  return shape.data;
}

/** Aliases are followed here; one without an anchor, or a heap of them, is a fault of the file. */
function toPlain(document: Document.Parsed, where: (offset: number) => string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof Error) throw faulty([`${where(aliasOffset(document))}: ${error.message}`]);
    throw error;
  }
}

/** The first alias without an anchor; 0 where all have one and there are too many. */
function aliasOffset(document: Document.Parsed): number {
  let offset = 0;
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document)) return undefined;
      offset = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

function faulty(sentences: readonly string[]): Error {
  return usageFailure(
    sentences.join('\n'),
    'matrix.schema.json describes the format; an editor that knows YAML schemas checks it while you type',
  );
}

/** A misspelt key is missing as well; its own line tells more. */
function misspellingsFirst(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues.toSorted((a, b) => Number(b.code === 'unrecognized_keys') - Number(a.code === 'unrecognized_keys'));
}

function explainIssue(issue: z.core.$ZodIssue): Diagnostic[] {
  if (issue.code !== 'unrecognized_keys')
    return [{ path: issue.path, message: `${pathText(issue.path)}: ${issue.message}` }];
  return issue.keys.map((key) => {
    const near = nearest(key, knownKeys(issue.path));
    const hint = near ? `; did you mean "${near}"?` : '';
    return { path: [...issue.path, key], message: `unknown key "${key}"${hint}`, atKey: true };
  });
}

function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'the file' : path.map(String).join('.');
}

/** Made once, when the first fault needs it. */
let jsonForm: JsonNode | undefined;

/** The keys that the schema knows at `path`, read off its JSON form: names of rows stand for any row. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  jsonForm ??= matrixFileSchema.toJSONSchema({ io: 'input' }) as JsonNode;
  let node: JsonNode | undefined = jsonForm;
  for (const step of path) node = node?.properties?.[String(step)] ?? node?.additionalProperties ?? node?.items;
  const keys = Object.keys(node?.properties ?? {});
  return path.length === 2 && path[0] === 'arches' ? ['extends', ...keys] : keys;
}

interface JsonNode {
  readonly properties?: Readonly<Record<string, JsonNode>>;
  readonly additionalProperties?: JsonNode;
  readonly items?: JsonNode;
}

/** Where the deepest node of `path` that exists begins; for an unknown key, the key itself. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[], atKey: boolean): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = document.getIn(path.slice(0, length - 1), true) as YamlNode | undefined;
    const key = String(path[length - 1]);
    const pair = parent?.items?.find((item) => String(item.key?.value) === key);
    if (pair?.key?.range) return ((atKey ? null : pair.value?.range) ?? pair.key.range)[0];
    const node = document.getIn(path.slice(0, length), true) as YamlNode | undefined;
    if (node?.range) return node.range[0];
  }
  return 0;
}

interface YamlNode {
  readonly range?: readonly [number, number, number];
  readonly items?: readonly { readonly key?: YamlScalar; readonly value?: YamlScalar | null }[];
}
interface YamlScalar {
  readonly value?: unknown;
  readonly range?: readonly [number, number, number];
}
