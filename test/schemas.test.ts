import { expect, it } from 'vitest';
import { schemaOnDisk, schemaTexts, updateSchemas } from './support/schemas.ts';

it.each(['matrix.schema.json', 'grid.schema.json'])('%s is what the code checks (UPDATE=1 writes it)', (file) => {
  if (process.env['UPDATE']) updateSchemas();
  expect(schemaOnDisk(file)).toBe(schemaTexts().get(file));
});
