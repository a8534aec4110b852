// The phone's own windows: one task for each app that was opened, each with its stack of screens; the keyboard, the
// list of recent apps and the lock screen. Whoever holds the phone (screen.py) asks `ui`, and tells it what to do.
'use strict';
const ui = (() => {
  const $ = (id) => document.getElementById(id);
  const body = document.body;
  const HOME = body.dataset.launcher;
  const STILL = 0.66; // the scale of a task's picture among the recent ones
  const EDITABLE = 'input:not([type=checkbox]):not([type=radio]):not([type=range]):not([type=hidden]), textarea';
  const tasks = new Map(); // package -> {package, frame, stack: [{url, activity, title}], coming}
  let front = null;
  let method = 'latin'; // which input method is chosen: "latin" or "adb"
  let shown = false; // is the keyboard?
  let locked = null; // {pin, typed} while the lock screen is there
  let language = document.documentElement.lang;
  const waiting = []; // those who wait for the page in front

  // Tasks

  function open(name, url, fresh = false) {
    closeRecents();
    let task = tasks.get(name);
    if (!task) {
      const frame = document.createElement('iframe');
      frame.title = name;
      task = { package: name, frame, stack: [], coming: 'push' };
      tasks.set(name, task);
      frame.addEventListener('load', () => arrived(task));
      frame.src = url;
      $('windows').append(frame);
    } else if (fresh || (url !== top(task).url && url !== task.stack[0].url)) {
      task.frame.contentWindow.location.href = url;
    }
    bring(task);
  }

  const top = (task) => task.stack[task.stack.length - 1] || { url: '', activity: '', title: '' };

  function bring(task) {
    if (front !== task) hideKeyboard(true);
    front = task;
    tasks.delete(task.package); // a map remembers its order: the last is the one used last
    tasks.set(task.package, task);
    for (const other of tasks.values()) other.frame.classList.toggle('front', other === task);
    body.classList.toggle('at-home', task.package === HOME);
    if (task.stale) {
      task.stale = false;
      if (untouched(task.frame.contentDocument)) reload(task);
    }
    release();
  }

  function reload(task) {
    task.coming = 'replace';
    task.frame.contentWindow.location.reload();
  }

  function home() {
    closeRecents();
    open(HOME, body.dataset.home);
  }

  // Something was saved or set: what other tasks show may be so no longer, and is asked for again when they come back.
  function doubt(but) {
    for (const task of tasks.values()) if (task !== but) task.stale = true;
  }

  // A screen with something half written is left as it is.
  const untouched = (page) => [...page.querySelectorAll(EDITABLE)].every((one) => one.value === one.defaultValue);

  function release() {
    if (!state().loading) for (const resolve of waiting.splice(0)) resolve();
  }

  // When the page in front is there.
  const settled = () => new Promise((resolve) => { state().loading ? waiting.push(resolve) : resolve(); });

  function arrived(task) {
    const page = task.frame.contentDocument;
    if (!page || page.URL === 'about:blank') return;
    const url = task.frame.contentWindow.location.pathname + task.frame.contentWindow.location.search;
    const entry = { url, activity: page.body.dataset.activity || '', title: page.title };
    const before = top(task);
    const searched = (from, to) => from.includes('?') && from.split('?')[0] === to.split('?')[0];
    const known = task.stack.findIndex((one) => one.url === url);
    if (known >= 0) task.stack.length = known;
    else if (task.coming === 'replace' || before.transient || searched(before.url, url)) task.stack.pop();
    entry.transient = !!page.querySelector('form[data-transient]');
    task.stack.push(entry);
    task.coming = 'push';
    task.leaving = false;
    dress(page);
    if (page.documentElement.lang !== language) {
      language = page.documentElement.lang;
      doubt(task);
    }
    wake(task, page);
    if (task === front) {
      // whoever was writing goes on, where the same screen comes again
      const writing = before.url === url && shown && page.getElementById(task.writing);
      if (writing) writing.focus();
      else hideKeyboard(true);
      // a browser heeds autofocus only now and then, inside a frame
      if (!writing) page.querySelector('[autofocus]')?.focus();
    }
    release();
  }

  // Every page of every app behaves alike; so the behaviour is here, and the pages are plain.
  function wake(task, page) {
    task.frame.contentWindow.addEventListener('beforeunload', () => {
      task.leaving = true;
      task.writing = page.activeElement?.id;
    });
    page.addEventListener('click', (event) => {
      const link = event.target.closest('a[data-app]');
      if (link) {
        event.preventDefault();
        open(link.dataset.app, link.getAttribute('href'));
      } else if (event.target.closest('a[data-up]') && task.stack.length > 1) {
        event.preventDefault();
        pop(task);
      } else if (event.target.matches(EDITABLE)) showKeyboard();
    });
    page.addEventListener('click', (event) => {
      const step = event.target.closest('[data-step]');
      if (!step) return;
      const stepper = step.closest('[data-stepper]');
      const input = stepper.querySelector('input');
      input.value = Math.min(Math.max(Number(input.value) + Number(step.dataset.step), 1), 20);
      stepper.querySelector('output').textContent = input.value;
    });
    page.addEventListener('contextmenu', (event) => {
      event.preventDefault();
      const held = event.target.closest('[data-hold]');
      if (held) page.location.href = held.dataset.hold;
    });
    page.addEventListener('submit', (event) => event.target.method === 'post' && doubt(task));
    page.addEventListener('change', (event) => event.target.closest('form[data-at-once]')?.requestSubmit());
    page.addEventListener('input', (event) => filter(page, event.target));
    // a touch on anything but a field leaves the focus, and so the keyboard, where they are
    page.addEventListener('mousedown', (event) => event.target.matches('input, textarea') || event.preventDefault());
    page.addEventListener('focusin', (event) => event.target.matches(EDITABLE) && showKeyboard());
    page.addEventListener('focusout', (event) => {
      if (!event.relatedTarget?.matches(EDITABLE) && page.hasFocus()) hideKeyboard(true);
    });
    const bubbles = page.querySelector('.bubbles');
    if (bubbles) bubbles.scrollTop = bubbles.scrollHeight;
  }

  function filter(page, field) {
    if (!field.dataset.filter) return;
    const wanted = field.value.trim().toLowerCase();
    for (const row of page.getElementById(field.dataset.filter).children)
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
  }

  function pop(task) {
    task.stack.pop();
    task.coming = 'replace';
    task.frame.contentWindow.location.replace(top(task).url);
    task.stack.push({ ...top(task) }); // its page, on arrival, takes its place
  }

  function back() {
    if (locked) {
      $('bouncer').hidden = true;
      return;
    }
    if (closeRecents()) return;
    if (shown) hideKeyboard();
    else if (front.stack.length > 1) pop(front);
    else if (front.package !== HOME) home();
  }

  function stop(name) {
    const task = tasks.get(name);
    if (!task || name === HOME) return;
    task.frame.remove();
    tasks.delete(name);
    if (front === task) bring(tasks.get(HOME));
  }

  // The list of recent apps

  function recents() {
    if (locked) return;
    hideKeyboard(true);
    const list = $('recents');
    list.replaceChildren();
    for (const task of [...tasks.values()].reverse()) {
      if (task.package === HOME) continue;
      const card = element('div', { className: 'task' });
      const shut = element('button', { textContent: '✕', ariaLabel: `Dismiss ${top(task).title}` });
      const head = element('p', { textContent: top(task).title });
      head.append(shut);
      const sheet = element('div', { className: 'sheet' });
      sheet.append(picture(task));
      shut.addEventListener('click', () => {
        card.remove();
        stop(task.package);
        if (!list.querySelector('.task')) home();
      });
      sheet.addEventListener('click', () => {
        closeRecents();
        bring(task);
      });
      sheet.style.width = `${task.frame.clientWidth * STILL}px`;
      sheet.style.height = `${task.frame.clientHeight * STILL}px`;
      card.append(head, sheet);
      list.append(card);
    }
    if (!list.children.length) list.append(element('p', { className: 'none', textContent: 'No recent items' }));
    list.hidden = false;
  }

  // A still of a task: its page as it is, in a frame of its own that nothing can touch.
  function picture(task) {
    const copy = task.frame.contentDocument.documentElement.cloneNode(true);
    for (const field of copy.querySelectorAll('[autofocus]')) field.removeAttribute('autofocus');
    const still = element('iframe', { inert: true, srcdoc: `<!doctype html>${copy.outerHTML}` });
    still.style.width = `${task.frame.clientWidth}px`;
    still.style.height = `${task.frame.clientHeight}px`;
    still.style.transform = `scale(${STILL})`;
    return still;
  }

  function closeRecents() {
    const open_ = !$('recents').hidden;
    $('recents').hidden = true;
    return open_;
  }

  $('recents').addEventListener('click', (event) => event.target === $('recents') && home());

  // Typing

  const page = () => front?.frame.contentDocument;

  function field() {
    const active = page()?.activeElement;
    return active && active.matches(EDITABLE) ? active : null;
  }

  function showKeyboard() {
    if (locked) return;
    shown = true;
    body.classList.add('typing');
    $('keyboard').hidden = false;
    keyboard.show(method, field());
    requestAnimationFrame(() => field()?.scrollIntoView({ block: 'nearest' }));
  }

  function hideKeyboard(leave = false) {
    shown = false;
    body.classList.remove('typing');
    $('keyboard').hidden = true;
    if (leave) front?.frame.contentDocument?.activeElement?.blur?.();
  }

  // Text that an input method commits to the field that has the focus; false if there is none.
  function commit(text) {
    const target = field();
    if (!target) return false;
    target.focus();
    return page().execCommand('insertText', false, text);
  }

  function erase(all = false) {
    const target = field();
    if (!target) return false;
    if (all) target.select();
    return page().execCommand('delete');
  }

  // What the enter key means in the field: a line, the next field, or the end of writing.
  function enter() {
    const target = field();
    if (!target) return false;
    if (target.matches('textarea')) return page().execCommand('insertText', false, '\n');
    const fields = [...page().querySelectorAll(EDITABLE)];
    const next = fields[fields.indexOf(target) + 1];
    if (target.enterKeyHint === 'next' && next) next.focus();
    else if (target.enterKeyHint === 'done') hideKeyboard(true);
    else if (target.form) target.form.requestSubmit();
    return true;
  }

  // Keys reach the page only while its frame has the browser's focus.
  function focus() {
    front?.frame.contentWindow.focus();
    return field() !== null;
  }

  // A finger stays where it is: the place learns of it as by a mouse's second button.
  function hold(x, y) {
    let target = document.elementFromPoint(x, y);
    if (target === front?.frame) {
      const { left, top: above } = target.getBoundingClientRect();
      [x, y] = [x - left, y - above];
      target = page().elementFromPoint(x, y);
    }
    const view = target?.ownerDocument.defaultView;
    if (view) target.dispatchEvent(new view.MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: x, clientY: y }));
  }

  // The lock screen

  function lock(pin) {
    hideKeyboard(true);
    closeRecents();
    locked = { pin, typed: '' };
    $('keyguard').hidden = false;
    $('bouncer').hidden = true;
    body.classList.add('locked');
  }

  function unlock() {
    locked = null;
    $('keyguard').hidden = true;
    body.classList.remove('locked');
  }

  let began = null;
  let lifted = null;
  $('gestures').addEventListener('touchstart', (event) => { lifted = event.touches[0].clientY; });
  $('gestures').addEventListener('touchend', (event) => {
    if (!locked && lifted - event.changedTouches[0].clientY > 60) home();
  });
  $('keyguard').addEventListener('touchstart', (event) => { began = event.touches[0].clientY; });
  $('keyguard').addEventListener('touchend', (event) => {
    if (!locked || began === null || began - event.changedTouches[0].clientY < innerHeight / 6) return;
    if (locked.pin) bounce();
    else unlock();
  });

  function bounce(said = 'Enter PIN') {
    const pad = $('bouncer');
    locked.typed = '';
    const dots = element('p', { className: 'dots' });
    const keys = element('div', { className: 'pad' });
    for (const key of ['1', '2', '3', '4', '5', '6', '7', '8', '9', '⌫', '0', '↵']) {
      const button = element('button', { textContent: key });
      button.addEventListener('click', () => digit(key));
      keys.append(button);
    }
    pad.replaceChildren(element('p', { textContent: said }), dots, keys);
    pad.hidden = false;
  }

  function digit(key) {
    if (key === '↵') {
      if (locked.typed === locked.pin) unlock();
      else bounce('Wrong PIN');
      return;
    }
    locked.typed = key === '⌫' ? locked.typed.slice(0, -1) : locked.typed + key;
    $('bouncer').querySelector('.dots').textContent = '•'.repeat(locked.typed.length);
  }

  // What the phone is told

  function dress(document_) {
    document_.documentElement.toggleAttribute('data-theme', false);
    if (theme) document_.documentElement.dataset.theme = 'dark';
  }

  let theme = document.documentElement.dataset.theme === 'dark';

  function settings({ dark, wifi, language: tongue }) {
    theme = dark;
    dress(document);
    for (const task of tasks.values()) if (task.frame.contentDocument) dress(task.frame.contentDocument);
    $('wifi-sign').style.display = wifi ? '' : 'none';
    if (tongue !== language) {
      language = tongue;
      doubt(front);
      if (front) reload(front);
    }
  }

  function state() {
    const active = locked ? null : field();
    return {
      tasks: [...tasks.values()].reverse().map((task) => ({
        package: task.package,
        screens: task.stack.map((one) => one.activity),
        title: top(task).title,
      })),
      front: front?.package ?? '',
      loading: !front || !front.stack.length || front.leaving || front.frame.contentDocument?.readyState !== 'complete'
        || !front.frame.contentDocument.body?.dataset.package,
      keyboard: shown,
      field: !!active,
      recents: !$('recents').hidden,
      locked: locked !== null,
      asks_pin: !$('bouncer').hidden && locked !== null,
    };
  }

  function element(name, properties) {
    return Object.assign(document.createElement(name), properties);
  }

  return {
    open, home, back, stop, recents, commit, erase, enter, focus, hold, lock, unlock, settings, state, settled, field,
    method: (name) => {
      method = name;
      if (shown) keyboard.show(method, field());
    },
    off: (on) => { $('off').hidden = !on; },
    curtain: (on) => { $('curtain').hidden = !on; },
    clock: (text) => { $('clock').textContent = text; },
    page: () => (locked ? null : page()),
    frame: () => front?.frame,
    shown: () => shown,
  };
})();
