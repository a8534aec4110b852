// The field that has the focus, what is typed into it, and whether the keyboard is shown.
import { $, EDITABLE } from './dom.js';
import * as keyboard from './keyboard.js';
import { isLocked } from './keyguard.js';
import { inFront, page } from './tasks.js';

let method = 'latin'; // which input method is chosen: "latin" or "adb"
let shown = false;

export const isTyping = () => shown;

export function choose(name) {
  method = name;
  if (shown) keyboard.show(method, field());
}

export function field() {
  const active = page()?.activeElement;
  return active && active.matches(EDITABLE) ? active : null;
}

export function showKeyboard() {
  if (isLocked()) return;
  shown = true;
  document.body.classList.add('typing');
  $('keyboard').hidden = false;
  keyboard.show(method, field());
  requestAnimationFrame(() => field()?.scrollIntoView({ block: 'nearest' }));
}

export function hideKeyboard(leave = false) {
  shown = false;
  document.body.classList.remove('typing');
  $('keyboard').hidden = true;
  if (leave) page()?.activeElement?.blur();
}

// Text that an input method commits to the field; false if there is none.
export function commit(text) {
  const target = field();
  if (!target) return false;
  target.focus();
  return page().execCommand('insertText', false, text);
}

export function erase(all = false) {
  const target = field();
  if (!target) return false;
  if (all) target.select();
  return page().execCommand('delete');
}

// What the enter key means in the field: a line, the next field, or the end of writing.
export function enter() {
  const target = field();
  if (!target) return false;
  if (target.matches('textarea')) return commit('\n');
  const fields = [...page().querySelectorAll(EDITABLE)];
  const next = fields[fields.indexOf(target) + 1];
  if (target.enterKeyHint === 'next' && next) next.focus();
  else if (target.enterKeyHint === 'done') hideKeyboard(true);
  else target.form?.requestSubmit();
  return true;
}

// Keys reach the page only while its frame has the browser's focus.
export function focus() {
  inFront()?.frame.contentWindow.focus();
  return field() !== null;
}
