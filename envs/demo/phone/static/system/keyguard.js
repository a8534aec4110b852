// The lock screen: a swipe up opens it, or asks for the PIN.
import { $, element } from './dom.js';
import { closeRecents } from './recents.js';
import { hideKeyboard } from './typing.js';

let locked = null; // {pin, typed} while it is there
let began = 0;

export const isLocked = () => locked !== null;

export function lock(pin) {
  hideKeyboard(true);
  closeRecents();
  locked = { pin, typed: '' };
  $('keyguard').hidden = false;
  $('bouncer').hidden = true;
  document.body.classList.add('locked');
}

export function unlock() {
  locked = null;
  $('keyguard').hidden = true;
  document.body.classList.remove('locked');
}

export function leaveBouncer() {
  $('bouncer').hidden = true;
}

function bounce(said = 'Enter PIN') {
  locked.typed = '';
  const pad = element('div', { className: 'pad' });
  for (const key of ['1', '2', '3', '4', '5', '6', '7', '8', '9', '⌫', '0', '↵']) {
    const button = element('button', { textContent: key });
    button.addEventListener('click', () => press(key));
    pad.append(button);
  }
  $('bouncer').replaceChildren(element('p', { textContent: said }), element('p', { className: 'dots' }), pad);
  $('bouncer').hidden = false;
}

function press(key) {
  if (key === '↵') {
    if (locked.typed === locked.pin) unlock();
    else bounce('Wrong PIN');
    return;
  }
  locked.typed = key === '⌫' ? locked.typed.slice(0, -1) : locked.typed + key;
  $('bouncer').querySelector('.dots').textContent = '•'.repeat(locked.typed.length);
}

$('keyguard').addEventListener('touchstart', (event) => { began = event.touches[0].clientY; });
$('keyguard').addEventListener('touchend', (event) => {
  if (!locked || began - event.changedTouches[0].clientY < innerHeight / 6) return;
  if (locked.pin) bounce();
  else unlock();
});
