
'use strict';
// The page: filters, lists, diffs, keys. Texts are only ever put into text nodes; nothing is asked of the network.
(() => {
const data = JSON.parse(document.getElementById('data').textContent);
const FATES = ['exact', 'drop', 'approximate', 'manual'];
const PAGE = { findings: 100, work: 100, changes: 40 };
const PRINTED = 300;
const narrow = matchMedia('screen and (max-width: 820px)');
const $ = id => document.getElementById(id);
const text = number => data.texts[number];

const items = data.items.map((row, at) => ({
  at, id: row[0], code: row[1], fate: row[2], area: row[3], file: row[4], cell: row[5], line: row[6], column: row[7],
  symbol: text(row[8]), message: text(row[9]), actions: row[10].map(text), places: row[11], minutes: row[12],
  within: text(row[13]), excerpt: text(row[14]), hunk: row[15], end: row[16],
}));
const files = data.files.map((row, at) => ({
  at, path: text(row[0]), repository: row[1], folder: row[2], added: row[3], removed: row[4], views: row[5],
  counts: [0, 0, 0, 0], minutes: 0, open: false,
}));
for (const item of items) {
  files[item.file].counts[item.fate] += item.places;
  files[item.file].minutes += item.minutes;
}

// What the browser keeps. Where it keeps nothing, it is forgotten with the page.
const kept = (() => {
  const memory = {};
  return {
    get(name) { try { return localStorage.getItem(name); } catch { return memory[name] ?? null; } },
    set(name, value) { try { localStorage.setItem(name, value); } catch { memory[name] = value; } },
  };
})();
const DONE = `bai2aml:${data.key}:done`;
const done = new Set((() => { try { return JSON.parse(kept.get(DONE)) || []; } catch { return []; } })());
const doneKey = item => `${files[item.file].path} ${item.id}`;

const state = { tab: 'overview', query: '', fates: new Set([0, 1, 2, 3]), area: -1, repository: -1, folder: -1, sort: 'place', down: false,
  page: { findings: 0, work: 0, changes: 0 }, at: { findings: -1, work: -1, changes: -1 }, open: new Set(), hideDone: false, printing: false };

// Elements. `kids` are elements and texts.
function el(name, attributes, ...kids) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (value !== false && value != null) node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...kids.flat().filter(kid => kid != null && kid !== ''));
  return node;
}
const dot = fate => el('i', { class: `f${fate}` });
const count = (number, noun) => `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
// What stands between backquotes is code.
function prose(said) {
  const parts = said.split('`');
  if (parts.length % 2 === 0) return [said];
  return parts.map((part, at) => at % 2 ? el('code', {}, part) : part);
}
function time(minutes) {
  if (minutes < 58) return `${minutes < 10 ? minutes : Math.floor((minutes + 2) / 5) * 5} min`;
  if (minutes < 600) return `${Math.floor((minutes + 15) / 30) / 2} h`;
  return `${Math.floor((minutes + 30) / 60)} h`;
}
// The name of a file stands out from its folder.
function path(name) {
  const at = name.lastIndexOf('/') + 1;
  return [el('span', { class: 'dim' }, name.slice(0, at)), name.slice(at)];
}
const spot = item => `${item.cell ? `cell ${item.cell}:` : ''}${item.line}`;

// Filters
const words = item => item.words ??= [item.code, (data.codes[item.code] || []).join(' '), FATES[item.fate], files[item.file].path, item.symbol,
  item.message, ...item.actions, item.within].join(' ').toLowerCase();
function filtered() {
  const asked = state.query.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter(item => state.fates.has(item.fate) && (state.area < 0 || item.area === state.area)
    && (state.repository < 0 || files[item.file].repository === state.repository)
    && (state.folder < 0 || files[item.file].folder === state.folder)
    && asked.every(word => words(item).includes(word)));
}
const isFiltered = () => state.query || state.fates.size < 4 || state.area >= 0 || state.repository >= 0 || state.folder >= 0;
const SORTS = {
  place: item => item.at, fate: item => 3 - item.fate, code: item => item.code, time: item => -item.minutes,
};
function sorted(list) {
  const by = SORTS[state.sort], sign = state.down ? -1 : 1;
  return list.sort((one, other) => {
    const [a, b] = [by(one), by(other)];
    return sign * (a < b ? -1 : a > b ? 1 : 0) || one.at - other.at;
  });
}

// Diffs
function line(kind, code, runs) {
  const cell = el('td', { class: `li ${kind}` });
  let from = 0;
  for (const [, length, letter] of (runs || '').matchAll(/(\d+)(.)/g)) {
    const part = code.slice(from, from += +length);
    cell.append(letter === '.' ? part : el('span', { class: letter }, part));
  }
  cell.append(code.slice(from));
  return cell;
}
const number = (kind, value) => el('td', { class: `no ${kind}` }, value == null ? '' : String(value));
// Which items stand in which run of changed rows, by its first row.
function byRun([old, , numbers, rows]) {
  const runs = [];
  rows.forEach((row, at) => {
    if (row.length === 4 && (!at || rows[at - 1].length === 2)) runs.push({ at, from: old, to: old - 1, items: [] });
    if (row.length === 4 && row[0] != null) runs.at(-1).to = old;
    if (row[0] != null) old++;
  });
  for (const item of numbers.map(number => items[number])) {
    const has = run => item.line >= run.from && item.line <= Math.max(run.from, run.to);
    const meets = run => item.line <= Math.max(run.from, run.to) && item.end >= run.from;
    (runs.find(has) || runs.find(meets) || runs.find(run => run.from > item.line) || runs.at(-1)).items.push(item);
  }
  return new Map(runs.map(run => [run.at, run.items]));
}
// A hunk with the reasons above each run of changes, or with a mark at the lines of an item.
function hunkTable(hunk, item) {
  let [old, fresh, , rows] = hunk;
  const body = el('tbody');
  const aside = !narrow.matches || state.printing;
  const columns = aside ? ['no', '', 'no', ''] : ['no', 'no', ''];
  const runs = item ? new Map() : byRun(hunk);
  let late = [];
  const here = (kind, line) => number(item && line >= item.line && line <= item.end ? `${kind} here` : kind, line);
  const flush = () => { body.append(...late); late = []; };
  rows.forEach((row, at) => {
    if (runs.get(at)?.length) {
      flush();
      body.append(el('tr', {}, el('td', { class: 'why', colspan: columns.length }, reasons(runs.get(at)))));
    }
    if (row.length === 2) {
      flush();
      const [code, runs] = row;
      body.append(aside ? el('tr', {}, here('', old), line('', code, runs), number('mid', fresh), line('', code, runs))
        : el('tr', {}, here('', old), number('', fresh), line('', code, runs)));
      old++, fresh++;
      return;
    }
    const [before, colors, after, others] = row;
    const [was, is] = [before == null ? null : old++, after == null ? null : fresh++];
    if (aside) {
      body.append(el('tr', {}, was ? here('del', was) : number('nil'), was ? line('del', before, colors) : el('td', { class: 'nil' }),
        number(is ? 'mid add' : 'mid nil', is), is ? line('add', after, others) : el('td', { class: 'nil' })));
    } else {
      if (was) body.append(el('tr', {}, here('del', was), number('del', null), line('del', before, colors)));
      if (is) late.push(el('tr', {}, number('add', null), number('add', is), line('add', after, others)));
    }
  });
  flush();
  return el('table', { class: 'diff' }, el('colgroup', {}, columns.map(name => el('col', { class: name }))), body);
}
// What is to be said the same of several places is said once; of what is exact only the codes.
function reasons(list) {
  const told = new Map(), exact = [];
  for (const item of list) {
    if (item.fate < 2 && !item.message) { exact.push(item); continue; }
    const key = JSON.stringify([item.fate, item.code, item.message, item.actions]);
    told.has(key) ? told.get(key).push(item) : told.set(key, [item]);
  }
  const lines = [...told.values()].sort(([one], [other]) => other.fate - one.fate || one.at - other.at).map(([item, ...more]) => el('p', {}, dot(item.fate),
    el('span', {}, el('code', {}, item.code), ' ', prose(item.message || (data.codes[item.code] || ['', ''])[1]), more.length ? ` (${more.length + 1} places)` : '',
      item.actions.map(action => [el('br'), '→ ', ...prose(action)]).flat())));
  if (exact.length) {
    lines.push(el('p', { class: 'dim' }, dot(0), el('span', {}, `${exact.length} exact: ${[...new Set(exact.map(item => item.code))].join(', ')}`)));
  }
  return lines;
}

// Findings
function detail(item) {
  const [name, summary] = data.codes[item.code] || ['', ''];
  const facts = [name, item.within && `in ${item.within}`, item.places > 1 && count(item.places, 'place'),
    item.minutes && `about ${time(item.minutes)}`].filter(Boolean);
  const file = files[item.file];
  const hunk = item.hunk && file.views[item.hunk[0]][1][item.hunk[1]];
  return [
    el('div', { class: 'tell' },
      el('p', {}, `This code ${summary}. `, el('span', { class: 'dim' }, facts.join(' · '))),
      item.message && el('p', {}, prose(item.message)),
      item.actions.length ? el('ul', {}, item.actions.map(action => el('li', {}, prose(action)))) : null),
    hunk ? el('div', { class: 'box' }, hunkTable(hunk, item)) : item.excerpt ? el('pre', { class: 'excerpt' }, item.excerpt) : null,
    file.views.length ? el('p', {}, el('button', { type: 'button', class: 'link', onclick: () => showFile(file) }, 'all changes of this file')) : null,
  ];
}
function findings(list) {
  const sort = (name, label) => el('button', { type: 'button', onclick: () => {
    state.down = state.sort === name && !state.down;
    state.sort = name;
    state.page.findings = 0;
    render();
  } }, label + (state.sort === name ? (state.down ? ' ↑' : ' ↓') : ''));
  const header = (name, label, width) => el('th', { class: width, scope: 'col',
    'aria-sort': state.sort === name ? (state.down ? 'descending' : 'ascending') : 'none' }, sort(name, label));
  const body = el('tbody');
  for (const item of paged('findings', sorted(list))) {
    const open = state.open.has(item.at);
    const summary = (data.codes[item.code] || ['', ''])[1];
    body.append(el('tr', { 'data-row': item.at, tabindex: -1, 'aria-expanded': String(open) },
      el('td', {}, el('span', { class: 'tag' }, dot(item.fate), FATES[item.fate])), el('td', {}, el('code', {}, item.code)),
      el('td', { class: 'where place' }, path(files[item.file].path), ':', el('b', {}, spot(item))),
      el('td', { class: 'what' }, el('code', {}, item.symbol), item.places > 1 ? ` × ${item.places}` : '',
        el('span', { class: 'dim' }, item.message ? prose(item.message) : summary)),
      el('td', { class: 'num dim' }, item.minutes ? time(item.minutes) : '')));
    if (open) body.append(el('tr', { class: 'more' }, el('td', { colspan: 5 }, detail(item))));
  }
  const head = el('thead', {}, el('tr', {}, header('fate', 'fate', 'w-fate'), header('code', 'code', 'w-code'), header('place', 'place', 'w-place'),
    el('th', { scope: 'col' }, 'what'), header('time', 'time', 'w-min num')));
  return list.length ? [el('table', { class: 'list' }, head, body), foot('findings', list.length, 'finding')] : [nothing()];
}

// Work list: what is to be said the same of several places of a file is one task.
function tasks(list) {
  const found = new Map();
  for (const item of list.filter(item => item.fate > 1)) {
    const key = JSON.stringify([3 - item.fate, item.file, item.code, item.symbol, item.message, item.actions]);
    found.has(key) ? found.get(key).push(item) : found.set(key, [item]);
  }
  return [...found.values()].sort(([one], [other]) => other.fate - one.fate || one.at - other.at);
}
const everyTask = tasks(items);
const isDone = task => task.every(item => done.has(doneKey(item)));
const minutes = task => task.reduce((sum, item) => sum + item.minutes, 0);
const MOST = 12;
function spots(task) {
  if (task.length === 1) return `${task[0].cell ? '' : 'line '}${spot(task[0])}`;
  const named = task.slice(0, MOST).map(spot).join(', ');
  return `${task.length} places: ${task[0].cell ? '' : 'lines '}${named}${task.length > MOST ? ' …' : ''}`;
}
function work(list) {
  const open = everyTask.filter(task => !isDone(task));
  const shown = tasks(list).filter(task => !(state.hideDone && isDone(task)));
  const out = [el('div', { class: 'progress' }, el('progress', { max: everyTask.length || 1, value: everyTask.length - open.length, 'aria-label': 'done' }),
    el('span', {}, `${(everyTask.length - open.length).toLocaleString('en')} of ${everyTask.length.toLocaleString('en')} done, about ${time(open.reduce((sum, task) => sum + minutes(task), 0))} left`),
    el('label', {}, el('input', { type: 'checkbox', checked: state.hideDone, onchange: event => { state.hideDone = event.target.checked; render(); } }), ' hide what is done'))];
  if (data.problems.length && !isFiltered() && !state.page.work) {
    out.push(el('h3', { class: 'group' }, 'not read or not converted'));
    for (const [at, message, help] of data.problems.slice(0, 50)) {
      out.push(el('div', { class: 'todo' }, el('span'), el('div', { class: 'head' }, el('span', { class: 'place' }, at)),
        el('div', { class: 'text' }, prose(message), el('ul', {}, el('li', {}, prose(help))))));
    }
    if (data.problems.length > 50) out.push(el('p', { class: 'dim' }, `and ${data.problems.length - 50} more, in the overview`));
  }
  if (!shown.length) return [...out, nothing(everyTask.length && !isFiltered() ? 'All done.' : undefined)];
  let last = null;
  for (const task of paged('work', shown)) {
    const [item] = task;
    const group = `${item.fate} ${item.file}`;
    if (group !== last) {
      out.push(el('h3', { class: 'group' }, el('span', { class: 'tag' }, dot(item.fate)), path(files[item.file].path)));
      last = group;
    }
    const box = el('input', { type: 'checkbox', 'aria-label': 'done', onchange: () => tick(task) });
    box.checked = isDone(task);
    out.push(el('div', { class: `todo${box.checked ? ' done' : ''}`, 'data-row': item.at, tabindex: -1, 'aria-expanded': String(state.open.has(item.at)) }, box,
      el('div', { class: 'head' }, el('code', {}, item.code), el('code', {}, item.symbol), el('span', { class: 'place dim' }, spots(task))),
      el('span', { class: 'dim num' }, minutes(task) ? time(minutes(task)) : ''),
      el('div', { class: 'text' }, prose(item.message), item.actions.length ? el('ul', {}, item.actions.map(action => el('li', {}, prose(action)))) : null,
        state.open.has(item.at) ? detail(item).slice(1) : null)));
  }
  return [...out, foot('work', shown.length, 'task')];
}
function tick(task) {
  const is = isDone(task);
  for (const item of task) is ? done.delete(doneKey(item)) : done.add(doneKey(item));
  kept.set(DONE, JSON.stringify([...done]));
  render();
}

// Changes
function changes(list) {
  const meant = new Set(list.map(item => item.file));
  const shown = files.filter(file => file.views.length && (!isFiltered() || meant.has(file.at)));
  if (!shown.length) return [nothing()];
  const out = paged('changes', shown).map(file => {
    const head = el('div', { class: 'head', 'data-row': file.at, tabindex: -1, role: 'button', 'aria-expanded': String(file.open) },
      el('span', { class: 'place' }, path(file.path)), el('span', { class: 'plus' }, `+${file.added}`), el('span', { class: 'minus' }, `−${file.removed}`),
      mini(file.counts), el('span', { class: 'dim num' }, file.minutes ? time(file.minutes) : ''));
    const box = el('div', { class: `file${file.open ? ' open' : ''}` }, head);
    if (file.open) for (const [title, hunks] of file.views) {
      if (title) box.append(el('div', { class: 'view' }, title));
      box.append(...hunks.map(hunk => hunkTable(hunk)));
    }
    return box;
  });
  return [...out, foot('changes', shown.length, 'file')];
}
function mini(counts) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const set = (node, attributes) => { for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value); return node; };
  set(svg, { class: 'mini', viewBox: '0 0 100 10', preserveAspectRatio: 'none', role: 'img', 'aria-label': counts.map((number, fate) => `${number} ${FATES[fate]}`).join(', ') });
  const all = counts.reduce((sum, number) => sum + number, 0) || 1;
  let x = 0;
  counts.forEach((number, fate) => {
    svg.append(set(document.createElementNS('http://www.w3.org/2000/svg', 'rect'), { class: `f${fate}`, x, y: 0, width: 100 * number / all, height: 10 }));
    x += 100 * number / all;
  });
  return svg;
}
function showFile(file) {
  file.open = true;
  state.page.changes = 0;
  if (!files.filter(other => other.views.length).slice(0, PAGE.changes).includes(file)) {
    state.page.changes = Math.floor(files.filter(other => other.views.length && other.at < file.at).length / PAGE.changes);
  }
  clear();
  go('changes');
  select([...document.querySelectorAll('#changes [data-row]')].findIndex(row => +row.dataset.row === file.at));
}

// Pages
function paged(tab, list) {
  if (state.printing) return list.slice(0, PRINTED);
  const last = Math.max(0, Math.ceil(list.length / PAGE[tab]) - 1);
  state.page[tab] = Math.min(Math.max(0, state.page[tab]), last);
  return list.slice(state.page[tab] * PAGE[tab], (state.page[tab] + 1) * PAGE[tab]);
}
function foot(tab, all, noun) {
  if (state.printing) return all > PRINTED ? el('p', { class: 'foot' }, `The first ${PRINTED} of ${count(all, noun)}: filter, to print others.`) : null;
  const from = state.page[tab] * PAGE[tab], to = Math.min(all, from + PAGE[tab]);
  const turn = by => el('button', { type: 'button', disabled: by < 0 ? !from : to === all, 'data-turn': by, onclick: () => page(by) }, by < 0 ? 'previous' : 'next');
  return el('div', { class: 'foot' }, el('span', { class: 'grow' }, all > PAGE[tab] ? `${(from + 1).toLocaleString('en')} to ${to.toLocaleString('en')} of ${count(all, noun)}` : count(all, noun)),
    all > PAGE[tab] ? [turn(-1), turn(1)] : []);
}
const nothing = (said = 'Nothing fits the search and the filters.') => el('p', { class: 'none' }, items.length ? said : 'There is nothing to show.');
function page(by) {
  const before = state.page[state.tab];
  state.page[state.tab] += by;
  render();
  if (state.page[state.tab] !== before) {
    state.at[state.tab] = -1;
    scrollTo(0, 0);
    return true;
  }
  return false;
}

// The whole
const DRAW = { findings, work, changes };
function render() {
  const list = filtered();
  for (const tab of Object.keys(DRAW)) {
    $(tab).replaceChildren(...(state.printing || tab === state.tab ? DRAW[tab]([...list]).filter(Boolean) : []));
  }
  for (const box of document.querySelectorAll('.box')) {
    const here = box.querySelector('.here');
    if (here) box.scrollTop = here.offsetTop - 60;
  }
  const open = everyTask.filter(task => !isDone(task)).length;
  $('open-count').textContent = open ? open : items.length ? '✓' : '';
  for (const chip of document.querySelectorAll('[data-fate]')) chip.setAttribute('aria-pressed', String(state.fates.has(+chip.dataset.fate)));
  for (const name of ['area', 'repository', 'folder']) $(`by-${name}`).value = String(state[name]);
  if ($('search').value !== state.query) $('search').value = state.query;
  $('bar').dataset.query = state.query;
  $('clear').hidden = !isFiltered();
  mark();
}
function go(tab) {
  if (!['overview', 'findings', 'work', 'changes'].includes(tab)) tab = 'overview';
  state.tab = tab;
  for (const section of document.querySelectorAll('main > section')) section.hidden = section.id !== tab;
  for (const link of document.querySelectorAll('[data-tab]')) {
    link.dataset.tab === tab ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current');
  }
  $('bar').hidden = tab === 'overview';
  if (location.hash !== `#/${tab}`) history.replaceState(null, '', `#/${tab}`);
  render();
}
function filter(change) {
  Object.assign(state, change);
  for (const tab of Object.keys(DRAW)) [state.page[tab], state.at[tab]] = [0, -1];
  render();
}
function clear() {
  filter({ query: '', fates: new Set([0, 1, 2, 3]), area: -1, repository: -1, folder: -1 });
}

// Keys
const rows = () => [...$(state.tab).querySelectorAll('[data-row]')];
function mark() {
  if (state.tab === 'overview') return;
  rows().forEach((row, at) => row.classList.toggle('on', at === state.at[state.tab]));
}
function select(at) {
  const row = rows()[at];
  if (!row) return;
  state.at[state.tab] = at;
  mark();
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: 'nearest' });
}
function move(by) {
  const all = rows().length, at = state.at[state.tab] + by;
  if (at >= all && page(1)) return select(0);
  if (at < 0 && state.page[state.tab] > 0 && page(-1)) return select(rows().length - 1);
  select(Math.min(Math.max(at, 0), all - 1));
}
function toggle(row) {
  const at = +row.dataset.row;
  if (state.tab === 'changes') files[at].open = !files[at].open;
  else state.open.has(at) ? state.open.delete(at) : state.open.add(at);
  const place = rows().indexOf(row);
  render();
  select(place);
}
const dark = () => (document.documentElement.dataset.theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
function theme(name) {
  if (name) document.documentElement.dataset.theme = name;
}
function switchTheme() {
  theme(dark() ? 'light' : 'dark');
  kept.set('bai2aml:theme', document.documentElement.dataset.theme);
}
function escape() {
  if ($('help').open) return $('help').close();
  const row = rows()[state.at[state.tab]];
  if (row && row.getAttribute('aria-expanded') === 'true') return toggle(row);
  if (state.query) filter({ query: '' });
  $('search').blur();
}
const KEYS = {
  '/': () => { if (state.tab === 'overview') go('findings'); $('search').focus(); $('search').select(); },
  j: () => move(1), k: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1),
  '[': () => page(-1), ']': () => page(1),
  1: () => go('overview'), 2: () => go('findings'), 3: () => go('work'), 4: () => go('changes'),
  t: switchTheme, '?': () => $('help').open ? $('help').close() : $('help').showModal(),
  x: () => {
    const row = state.tab === 'work' && rows()[state.at.work];
    if (!row) return;
    const at = state.at.work;
    tick(everyTask.find(([item]) => item.at === +row.dataset.row) || [items[+row.dataset.row]]);
    select(Math.min(at, rows().length - 1));
  },
};
document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape') return escape();
  const within = event.target.closest('input[type=search], select, textarea');
  if (within) {
    if (within.id !== 'search' || !['ArrowDown', 'Enter'].includes(event.key)) return;
    event.preventDefault();
    return select(0);
  }
  if ((event.key === 'Enter' || event.key === 'o') && !event.target.closest('button, a, summary, input')) {
    const row = state.tab !== 'overview' && rows()[state.at[state.tab]];
    if (row) { event.preventDefault(); toggle(row); }
    return;
  }
  const isArrow = event.key.startsWith('Arrow');
  const key = KEYS[event.key];
  if (!key || (isArrow && state.tab === 'overview')) return;
  event.preventDefault();
  key();
});

// The mouse
document.addEventListener('click', event => {
  const link = event.target.closest('[data-tab]');
  if (link) { event.preventDefault(); return go(link.dataset.tab); }
  const chip = event.target.closest('[data-fate]');
  if (chip) {
    const fate = +chip.dataset.fate, fates = new Set(state.fates);
    fates.has(fate) && fates.size > 1 ? fates.delete(fate) : fates.add(fate);
    return filter({ fates });
  }
  const bar = event.target.closest('[data-filter]');
  if (bar) {
    const { filter: name, value } = bar.dataset;
    clear();
    filter(name === 'fate' ? { fates: new Set([+value]) } : { [name]: +value });
    return go('findings');
  }
  const row = event.target.closest('[data-row]');
  if (row && !event.target.closest('button, a, input, .box, .excerpt') && !String(getSelection())) toggle(row);
});
let waiting = 0;
$('search').addEventListener('input', event => {
  clearTimeout(waiting);
  waiting = setTimeout(() => filter({ query: event.target.value }), 60);
});
$('clear').addEventListener('click', clear);
$('theme').addEventListener('click', switchTheme);
$('keys').addEventListener('click', KEYS['?']);
$('close').addEventListener('click', () => $('help').close());
for (const [name, label, names] of [['area', 'all areas', data.areas], ['repository', 'all repositories', data.repositories], ['folder', 'all folders', data.folders]]) {
  const used = new Set(items.map(item => name === 'area' ? item.area : files[item.file][name]));
  const select = $(`by-${name}`);
  select.append(el('option', { value: -1 }, label), ...names.map((text, at) => used.has(at) ? el('option', { value: at }, text) : '').filter(Boolean));
  select.hidden = used.size < 2;
  select.addEventListener('change', () => filter({ [name]: +select.value }));
}
addEventListener('hashchange', () => go(location.hash.slice(2)));
narrow.addEventListener('change', () => render());
// Paper has no pages to turn: it gets the lists whole, as they are filtered.
function printing(isPrinting) {
  if (state.printing === isPrinting) return;
  state.printing = isPrinting;
  for (const details of document.querySelectorAll('details')) {
    if (isPrinting) details.dataset.was = details.open;
    details.open = isPrinting || details.dataset.was === 'true';
  }
  render();
}
matchMedia('print').addEventListener('change', event => printing(event.matches));
addEventListener('beforeprint', () => printing(true));
addEventListener('afterprint', () => printing(false));

theme(kept.get('bai2aml:theme'));
const first = files.filter(file => file.views.length);
if (first.length <= 5) first.forEach(file => { file.open = true; }); else if (first.length) first[0].open = true;
go(location.hash.slice(2));
})();
