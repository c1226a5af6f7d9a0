import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { htmlReport as piecesOf, type HtmlSources } from '../../../cli/report/html.ts';
import { SCRIPT } from '../../../cli/report/html/script.ts';
import type { Grid } from '../../../matrix/grid/grid.ts';
import { HOSTILE } from '../../support/grids.ts';
import { lacks, parseHtml, type HtmlFacts } from '../../support/parsers.ts';
import { ERROR, interruptedGrid, sampleGrid, seedSizedGrid } from '../../support/sample-grids.ts';

const missing = lacks('python3');
if (missing) process.stderr.write(`skipping what needs an HTML parser: ${missing}\n`);

const LOG = [
  ...Array.from({ length: 100 }, (_, index) => `CC file${index}.o`),
  `virt/kvm/vfio.c:57:3: error: ${ERROR}`,
  HOSTILE,
  'make: *** Error 2',
].join('\n');
const SOURCES: HtmlSources = { readLog: () => LOG, repro: (cell) => `# ${cell}\necho '${HOSTILE}'\n` };
const SILENT: HtmlSources = { readLog: () => null, repro: () => null };

const htmlReport = (grid: Grid, sources: HtmlSources): string => [...piecesOf(grid, sources)].join('');

interface Stage {
  readonly stage: string;
  readonly verdict: string;
  readonly basis: string;
  readonly from: string | null;
  readonly reason: string | null;
  readonly log: string | null;
  readonly findings: readonly number[];
  readonly more: number;
}

interface Data {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly [row: number, kinds: readonly number[]])[];
  readonly kinds: readonly (readonly [verdict: string, ...stages: number[]])[];
  readonly stages: readonly Stage[];
  readonly findings: readonly (readonly [string, string, string, number])[];
  readonly excerpts: readonly { hit: number | null; lines: string[] }[];
  readonly paragraphs: readonly string[];
  readonly told: readonly (readonly [
    id: string,
    excerpt: readonly [log: string, index: number] | null,
    repro: readonly number[] | null,
  ])[];
}

/** One cell as the script of the report puts it together. */
interface Cell {
  readonly id: string;
  readonly verdict: string;
  readonly stages: readonly Stage[];
  readonly excerpt?: { readonly log: string; readonly hit: number | null; readonly lines: readonly string[] };
  readonly repro?: string;
}

const dataOf = (page: string): Data =>
  JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? '') as Data;
const cellsOf = (data: Data): Cell[] =>
  data.rows.flatMap(([row, kinds]) =>
    kinds.map((kind, column) => cellAt(data, `${String(row).padStart(2, '0')}/${data.columns[column]}`, kind)),
  );
function cellAt(data: Data, id: string, kind: number): Cell {
  const [verdict = '', ...stages] = data.kinds[kind] ?? [];
  const [, excerpt, repro] = data.told.find(([told]) => told === id) ?? [];
  const piece = excerpt ? data.excerpts[excerpt[1]] : undefined;
  return {
    id,
    verdict,
    stages: stages.flatMap((index) => data.stages[index] ?? []),
    ...(excerpt && piece ? { excerpt: { log: excerpt[0], ...piece } } : {}),
    ...(repro ? { repro: repro.map((index) => data.paragraphs[index]).join('\n\n') } : {}),
  };
}
const hash = (text: string | undefined): string =>
  `'sha256-${createHash('sha256')
    .update(text ?? '')
    .digest('base64')}'`;
const cellOf = (data: Data, id: string): Cell => {
  const found = cellsOf(data).find((cell) => cell.id === id);
  if (!found) throw new Error(`no ${id}`);
  return found;
};
const boxesOf = ({ tags }: HtmlFacts): readonly Readonly<Record<string, string | null>>[] =>
  tags.filter(([tag, { id }]) => tag === 'a' && id).map(([, attributes]) => attributes);

const TAGS = new Set(
  'html head meta title style body header h1 small p span i dl div dt dd section h2 ol li b pre a details summary code table thead tr th tbody td noscript aside script'.split(
    ' ',
  ),
);
const ATTRIBUTES = new Set(
  'lang charset http-equiv content name class href id title scope colspan type hidden'.split(' '),
);

test.skipIf(missing)('no tag, attribute or script comes from a patch, and every tag is closed', () => {
  const facts = parseHtml(htmlReport(sampleGrid(), SOURCES));
  expect(facts.unbalanced).toEqual([]);
  for (const [tag, attributes] of facts.tags) {
    expect([...TAGS]).toContain(tag);
    for (const [name, value] of Object.entries(attributes)) {
      expect([...ATTRIBUTES]).toContain(name);
      expect(name === 'href' ? value : '#00/a/k=m').toMatch(/^#\d\d\/[\w-]+\/[\w=,]+$/);
    }
  }
  expect(facts.tags.filter(([tag]) => tag === 'script')).toHaveLength(2);
});

test.skipIf(missing)('hostile text is shown as text where a reader sees it', () => {
  const { texts } = parseHtml(htmlReport(sampleGrid(), SOURCES));
  const shown = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'|\`]]>&amp;<!--red\\x00\ufffd\\u202e`;
  const joined = texts
    .filter(([tag]) => tag !== 'script')
    .map(([, text]) => text)
    .join('');
  expect(joined).toContain(`broken by 3/6 KVM: ${shown}`);
});

test('no character that is not fit to be shown is left anywhere', () => {
  const page = htmlReport(sampleGrid(), SOURCES);
  expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u);
  expect(JSON.stringify(dataOf(page))).not.toMatch(/(?<!\\)\\u(?:00[01]|d[89a-f])/);
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page.match(/<\/script/g)).toHaveLength(2);
});

test('what does not come from a patch is cleaned as well', () => {
  const { run, columns, ...rest } = sampleGrid();
  const foul = {
    ...rest,
    run: { ...run, id: HOSTILE, tool: HOSTILE, startedAt: HOSTILE, base: { commit: HOSTILE, how: HOSTILE } },
    columns: columns.map((column) => ({ ...column, arch: HOSTILE, reason: HOSTILE })),
  };
  const page = htmlReport(foul, SOURCES);
  expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e]|\p{Surrogate}/u);
  expect(page.match(/<script/g)).toHaveLength(2);
});

test('the policy allows this style sheet and this script, and nothing else', () => {
  const page = htmlReport(sampleGrid(), SOURCES);
  const policy =
    /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
  const rules = new Map(policy.split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1)]));
  expect(rules.get('default-src')).toEqual(["'none'"]);
  expect(rules.get('style-src')).toEqual([hash(/<style>(.*?)<\/style>/s.exec(page)?.[1])]);
  expect(rules.get('script-src')).toEqual([hash(/<script>(.*?)<\/script>/s.exec(page)?.[1])]);
  expect(page).not.toMatch(/style="|\son\w+="|url\(|@import|src="/);
});

test('the script is JavaScript, and writes text only', () => {
  expect(() => new Function(SCRIPT)).not.toThrow();
  expect(SCRIPT).not.toMatch(/innerHTML|outerHTML|insertAdjacent|document\.write|eval|fetch|XMLHttp|<\/script/);
});

test.skipIf(missing)('the grid shows every verdict as a symbol with its reason', () => {
  const boxes = boxesOf(parseHtml(htmlReport(sampleGrid(), SOURCES)));
  expect(boxes).toHaveLength(7 * 8);
  const box = (id: string) => boxes.find((one) => one['id'] === id);
  expect(box('02/x86-64/kvm=m,vfio=m')).toMatchObject({
    class: 'v fail',
    title: `02/x86-64/kvm=m,vfio=m\nfail at build: virt/kvm/vfio.c:57: ${ERROR}`,
  });
  expect(box('02/x86-64/kvm=m,vfio=n')).toMatchObject({ class: 'v miss' });
  expect(box('03/arm64/kvm=y,vfio=n')).toMatchObject({ class: 'v error' });
  expect(box('04/arm64/kvm=y,vfio=n')).toMatchObject({ class: 'v warn' });
  expect(box('00/arm64/kvm=m,vfio=n')).toMatchObject({ class: 'v skip' });
  expect(box('01/x86-64/kvm=m,vfio=m')).toMatchObject({ class: 'v pass proved' });
});

test.skipIf(missing)('symbols differ, so that colour is not needed', () => {
  const page = htmlReport(sampleGrid(), SOURCES);
  const symbols = new Map(
    [...page.matchAll(/class="v (\w+)[^>]*>([^<]+)<\/a>/g)].map(([, verdict, symbol]) => [verdict, symbol]),
  );
  expect([...symbols.keys()].toSorted()).toEqual(['error', 'fail', 'miss', 'pass', 'skip', 'warn']);
  expect(new Set(symbols.values()).size).toBe(6);
});

test.skipIf(missing)('the header groups equal neighbours and spans all columns in every row', () => {
  const { tags } = parseHtml(htmlReport(seedSizedGrid(), SILENT));
  const heads = tags.filter(([tag, { colspan }]) => tag === 'th' && colspan).map(([, attributes]) => attributes);
  const spans = heads.map(({ colspan }) => Number(colspan));
  expect(spans.filter((span) => span === 9)).toHaveLength(6);
  expect(spans.filter((span) => span === 3)).toHaveLength(18);
  expect(spans.filter((span) => span === 1)).toHaveLength(54);
  expect(heads.filter(({ class: names }) => names?.includes('lost'))).toHaveLength(6);
});

test('a failing cell brings its log around the finding and its reproducer', () => {
  const data = dataOf(htmlReport(sampleGrid(), SOURCES));
  const cell = cellOf(data, '02/x86-64/kvm=m,vfio=m');
  const { excerpt } = cell;
  expect(excerpt?.log).toBe('cells/02/x86-64/build.log');
  expect(excerpt?.lines.length).toBeLessThanOrEqual(40);
  expect(excerpt?.lines[excerpt.hit ?? -1]).toContain(ERROR);
  expect(cell.repro).toMatch(/^# 02\/x86-64\/kvm=m,vfio=m\n/);
  const build = cell.stages[1];
  expect(build).toMatchObject({
    stage: 'build',
    verdict: 'fail',
    basis: 'ran',
    reason: `virt/kvm/vfio.c:57: ${ERROR}`,
    more: 0,
  });
  expect(build?.findings.map((index) => data.findings[index])).toEqual([
    ['compile-error', 'virt/kvm/vfio.c:57', ERROR, 1],
    ['warning', '', 'unused variable', 0],
  ]);
});

test('plain cells bring neither log nor reproducer, so that the file stays small', () => {
  const read: string[] = [];
  const data = dataOf(htmlReport(sampleGrid(), { readLog: (path) => (read.push(path), LOG), repro: () => 'x' }));
  const having = (key: 'excerpt' | 'repro'): string[] =>
    [...new Set(cellsOf(data).flatMap((cell) => (cell[key] === undefined ? [] : [cell.verdict])))].toSorted();
  expect(having('repro')).toEqual(['error', 'fail', 'warn']);
  expect(having('excerpt')).toEqual(['error', 'fail', 'miss', 'warn']);
  expect(read.some((path) => path.startsWith('cells/00/arm64'))).toBe(false);
});

test('a proved verdict names what it rests on', () => {
  const data = dataOf(htmlReport(sampleGrid(), SILENT));
  const stages = cellOf(data, '01/x86-64/kvm=m,vfio=m').stages;
  expect(stages.map((one) => one.basis)).toEqual(['proved', 'proved', 'reused', 'proved', 'proved']);
  expect(stages.every((one) => one.from === '00/{column}')).toBe(true);
});

test('27 x 54 cells with long logs stay below three megabytes', () => {
  const page = htmlReport(seedSizedGrid(), SOURCES);
  expect(cellsOf(dataOf(page))).toHaveLength(27 * 54);
  expect(Buffer.byteLength(page)).toBeLessThan(3 * 1024 * 1024);
});

test('the delta stands before the grid, and blames merged over columns', () => {
  const page = htmlReport(seedSizedGrid(), SILENT);
  expect(page.indexOf('class="delta"')).toBeLessThan(page.indexOf('class="grid"'));
  expect(page.match(/<li class="(?:open|mended|old)">/g)).toEqual(['<li class="mended">', '<li class="open">']);
  expect(page).toContain('on 16 columns');
});

test('complete, interrupted, not applied and not to blame are said', () => {
  const complete = htmlReport(sampleGrid(), SILENT);
  expect(complete).toContain('>complete<');
  expect(complete).toContain('hunk 2 of virt/kvm/vfio.c is rejected');
  expect(htmlReport(interruptedGrid(), SILENT)).toContain('>interrupted: ');
  const blameless: Grid = { ...sampleGrid(), blame: [] };
  expect(htmlReport(blameless, SILENT)).toContain('No patch broke anything that was judged.');
  expect(htmlReport({ ...blameless, cells: [] }, SILENT)).toContain('Nothing was judged.');
});
