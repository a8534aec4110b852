// How every page of every app behaves: the pages themselves are plain.
import { EDITABLE } from './dom.js';
import { doubt, open, pop } from './tasks.js';
import { hideKeyboard, showKeyboard } from './typing.js';

export function behave(task, page) {
  const on = (kind, act) => page.addEventListener(kind, act);
  task.frame.contentWindow.addEventListener('beforeunload', () => {
    task.leaving = true;
    task.writing = page.activeElement?.id;
  });
  on('click', (event) => follow(task, event));
  on('click', (event) => step(event.target.closest('[data-step]')));
  on('contextmenu', (event) => {
    event.preventDefault();
    const held = event.target.closest('[data-hold]');
    if (held) page.location.href = held.dataset.hold;
  });
  on('submit', (event) => event.target.method === 'post' && doubt(task));
  on('change', (event) => event.target.closest('form[data-at-once]')?.requestSubmit());
  on('input', (event) => filter(page, event.target));
  // a touch on anything but a field leaves the focus, and so the keyboard, where they are
  on('mousedown', (event) => event.target.matches('input, textarea') || event.preventDefault());
  on('focusin', (event) => event.target.matches(EDITABLE) && showKeyboard());
  on('focusout', (event) => {
    if (!event.relatedTarget?.matches(EDITABLE) && page.hasFocus()) hideKeyboard(true);
  });
  const bubbles = page.querySelector('.bubbles');
  if (bubbles) bubbles.scrollTop = bubbles.scrollHeight;
}

function follow(task, event) {
  const link = event.target.closest('a[data-app]');
  if (link) {
    event.preventDefault();
    open(link.dataset.app, link.getAttribute('href'));
  } else if (event.target.closest('a[data-up]') && task.stack.length > 1) {
    event.preventDefault();
    pop(task);
  } else if (event.target.matches(EDITABLE)) showKeyboard();
}

function step(button) {
  if (!button) return;
  const stepper = button.closest('[data-stepper]');
  const input = stepper.querySelector('input');
  input.value = Math.min(Math.max(Number(input.value) + Number(button.dataset.step), 1), 20);
  stepper.querySelector('output').textContent = input.value;
}

function filter(page, field) {
  if (!field.dataset.filter) return;
  const wanted = field.value.trim().toLowerCase();
  for (const row of page.getElementById(field.dataset.filter).children)
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
}
