import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { matrixFileSchema } from '../../matrix/file/schema.ts';
import { gridSchema } from '../../matrix/grid-schema.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The JSON Schemas that ship with the package, by file, as the code would write them. */
export function schemaTexts(): Map<string, string> {
  const matrix = { title: 'kvm-matrix: matrix.yaml', ...matrixFileSchema.toJSONSchema({ io: 'input' }) };
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
