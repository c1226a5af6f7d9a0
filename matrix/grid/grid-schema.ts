import { z } from 'zod';
import { STAGES } from '../cell.ts';
import { VERDICTS } from '../verdict.ts';

const verdict = z.enum(VERDICTS);
const stage = z.enum(STAGES);
const position = z.number().int().nonnegative();

const finding = z.object({
  kind: z.enum([
    'compile-error',
    'link-error',
    'modpost-error',
    'make-error',
    'kconfig-error',
    'probe',
    'panic',
    'splat',
    'warning',
    'references',
    'config',
  ]),
  file: z.string().nullable().describe('relative to the source tree'),
  line: z.number().int().nullable(),
  message: z.string(),
  check: z.string().optional().describe('the check of the probe that says it'),
  new: z.boolean().describe('not there on the patch before'),
});

const stageResult = z.object({
  stage,
  verdict,
  basis: z.enum(['ran', 'proved', 'reused']),
  reason: z.string().nullable().describe('never null for skip and miss'),
  from: z.string().nullable().describe('the cell that a proved or reused verdict rests on'),
  seconds: z.number().nonnegative(),
  findings: z.array(finding),
  log: z.string().nullable().describe('relative to the run directory'),
});

const patch = z.object({
  position: position.min(1),
  commit: z.string().nullable().describe('null when the patch does not apply, or needs one that does not'),
  subject: z.string(),
  messageId: z.string().nullable(),
  note: z.string().nullable(),
});

const engine = z.object({
  name: z.enum(['none', 'podman', 'docker', 'bubblewrap']),
  version: z.string().nullable(),
  image: z.object({ name: z.string(), digest: z.string() }).nullable(),
});

const run = z.object({
  id: z.string(),
  tool: z.string(),
  argv: z.array(z.string()),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  complete: z.boolean(),
  base: z.object({ commit: z.string(), how: z.string() }),
  series: z.object({ subject: z.string(), version: z.number().int(), patches: z.array(patch) }),
  engine,
  rows: z.array(position),
  stages: z.array(stage),
  cost: z.object({
    wallSeconds: z.number(),
    cpuSeconds: z.number(),
    compilerCpuSeconds: z.number().nullable().describe('null: not measured'),
    makeCalls: z.number().int(),
  }),
  audit: z
    .object({
      cells: z.number().int().describe('how many proved or reused cells were built from clean'),
      differing: z.array(z.object({ cell: z.string(), differences: z.array(z.string()) })),
    })
    .nullable()
    .describe('null when no cell was audited'),
});

/** The grid file as others may rely on it; grid.schema.json is made from it. */
export const gridSchema = z.object({
  schema: z.literal('kvm-matrix.grid/1'),
  run,
  columns: z.array(
    z.object({
      id: z.string(),
      arch: z.string(),
      config: z.record(z.string(), z.string()),
      expressible: z.boolean().nullable().describe('null until Kconfig was asked'),
      reason: z.string().nullable(),
    }),
  ),
  cells: z.array(z.object({ patch: position, column: z.string(), verdict, stages: z.array(stageResult) })),
  blame: z.array(
    z.object({
      column: z.string(),
      stage,
      brokenBy: position.describe('0: the base already was'),
      fixedBy: position.nullable(),
      suspects: z.array(position).describe('patches without a verdict right before brokenBy'),
      checks: z.array(z.string()).describe('the checks of the probe that broke together; empty: the stage as a whole'),
      message: z.string(),
    }),
  ),
});
