// What the settings change in the picture: light or dark, the language, the sign for Wi-Fi.
import { $ } from './dom.js';
import { doubt, inFront, reload, tasks } from './tasks.js';

let dark = document.documentElement.dataset.theme === 'dark';
let language = document.documentElement.lang;

export function dress(page) {
  if (dark) page.documentElement.dataset.theme = 'dark';
  else delete page.documentElement.dataset.theme;
}

// Is a page that came in another language than the last one?
export function spoken(page) {
  const other = page.documentElement.lang !== '' && page.documentElement.lang !== language;
  if (other) language = page.documentElement.lang;
  return other;
}

export function settings(now) {
  dark = now.dark;
  dress(document);
  for (const task of tasks.values()) dress(task.frame.contentDocument);
  $('wifi-sign').style.display = now.wifi ? '' : 'none';
  if (now.language !== language) {
    language = now.language;
    doubt(inFront());
    reload(inFront());
  }
}
