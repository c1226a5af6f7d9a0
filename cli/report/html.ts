import { createHash } from 'node:crypto';
import type { Grid } from '../../matrix/grid/grid.ts';
import type { Basis } from '../../matrix/result.ts';
import { appendix } from './html/appendix.ts';
import { deltaSection } from './html/delta.ts';
import { detailData, type HtmlSources } from './html/detail-data.ts';
import { gridTable } from './html/grid-table.ts';
import { headline } from './html/headline.ts';
import { markup, trusted, type Markup } from './html/markup.ts';
import { SCRIPT } from './html/script.ts';
import { STYLE } from './html/style.ts';
import { firstLine } from './plain-text.ts';

export type { HtmlSources } from './html/detail-data.ts';

/**
 * The whole run in one file that needs nothing else: no network, no server, and to be read no script either. Its
 * policy lets only this very style sheet and script run, so that text of a patch could not act even if it got in.
 * It comes in pieces.
 */
export function* htmlReport(grid: Grid, sources: HtmlSources): Generator<string> {
  yield head(grid).source;
  for (const piece of gridTable(grid)) yield piece.source;
  yield tail(grid, sources).source;
}

function head(grid: Grid): Markup {
  return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${firstLine(grid.run.series.subject)} – ${grid.run.id}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
${headline(grid)}
${deltaSection(grid)}
<section><h2>Patches × columns</h2>
`;
}

function tail(grid: Grid, sources: HtmlSources): Markup {
  return markup`
${legend()}
<noscript><p>The details of a cell are shown by a script, which does not run here; tooltips and the lists do without it.</p></noscript></section>
${appendix(grid)}
<aside id="detail" hidden></aside>
<script type="application/json" id="data">${detailData(grid, sources)}</script>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`;
}

function policy(): string {
  return `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'`;
}

function hashOf(inline: string): string {
  return `'sha256-${createHash('sha256').update(inline).digest('base64')}'`;
}

const BASES: Readonly<Record<Exclude<Basis, 'ran'>, string>> = {
  proved: 'proved from an earlier patch, not run',
  reused: 'taken from an equal cell, not run',
};

function legend(): Markup {
  const entries = Object.entries(BASES).map(
    ([basis, words]) => markup`<span><i class="v pass ${basis}">✓</i> ${words}</span>`,
  );
  return markup`<p class="legend">${entries}<span>Click a cell for its stages, findings, log and reproducer; arrow keys walk.</span></p>`;
}
