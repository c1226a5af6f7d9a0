/**
 * The script of the report: shows the detail of the cell that is clicked or named behind the `#`. All text goes through
 * textContent. Written in the JavaScript that every browser of the last years runs as it is.
 */
export const SCRIPT = String.raw`'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const rows = new Map(data.rows);
const told = new Map(data.told.map(([id, excerpt, repro]) => [id, { excerpt, repro }]));
const patches = new Map(data.patches.map(([row, name, commit]) => [row, { name, commit }]));
const panel = document.getElementById('detail');
let chosen = null;

function el(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter((child) => child !== null));
  return node;
}

function cellOf(id) {
  const [, row, column] = /^(\d+)\/(.*)$/.exec(id) || [];
  const kind = data.kinds[(rows.get(Number(row)) || [])[data.columns.indexOf(column)]];
  if (!kind || row !== row.replace(/^0+(?=..)/, '').padStart(2, '0')) return null;
  const slug = column.replace(/[/=,]/g, '-');
  const own = { '{cell}': id, '{column}': column, '{dir}': row + '/' + slug, '{slug}': slug };
  const absolute = (text) => text && text.replace(/\{\w+\}/, (word) => own[word] || word);
  const [verdict, ...stages] = kind;
  const { excerpt, repro } = told.get(id) || { excerpt: null, repro: null };
  return { id, patch: Number(row), verdict, excerpt, repro, stages: stages.map((index) => {
    const one = data.stages[index];
    return { ...one, from: absolute(one.from), log: absolute(one.log) };
  }) };
}

function stageRows(stages) {
  return stages.map((one) => {
    const basis = one.basis === 'ran' ? '' : one.basis + (one.from ? ' from ' + one.from : '');
    const time = one.seconds > 0 ? one.seconds.toFixed(1) + ' s' : '';
    return el('tr', '', el('td', '', one.stage), el('td', '', el('span', 'word ' + one.verdict, one.verdict)),
      el('td', 'number', time), el('td', '', one.reason || '', basis ? el('span', 'basis', basis) : null));
  });
}

function findingItem([kind, place, message, fresh]) {
  return el('li', fresh ? 'fresh' : '', fresh ? el('span', 'word new', 'new') : null, ' ' + kind + ' ',
    el('code', '', place ? place + ': ' + message : message));
}

function findingList(stages) {
  const items = stages.flatMap((one) => one.findings.map((index) => findingItem(data.findings[index])));
  const more = stages.reduce((sum, one) => sum + one.more, 0);
  if (more > 0) items.push(el('li', '', 'and ' + more + ' more, in the log'));
  return items.length === 0 ? null : el('div', '', el('h3', '', 'Findings'), el('ul', 'findings', ...items));
}

function excerptBlock(excerpt) {
  if (!excerpt) return null;
  const [log, index] = excerpt;
  const { hit, lines } = data.excerpts[index];
  const pre = el('pre', '', ...lines.map((line, at) => el('span', at === hit ? 'hit' : '', line + '\n')));
  return el('div', '', el('h3', '', log + (hit === null ? ', its end' : ', around the first finding')), pre);
}

function logLine(cell, stages) {
  const logs = [...new Set(stages.filter((one) => one.log).map((one) => one.log))];
  return cell.excerpt || logs.length === 0 ? null : el('p', 'muted', 'logs: ' + logs.join(', '));
}

function reproBlock(cell) {
  const text = cell.repro ? cell.repro.map((index) => data.paragraphs[index]).join('\n\n') : 'kvm-matrix repro ' + cell.id;
  const pre = el('pre', 'repro', text);
  const button = el('button', '', 'Copy');
  button.type = 'button';
  button.addEventListener('click', () => copy(text, pre, button));
  return el('div', '', el('h3', '', 'Reproduce ', button), pre);
}

function copy(text, pre, button) {
  const done = () => { button.textContent = 'Copied'; setTimeout(() => { button.textContent = 'Copy'; }, 1500); };
  const select = () => { getSelection().selectAllChildren(pre); if (document.execCommand('copy')) done(); };
  if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, select);
  else select();
}

function head(cell) {
  const { name, commit } = patches.get(cell.patch) || { name: '', commit: null };
  const close = el('button', 'close', '\u00d7');
  close.type = 'button';
  close.title = 'Close (Esc)';
  close.addEventListener('click', hide);
  return el('div', 'head', el('span', 'word ' + cell.verdict, cell.verdict), el('b', '', cell.id),
    el('span', 'muted', name + (commit ? ' \u00b7 ' + commit.slice(0, 12) : '')), close);
}

function show(id) {
  const cell = cellOf(id);
  if (!cell) return;
  const { stages } = cell;
  const left = el('div', '', el('table', 'stages', el('tbody', '', ...stageRows(stages))), findingList(stages), logLine(cell, stages));
  const excerpt = excerptBlock(cell.excerpt);
  if (excerpt) left.append(reproBlock(cell));
  panel.replaceChildren(head(cell), el('div', 'parts', left, excerpt || reproBlock(cell)));
  panel.hidden = false;
  panel.scrollTop = 0;
  document.documentElement.classList.add('open');
  mark(document.getElementById(id));
}

function mark(box) {
  if (chosen) chosen.classList.remove('chosen');
  chosen = box;
  if (!box) return;
  box.classList.add('chosen');
  box.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function hide() {
  panel.hidden = true;
  document.documentElement.classList.remove('open');
  if (chosen) chosen.focus({ preventScroll: true });
  mark(null);
  history.replaceState(null, '', '#');
}

function named() {
  try { return decodeURIComponent(location.hash.slice(1)); } catch { return ''; }
}

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
function neighbour(link, [down, right]) {
  const cell = link.closest('td');
  const row = cell && cell.parentNode.parentNode.rows[cell.parentNode.sectionRowIndex + down];
  const next = row && row.cells[cell.cellIndex + right];
  return next ? next.querySelector('a') : null;
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const id = link.getAttribute('href').slice(1);
  if (!cellOf(id)) return;
  event.preventDefault();
  history.replaceState(null, '', '#' + id);
  show(id);
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !panel.hidden) hide();
  const step = STEPS[event.key];
  const next = step && document.activeElement.matches('.grid a') ? neighbour(document.activeElement, step) : null;
  if (!next) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  if (!panel.hidden) next.click();
});
addEventListener('beforeprint', () => { for (const fold of document.querySelectorAll('details')) fold.open = true; });
addEventListener('hashchange', () => show(named()));
show(named());
`;
