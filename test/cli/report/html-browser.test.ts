import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { htmlReport } from '../../../cli/report/html.ts';
import { HOSTILE } from '../../support/grids.ts';
import { lacks, parseHtml } from '../../support/parsers.ts';
import { sampleGrid } from '../../support/sample-grids.ts';

const missing = lacks('chromium') ?? lacks('python3');
if (missing) process.stderr.write(`skipping what needs a browser: ${missing}\n`);

const dir = mkdtempSync(join(tmpdir(), 'kvm-matrix-report-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  `--user-data-dir=${dir}/profile`,
];

/** The document after its script ran, its policy obeyed. */
function domOf(hash: string): string {
  const file = join(dir, 'report.html');
  writeFileSync(
    file,
    [...htmlReport(sampleGrid(), { readLog: () => `first\n${HOSTILE}\nlast`, repro: () => `echo ${HOSTILE}` })].join(
      '',
    ),
  );
  return execFileSync('chromium', [...FLAGS, '--dump-dom', `file://${file}#${hash}`], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

test.skipIf(missing)('a link to a cell opens its detail, hostile text as text', () => {
  const dom = domOf('03/arm64/kvm=y,vfio=m');
  const panel = /<aside id="detail">.*<\/aside>/s.exec(dom)?.[0] ?? '';
  const { tags, texts } = parseHtml(panel);
  expect(tags.filter(([tag]) => ['script', 'img', 'a'].includes(tag))).toEqual([]);
  const shown = texts.map(([, text]) => text).join('');
  expect(shown).toContain('boot.log, around the first finding');
  expect(shown).toContain(`first\n</script><script>alert(1)</script><img src=x onerror=alert(2)>`);
  expect(shown).toContain('echo </script>');
});

test.skipIf(missing)('without a cell in the address the panel stays shut', () => {
  expect(domOf('nothing')).toContain('<aside id="detail" hidden=""></aside>');
});
