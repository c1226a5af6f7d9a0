/** The style sheet of the report: light and dark, screen and paper. */
export const STYLE = String.raw`:root {
  color-scheme: light dark;
  --ground: #fff; --raised: #f5f6f8; --text: #1b1f24; --muted: #5b6470; --line: #d5d9df; --strong: #8b94a1; --link: #0b57a4;
  --fail: #c4232f; --error: #7a35b8; --miss: #f0c419; --warn: #f28c28; --pass: #d9f0dd; --skip: transparent;
  --on-fail: #fff; --on-error: #fff; --on-miss: #2a2200; --on-warn: #2b1500; --on-pass: #17663a; --on-skip: #8b94a1;
  --box: 1.55rem; --subject: min(42rem, 45vw);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171b; --raised: #1d2127; --text: #e4e7eb; --muted: #9aa4b1; --line: #333a43; --strong: #66707d; --link: #7db7f2;
    --fail: #e5484d; --error: #a974e8; --miss: #e3b90f; --warn: #ee8a2c; --pass: #1d3f2a; --on-pass: #8be0a8; --on-skip: #66707d;
    --on-error: #1a0b2b; --on-fail: #fff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem 1.25rem 2rem; background: var(--ground); color: var(--text); font: 14px/1.45 system-ui, "Segoe UI", "Liberation Sans", sans-serif; }
.open { scroll-padding-bottom: 47vh; } .open body { padding-bottom: calc(46vh + 1rem); }
h1 { margin: 0; font-size: 1.35rem; } h1 small { color: var(--muted); font-weight: normal; }
h2 { margin: 1.4rem 0 .5rem; font-size: 1.05rem; } h3 { margin: .8rem 0 .3rem; font-size: .85rem; color: var(--muted); overflow-wrap: anywhere; }
p { margin: .3rem 0; } a { color: var(--link); } .muted { color: var(--muted); }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; font-size: .86em; overflow-wrap: anywhere; }
pre { margin: .3rem 0; padding: .5rem .65rem; background: var(--raised); border-radius: 4px; white-space: pre-wrap; }
.totals { display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: center; margin: .6rem 0; }
.total { display: inline-flex; align-items: center; gap: .35rem; } .total .v { --box: 1.3rem; }
.state { padding: .05rem .55rem; border: 1px solid var(--strong); border-radius: 1rem; }
.state.cut { border-color: var(--warn); background: var(--warn); color: var(--on-warn); font-weight: 600; }
dl { display: flex; flex-wrap: wrap; gap: .2rem 1.8rem; margin: 0; } dl div { display: flex; gap: .5rem; } dt { color: var(--muted); } dd { margin: 0; }

.delta { margin: 0; padding: 0; list-style: none; display: grid; gap: .5rem; }
.delta li { padding: .4rem .8rem; border: 1px solid var(--line); border-left: 5px solid var(--fail); border-radius: 4px; }
.delta li.mended { border-left-color: var(--warn); } .delta li.old { border-left-color: var(--strong); }
.stage { padding: 0 .4rem; border-radius: 3px; background: var(--raised); font-weight: 600; }
.columns { font-size: .9em; } .columns a { display: inline-block; margin-right: .5rem; } summary { cursor: pointer; }

.scroll { overflow: auto; max-height: calc(100vh - 2rem); border: 1px solid var(--line); border-radius: 4px; width: fit-content; max-width: 100%; scroll-padding: 5.5rem 1px 1px calc(var(--subject) + 1px); }
.open .scroll { max-height: calc(54vh - 2rem); }
.grid { border-collapse: separate; border-spacing: 0; } .many { --box: 1rem; --subject: 22vw; font-size: .8rem; line-height: 1.25; }
.grid th { font-weight: normal; background: var(--ground); } .grid thead { position: sticky; top: 0; z-index: 2; }
.grid thead th { padding: .1rem 0; color: var(--muted); text-align: center; overflow: hidden; white-space: nowrap; }
.grid thead tr:last-child th { border-bottom: 1px solid var(--strong); padding-bottom: .25rem; }
.grid thead tr:first-child th { color: var(--text); font-weight: 600; padding: .3rem .35rem .1rem; } .many thead tr:first-child th { padding-inline: 0; }
.grid thead tr th:first-child { text-align: right; padding-right: .6rem; font-weight: normal; color: var(--muted); }
.grid th:first-child { position: sticky; left: 0; z-index: 1; border-right: 1px solid var(--strong); }
.grid tbody th { text-align: left; padding: 0 .6rem; max-width: var(--subject); }
.grid tbody tr:hover th, .grid tbody tr:hover td { background: var(--raised); } .grid tbody tr:first-child td, .grid tbody tr:first-child th { border-bottom: 1px solid var(--line); }
.subject { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } .subject b { margin-right: .25rem; font-variant-numeric: tabular-nums; }
.note { display: block; color: var(--muted); font-size: .9em; overflow-wrap: anywhere; } .note.lost { color: var(--fail); }
.grid td { padding: 1px; } .many td { padding: 1px 1px 0 0; } .grid .arch { border-left: 2px solid var(--strong); } .grid .axis { border-left: 1px solid var(--line); }
.grid th:first-child + .arch { border-left: 0; } .grid thead .lost { text-decoration: line-through; opacity: .65; }
.grid .upright span { writing-mode: vertical-rl; transform: rotate(180deg); }
.v { position: relative; display: block; width: var(--box); height: var(--box); margin: auto; line-height: var(--box); border-radius: 3px; text-align: center; text-decoration: none; font-style: normal; font-size: calc(var(--box) * .66); font-weight: 700; }
.fail { background: var(--fail); color: var(--on-fail); } .error { background: var(--error); color: var(--on-error); } .miss { background: var(--miss); color: var(--on-miss); }
.warn { background: var(--warn); color: var(--on-warn); } .pass { background: var(--pass); color: var(--on-pass); } .skip { background: var(--skip); color: var(--on-skip); }
.proved::after, .reused::after { content: ""; position: absolute; right: 0; border: calc(var(--box) * .14) solid transparent; opacity: .75; }
.proved::after { top: 0; border-top-color: currentColor; border-right-color: currentColor; border-top-right-radius: 3px; }
.reused::after { bottom: 0; border-bottom-color: currentColor; border-right-color: currentColor; border-bottom-right-radius: 3px; }
.grid .v:hover, .grid .v:focus-visible, .grid .v.chosen, .grid .v:target { outline: 2px solid var(--text); outline-offset: -1px; z-index: 1; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; color: var(--muted); font-size: .9em; margin-top: .5rem; } .legend span { display: inline-flex; align-items: center; gap: .35rem; } .legend .v { --box: 1.15rem; }

.appendix { margin-top: 1rem; } .list { border-collapse: collapse; margin-top: .4rem; } .list td:nth-child(-n+3) { white-space: nowrap; } .list td, .list th { padding: .15rem .8rem .15rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
#detail { position: fixed; inset: auto 0 0; z-index: 3; height: 46vh; overflow: auto; padding: 0 1.25rem 1rem; background: var(--ground); border-top: 2px solid var(--strong); box-shadow: 0 -4px 16px rgb(0 0 0 / 18%); }
#detail[hidden] { display: none; } #detail .head { position: sticky; top: 0; display: flex; flex-wrap: wrap; gap: .2rem .8rem; align-items: center; padding: .5rem 0; background: var(--ground); border-bottom: 1px solid var(--line); }
.parts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(34rem, 100%), 1fr)); gap: 0 1.5rem; } .parts > div { min-width: 0; }
.stages { margin-top: .5rem; border-collapse: collapse; } .stages td { padding: .15rem .8rem .15rem 0; vertical-align: top; overflow-wrap: anywhere; } .stages td:nth-child(-n+3) { white-space: nowrap; } .number { text-align: right; font-variant-numeric: tabular-nums; }
.word { padding: 0 .4rem; border-radius: 3px; font-weight: 600; } .word.new { background: var(--warn); color: var(--on-warn); font-size: .85em; } .basis { display: block; color: var(--muted); }
.findings { margin: 0; padding-left: 1.1rem; } .findings li { color: var(--muted); } .findings .fresh { color: var(--text); }
.hit { display: block; margin: 0 -.65rem; padding: 0 .65rem; background: color-mix(in srgb, var(--fail) 22%, transparent); } button { font: inherit; font-size: .85rem; cursor: pointer; } .close { margin-left: auto; }

@page { size: landscape; margin: 10mm; }
@media print {
  body, .open body { padding: 0; font-size: 11px; } .scroll, .open .scroll { max-height: none; overflow: visible; border: 0; }
  .grid thead, .grid th:first-child { position: static; } .many { --box: .8rem; --subject: 14rem; font-size: 9px; } .v, .word, .delta li, .hit, .state { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  tr, .delta li { break-inside: avoid; } #detail { position: static; height: auto; overflow: visible; border: 0; box-shadow: none; padding: 0; } .close, #detail button, noscript { display: none; }
}
`;
