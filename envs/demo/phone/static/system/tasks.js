// The apps that are open: one task for each, in a frame of its own, with its stack of screens.
import { $, EDITABLE, element } from './dom.js';
import { dress, spoken } from './looks.js';
import { behave } from './pages.js';
import { closeRecents } from './recents.js';
import { hideKeyboard, isTyping } from './typing.js';

export const HOME = document.body.dataset.launcher;
// package -> {package, frame, stack: [{url, activity, title, transient}], coming, leaving, writing, stale};
// a map remembers its order: the last is the one used last
export const tasks = new Map();
let front = null;
const waiting = []; // those who wait for the page in front

export const inFront = () => front;
export const page = () => front?.frame.contentDocument;
export const top = (task) => task.stack[task.stack.length - 1] || { url: '', activity: '', title: '' };

export function open(name, url) {
  closeRecents();
  let task = tasks.get(name);
  if (!task) {
    task = { package: name, frame: element('iframe', { title: name, src: url }), stack: [], coming: 'push' };
    task.frame.addEventListener('load', () => arrived(task));
    $('windows').append(task.frame);
  } else if (url !== top(task).url && url !== task.stack[0].url) {
    task.frame.contentWindow.location.href = url;
  }
  bring(task);
}

export function bring(task) {
  if (front !== task) hideKeyboard(true);
  front = task;
  tasks.delete(task.package);
  tasks.set(task.package, task);
  for (const other of tasks.values()) other.frame.classList.toggle('front', other === task);
  document.body.classList.toggle('at-home', task.package === HOME);
  if (task.stale) {
    task.stale = false;
    if (untouched(task.frame.contentDocument)) reload(task);
  }
  release();
}

export function home() {
  closeRecents();
  open(HOME, document.body.dataset.home);
}

export function stop(name) {
  const task = tasks.get(name);
  if (!task || name === HOME) return;
  task.frame.remove();
  tasks.delete(name);
  if (front === task) bring(tasks.get(HOME));
}

export function reload(task) {
  task.coming = 'replace';
  task.frame.contentWindow.location.reload();
}

// Back, within a task.
export function pop(task) {
  task.stack.pop();
  task.coming = 'replace';
  task.frame.contentWindow.location.replace(top(task).url);
  task.stack.push({ ...top(task) }); // its page, on arrival, takes its place
}

// Something was saved or set: what other tasks show may be so no longer, and is asked for again when they come back.
export function doubt(but) {
  for (const task of tasks.values()) if (task !== but) task.stale = true;
}

// A screen with something half written is left as it is.
const untouched = (document_) => [...document_.querySelectorAll(EDITABLE)].every((one) => one.value === one.defaultValue);

export function isLoading() {
  const there = page();
  return !there || !front.stack.length || !!front.leaving || there.readyState !== 'complete' || !there.body;
}

// When the page in front is there.
export const settled = () => new Promise((resolve) => { isLoading() ? waiting.push(resolve) : resolve(); });

function release() {
  if (!isLoading()) for (const resolve of waiting.splice(0)) resolve();
}

function arrived(task) {
  const there = task.frame.contentDocument;
  if (there.URL === 'about:blank') return;
  const { pathname, search } = task.frame.contentWindow.location;
  const before = top(task);
  const entry = {
    url: pathname + search,
    activity: there.body.dataset.activity || '',
    title: there.title,
    transient: !!there.querySelector('form[data-transient]'),
  };
  stack(task, before, entry);
  task.coming = 'push';
  task.leaving = false;
  dress(there);
  if (spoken(there)) doubt(task);
  behave(task, there);
  if (task === front) {
    // whoever was writing goes on, where the same screen comes again
    const writing = before.url === entry.url && isTyping() && there.getElementById(task.writing);
    if (!writing) hideKeyboard(true);
    // a browser heeds autofocus only now and then, inside a frame
    (writing || there.querySelector('[autofocus]'))?.focus();
  }
  release();
}

// A screen that is in the stack is come back to; a form that was sent, and a search, leave no screen behind.
function stack(task, before, entry) {
  const known = task.stack.findIndex((one) => one.url === entry.url);
  const again = before.url.includes('?') && before.url.split('?')[0] === entry.url.split('?')[0];
  if (known >= 0) task.stack.length = known;
  else if (task.coming === 'replace' || before.transient || again) task.stack.pop();
  task.stack.push(entry);
}
