import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { Failure } from '../matrix/failure.ts';
import { parseMatrixFile } from '../matrix/file/parse.ts';
import { MATRIX_YAML } from './support/columns.ts';
import { schemaOnDisk, schemaTexts, updateSchemas } from './support/schemas.ts';

it.each(['matrix.schema.json', 'grid.schema.json'])('%s is what the code checks (UPDATE=1 writes it)', (file) => {
  if (process.env['UPDATE']) updateSchemas();
  expect(schemaOnDisk(file)).toBe(schemaTexts().get(file));
});

describe('matrix.schema.json, by which an editor checks while one types,', () => {
  const schema = z.fromJSONSchema(JSON.parse(schemaOnDisk('matrix.schema.json')) as z.core.JSONSchema.JSONSchema);
  const takes = (row: string): { schema: boolean; parser: boolean } => {
    const text = `${MATRIX_YAML.trimEnd()}\n${row}\n`;
    return { schema: schema.safeParse(parse(text)).success, parser: parses(text) };
  };

  it('takes the shipped file', () => {
    expect(takes('')).toEqual({ schema: true, parser: true });
  });

  it.each([
    '{ extends: x86-64 }',
    '{ extends: x86-64, qemu: { cpu: EPYC } }',
    '{ extends: x86-64, optional: true, toolchain: { llvm: true } }',
    '{ extends: x86-64, config: { base: defconfig, fragments: [] } }',
    '{ extends: x86-64, qemu: null }',
    '{ extends: x86-64, qemu: { smp: null, devices: [edu], lacks: { dma: no engine } } }',
    '{ extends: x86-64, axes: { KVM: { m: [KVM=m, KVM_WERROR?=n], n: [] } } }',
  ])('takes a variant as the parser does: %s', (row) => {
    expect(takes(`  mine: ${row}`)).toEqual({ schema: true, parser: true });
  });

  it.each([
    ['a row that is not whole and extends none', '{ qemu: { cpu: EPYC } }'],
    ['extends that is no word', '{ extends: 64 }'],
    ['a misspelt key', '{ extends: x86-64, qemu: { cpus: EPYC } }'],
    ['a misspelt extends', '{ extend: x86-64 }'],
    ['a wrong value', '{ extends: x86-64, qemu: { smp: two } }'],
    ['a kind of container that is none', '{ extends: x86-64, qemu: { iommu: type2 } }'],
    ['something that no machine lacks', '{ extends: x86-64, qemu: { lacks: { kvm: why } } }'],
    ['a wish that is none', '{ extends: x86-64, axes: { KVM: { m: ["KVM?m"] } } }'],
  ])('refuses %s as the parser does: %s', (_, row) => {
    expect(takes(`  mine: ${row}`)).toEqual({ schema: false, parser: false });
  });

  // A bug of withVariants(): below what maps names to values null is not taken, and the parser takes it.
  it.each([
    '{ extends: x86-64, modules: { refused: { kvm-intel: null } } }',
    '{ extends: x86-64, axes: { KVM: { m: [KVM=m], spare: null } } }',
  ])('takes null for a name as the parser does: %s', (row) => {
    expect(takes(`  mine: ${row}`)).toEqual({ schema: true, parser: true });
  });
});

function parses(text: string): boolean {
  try {
    parseMatrixFile(text, 'matrix.yaml');
    return true;
  } catch (error) {
    if (error instanceof Failure) return false;
    throw error;
  }
}
