import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { matrixFileSchema } from '../../matrix/file/schema.ts';
import { gridSchema } from '../../matrix/grid/grid-schema.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The JSON Schemas that ship with the package, by file, as the code would write them. */
export function schemaTexts(): Map<string, string> {
  const matrix = { title: 'kvm-matrix: matrix.yaml', ...withVariants(matrixFileSchema.toJSONSchema({ io: 'input' })) };
  const grid = { title: 'kvm-matrix: grid.json', ...gridSchema.toJSONSchema() };
  return new Map([
    ['matrix.schema.json', `${JSON.stringify(matrix, null, 2)}\n`],
    ['grid.schema.json', `${JSON.stringify(grid, null, 2)}\n`],
  ]);
}

export function schemaOnDisk(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** `UPDATE=1 npm test` writes them anew. */
export function updateSchemas(): void {
  for (const [file, text] of schemaTexts()) writeFileSync(join(ROOT, file), text);
}

interface Node {
  properties?: Record<string, Node>;
  additionalProperties?: Node | boolean;
  required?: string[];
}

/** A row with `extends` may leave out, or take away with null, whatever the row it extends says. */
function withVariants(schema: object): object {
  const arches = (schema as Node).properties?.['arches'];
  if (!arches || typeof arches.additionalProperties !== 'object') throw new Error('no arches in the schema');
  const row = arches.additionalProperties;
  const variant = partial(row);
  variant.properties = {
    extends: { type: 'string', description: 'the row that says all that this one does not' } as Node,
    ...variant.properties,
  };
  variant.required = ['extends'];
  arches.additionalProperties = { anyOf: [row, variant] } as Node;
  return schema;
}

function partial(whole: Node): Node {
  const node = { ...whole };
  delete node.required;
  if (typeof node.additionalProperties === 'object') node.additionalProperties = orNull(node.additionalProperties);
  if (!node.properties) return node;
  const properties = Object.entries(node.properties).map(([key, value]) => [key, orNull(value)]);
  return { ...node, properties: Object.fromEntries(properties) };
}

function orNull(node: Node): Node {
  return { anyOf: [partial(node), { type: 'null' }] } as Node;
}
