// The list of recent apps, each with a still of its screen.
import { $, element } from './dom.js';
import { bring, home, HOME, stop, tasks, top } from './tasks.js';
import { hideKeyboard } from './typing.js';

const SCALE = 0.66;
const list = $('recents');

export const isRecents = () => !list.hidden;

export function recents() {
  hideKeyboard(true);
  const cards = [...tasks.values()].reverse().filter((task) => task.package !== HOME).map(card);
  list.replaceChildren(...(cards.length ? cards : [element('p', { className: 'none', textContent: 'No recent items' })]));
  list.hidden = false;
}

// Says whether it was open.
export function closeRecents() {
  const was = isRecents();
  list.hidden = true;
  return was;
}

function card(task) {
  const whole = element('div', { className: 'task' });
  const shut = element('button', { textContent: '✕', ariaLabel: `Dismiss ${top(task).title}` });
  const head = element('p', { textContent: top(task).title });
  const sheet = element('div', { className: 'sheet' });
  head.append(shut);
  sheet.append(still(task));
  sheet.style.width = `${task.frame.clientWidth * SCALE}px`;
  sheet.style.height = `${task.frame.clientHeight * SCALE}px`;
  whole.append(head, sheet);
  shut.addEventListener('click', () => {
    whole.remove();
    stop(task.package);
    if (!list.children.length) home();
  });
  sheet.addEventListener('click', () => {
    closeRecents();
    bring(task);
  });
  return whole;
}

// The page as it is, in a frame of its own that nothing can touch.
function still(task) {
  const copy = task.frame.contentDocument.documentElement.cloneNode(true);
  for (const field of copy.querySelectorAll('[autofocus]')) field.removeAttribute('autofocus');
  const frame = element('iframe', { inert: true, srcdoc: `<!doctype html>${copy.outerHTML}` });
  frame.style.width = `${task.frame.clientWidth}px`;
  frame.style.height = `${task.frame.clientHeight}px`;
  frame.style.transform = `scale(${SCALE})`;
  return frame;
}

list.addEventListener('click', (event) => event.target === list && home());
