// The keyboard on the screen. Its keys act when a finger leaves them, and never take the focus from the field.
import { commit, enter, erase } from './typing.js';

const panel = document.getElementById('keyboard');
const LETTERS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const SYMBOLS = ['1234567890', '@#€_&-+()/', '*"\':;!?'];
const MORE = ['~`|•√π÷×§∆', '£¢^°={}\\%', '[]<>©¶'];
const HINTS = { search: 'search', done: 'check', next: 'next' };
let page = 'letters';
let upper = false;
let target = null;

export function show(method, field) {
  const other = field !== target;
  target = field;
  if (method === 'adb') {
    panel.replaceChildren(Object.assign(document.createElement('p'), { textContent: 'ADB Keyboard {ON}' }));
    return;
  }
  if (other) {
    page = field && (field.type === 'tel' || field.inputMode === 'numeric') ? 'symbols' : 'letters';
    upper = !!field && field.autocapitalize === 'words' && !field.value;
  }
  draw();
}

function draw() {
  const rows = { letters: LETTERS, symbols: SYMBOLS, more: MORE }[page];
  const cased = (key) => (upper && page === 'letters' ? key.toUpperCase() : key);
  const lines = rows.map((row) => [...row].map((key) => button(cased(key), () => type(cased(key)))));
  const side = page === 'letters'
    ? button(picture('shift'), () => { upper = !upper; draw(); }, 'wide', 'Shift')
    : button(page === 'symbols' ? '=\\<' : '?123', () => turn(page === 'symbols' ? 'more' : 'symbols'), 'wide');
  lines[2].unshift(side);
  lines[2].push(button(picture('erase'), () => erase(), 'wide', 'Delete'));
  const hint = (!target?.matches('textarea') && HINTS[target?.enterKeyHint]) || 'enter';
  lines.push([
    button(page === 'letters' ? '?123' : 'ABC', () => turn(page === 'letters' ? 'symbols' : 'letters'), 'wide'),
    button(',', () => type(',')),
    button('English', () => type(' '), 'space', 'Space'),
    button('.', () => type('.')),
    button(picture(hint), () => enter(), 'wide go', hint === 'check' ? 'Done' : hint[0].toUpperCase() + hint.slice(1)),
  ]);
  panel.replaceChildren(...lines.map((keys, number) => {
    const row = document.createElement('div');
    row.className = page === 'letters' && number === 1 ? 'inset' : '';
    row.append(...keys);
    return row;
  }));
}

function turn(to) {
  page = to;
  draw();
}

function type(text) {
  commit(text);
  if (upper) {
    upper = false;
    draw();
  }
}

function picture(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `/static/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

function button(content, act, kind = '', name = '') {
  const key = document.createElement('button');
  key.className = kind;
  key.append(content);
  if (name) key.ariaLabel = name;
  key.addEventListener('touchstart', (event) => {
    event.preventDefault();
    key.classList.add('pressed');
  }, { passive: false });
  key.addEventListener('touchend', (event) => {
    event.preventDefault();
    key.classList.remove('pressed');
    const { clientX, clientY } = event.changedTouches[0];
    if (key.contains(document.elementFromPoint(clientX, clientY))) act();
  });
  return key;
}
