// The phone's own windows. Whoever holds the phone (screen.py) asks `ui`, and tells it what to do.
import { $ } from './dom.js';
import { isLocked, leaveBouncer, lock, unlock } from './keyguard.js';
import { settings } from './looks.js';
import { closeRecents, isRecents, recents } from './recents.js';
import { home, HOME, inFront, isLoading, open, page, pop, settled, stop, tasks, top } from './tasks.js';
import { choose, commit, enter, erase, field, focus, hideKeyboard, isTyping } from './typing.js';

const HOMEWARD = 60; // CSS pixels that a swipe from the bar at the bottom has to go up
let lifted = 0;

function back() {
  if (isLocked()) leaveBouncer();
  else if (closeRecents()) return;
  else if (isTyping()) hideKeyboard();
  else if (inFront().stack.length > 1) pop(inFront());
  else if (inFront().package !== HOME) home();
}

// A finger stays where it is: the place learns of it as by a mouse's second button.
function hold(x, y) {
  let target = document.elementFromPoint(x, y);
  if (target === inFront()?.frame) {
    const { left, top: above } = target.getBoundingClientRect();
    [x, y] = [x - left, y - above];
    target = page().elementFromPoint(x, y);
  }
  const view = target?.ownerDocument.defaultView;
  const where = { bubbles: true, cancelable: true, clientX: x, clientY: y };
  if (view) target.dispatchEvent(new view.MouseEvent('contextmenu', where));
}

function state() {
  return {
    tasks: [...tasks.values()].reverse().map((task) => ({
      package: task.package,
      screens: task.stack.map((one) => one.activity),
      title: top(task).title,
    })),
    front: inFront()?.package ?? '',
    loading: isLoading(),
    keyboard: isTyping(),
    field: !isLocked() && field() !== null,
    recents: isRecents(),
    locked: isLocked(),
  };
}

$('gestures').addEventListener('touchstart', (event) => { lifted = event.touches[0].clientY; });
$('gestures').addEventListener('touchend', (event) => {
  if (!isLocked() && lifted - event.changedTouches[0].clientY > HOMEWARD) home();
});

window.ui = {
  back, choose, commit, enter, erase, focus, hold, home, lock, open, recents, settings, settled, state, stop, unlock,
  clock: (text) => { $('clock').textContent = text; },
  curtain: (on) => { $('curtain').hidden = !on; },
  frame: () => inFront()?.frame,
  off: (on) => { $('off').hidden = !on; },
  page: () => (isLocked() ? null : page()),
};
