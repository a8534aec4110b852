// What a person does in this document, told to Python the moment that it happens and before the page hears of it.
// Runs in a world of its own: page scripts can neither reach it nor speak for it, and only trusted events count.

const DRAGGED = 8; // CSS pixels between press and release from which on it is a drag
const RESTED = 120; // ms that the pointer rests on another thing before the view may show something new
const STIRS = 100; // ms between two reports that something changed
const SECRET_WORDS = /passw|passcode|passphrase|\bpin\b|secret|otp\b/i;
const SECRET_FILLS = /password|one-time-code|cc-csc/;
const MODIFIERS = new Set(["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock", "NumLock", "Fn", "Dead", "Process", "Unidentified"]);
const EDITING = new Set(["Backspace", "Delete", "Insert", "Home", "End", "ArrowLeft", "ArrowRight"]);
const CLIPBOARD = new Set(["a", "c", "v", "x", "y", "z"]);
const ROWS = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown"]);

const secrets = new WeakSet(); // fields that were ever one for a password: an eye may turn it into plain text
const secretFields = new Set(); // weak references to the same, to find those that show what they hold
const before = new WeakMap(); // field -> what it held before it was typed into
const described = new WeakMap(); // field -> its facts when typing began
let pressed = null; // the pointer that is down
let typing = null; // the field typed into last
let bar = null; // the scroll bar that is being dragged
let turned = null; // what the wheel turns, and when it last did
let lastKey = "";
let rest = 0;
let stirred = 0;

function tell(kind, said = {}) {
  __TELL__(JSON.stringify({ kind, url: location.href, ...said }));
}

function hear(type, act) {
  window.addEventListener(type, (event) => { if (event.isTrusted) act(event); }, { capture: true, passive: true });
}

// --- what is told of a thing ---

function isSecret(el) {
  if (!(el instanceof HTMLInputElement)) return false;
  if (secrets.has(el)) return true;
  const fills = el.getAttribute("autocomplete") ?? "";
  const named = `${el.getAttribute("name") ?? ""} ${el.id}`;
  const veiled = getComputedStyle(el).webkitTextSecurity;
  const is = el.type === "password" || SECRET_FILLS.test(fills)
    || (TEXT_TYPES.has(el.type) && (SECRET_WORDS.test(named) || (veiled && veiled !== "none")));
  if (is) {
    secrets.add(el);
    secretFields.add(new WeakRef(el));
    tell("secret");
  }
  return is;
}

function about(el) {
  const spot = placeOf(el);
  const { disabled, readonly, focused, ...said } = facts(el);
  return {
    ...said,
    spot: spot && [spot.left, spot.top, spot.right, spot.bottom],
    acts: interest(el) > 0 || selectOf(el) !== null,
    secret: isSecret(el) ? el.getAttribute("name") || el.id || said.name || "password" : null,
  };
}

function fieldOf(node) {
  if (node?.isContentEditable) {
    let host = node;
    while (host.parentElement?.isContentEditable) host = host.parentElement;
    return host;
  }
  return node instanceof Element && isEditable(node, true) ? node : null;
}

function valueIn(el) {
  return isSecret(el) ? null : heldBy(el);
}

// The field typed into last, left for something else: what it holds by now, as the page formatted it.
function settleField() {
  if (typing?.isConnected) tell("held", { path: pathOf(typing), value: valueIn(typing) });
}

// --- the pointer ---

function scrollBarAt(event, node) {
  const el = node instanceof Element ? node : document.documentElement;
  const box = el === document.documentElement ? { left: 0, top: 0 } : el.getBoundingClientRect();
  const x = event.clientX - box.left - el.clientLeft;
  const y = event.clientY - box.top - el.clientTop;
  const beside = el.clientWidth > 0 && (x > el.clientWidth || y > el.clientHeight);
  return beside && (el.scrollHeight > el.clientHeight || el.scrollWidth > el.clientWidth) ? el : null;
}

hear("pointerdown", (event) => {
  if (!event.isPrimary) return;
  const node = event.composedPath()[0];
  pressed = null;
  bar = scrollBarAt(event, node);
  if (bar) {
    bar = { el: bar, top: bar.scrollTop, left: bar.scrollLeft };
    return;
  }
  if (!(node instanceof Element)) return;
  settleField();
  pressed = { x: event.clientX, y: event.clientY, since: performance.now(), marked: marked() };
  tell("down", {
    about: about(actorOf(node)),
    x: event.clientX,
    y: event.clientY,
    button: event.button,
    held: ["Control", "Shift", "Alt", "Meta"].filter((key) => event.getModifierState(key)),
  });
});

function marked() {
  return String(document.getSelection() ?? "");
}

function release(event) {
  if (!pressed) return;
  const far = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) >= DRAGGED;
  tell("up", {
    x: event.clientX,
    y: event.clientY,
    dragged: far,
    selecting: far && marked() !== "" && marked() !== pressed.marked,
    ms: performance.now() - pressed.since,
  });
  pressed = null;
}

hear("pointerup", release);
hear("dragend", release); // a thing that is dragged takes the pointer with it
hear("pointercancel", (event) => {
  if (event.pointerType !== "touch") return;
  pressed = null; // a finger that scrolls
  tell("cancelled");
});
hear("click", (event) => {
  if (event.detail > 1) tell("again", { count: event.detail });
});

// --- the wheel, and scroll bars ---

// The view that a turn of the wheel moves; null for the main one.
function turnedBy(node, across, down) {
  for (let at = node; at && at !== document.scrollingElement; at = parentOf(at)) {
    const style = getComputedStyle(at);
    if (down && /auto|scroll/.test(style.overflowY) && at.scrollHeight > at.clientHeight + 1) return at;
    if (across && /auto|scroll/.test(style.overflowX) && at.scrollWidth > at.clientWidth + 1) return at;
  }
  return null;
}

hear("wheel", (event) => {
  if (event.ctrlKey) return; // that is zooming
  const unit = [1, 40, innerHeight][event.deltaMode];
  const node = event.composedPath()[0];
  const view = turnedBy(node instanceof Element ? node : null, event.deltaX, event.deltaY);
  const main = view === null || view === scroller();
  if (!turned || turned.view !== view || turned.url !== location.href) settleField();
  turned = { view, url: location.href };
  tell("wheel", {
    across: event.deltaX * unit, down: event.deltaY * unit, x: event.clientX, y: event.clientY, main,
    about: main || !view ? null : about(actorOf(node)),
  });
});

hear("scroll", () => {
  if (!bar?.el.isConnected) return;
  const { el, top, left } = bar;
  bar = { el, top: el.scrollTop, left: el.scrollLeft };
  if (el.scrollTop === top && el.scrollLeft === left) return;
  const main = el === scroller() || el === document.scrollingElement;
  const box = el.getBoundingClientRect();
  tell("wheel", {
    across: el.scrollLeft - left, down: el.scrollTop - top,
    x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2, main, about: main ? null : about(actorOf(el)),
  });
});

// --- fields ---

hear("focusin", (event) => {
  const el = fieldOf(event.composedPath()[0]);
  if (el) isSecret(el); // known from now on, whatever it becomes
});

hear("beforeinput", (event) => {
  const el = fieldOf(event.composedPath()[0]);
  if (!el || el === typing) return;
  before.set(el, valueIn(el));
  described.set(el, about(el));
});

function typed(el, how) {
  if (el !== typing) settleField();
  typing = el;
  if (!described.has(el)) described.set(el, about(el));
  tell("input", { about: described.get(el), value: valueIn(el), before: before.get(el) ?? null, how: how ?? "" });
}

hear("input", (event) => {
  const el = fieldOf(event.composedPath()[0]);
  if (el) typed(el, event.inputType);
});
hear("compositionend", (event) => {
  const el = fieldOf(event.composedPath()[0]);
  if (el && el === typing) typed(el, "");
});

hear("change", (event) => {
  const el = event.composedPath()[0];
  if (el instanceof HTMLSelectElement) {
    const drop = !el.multiple && el.size <= 1;
    settleField();
    typing = null;
    if (drop) tell("choice", { about: about(el), options: [...el.selectedOptions].map((option) => tidy(option.label)) });
  } else if (el instanceof HTMLInputElement && el.type === "file") {
    tell("files", { about: about(el), names: [...el.files].map((file) => file.name) });
  } else if (el instanceof HTMLInputElement && el.type === "radio" && lastKey.startsWith("Arrow")) {
    tell("activate", { about: about(el), keys: [lastKey] });
  } else if (el === typing) {
    settleField();
  }
});
hear("focusout", (event) => {
  if (fieldOf(event.composedPath()[0]) !== typing || !typing) return;
  settleField();
  described.delete(typing);
  before.delete(typing);
  typing = null;
});

// --- keys ---

function isCommand(event) {
  return (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState("AltGraph");
}

// Keys whose effect is what a field holds in the end; what is typed into it is never told key by key.
function isEditing(event, el) {
  if (event.key.length === 1) return !isCommand(event) || CLIPBOARD.has(event.key.toLowerCase());
  if (EDITING.has(event.key)) return !event.altKey;
  if (!ROWS.has(event.key)) return false;
  const drops = el.getAttribute("aria-expanded") === "true" || el.hasAttribute("aria-activedescendant");
  return ["value", "rich"].includes(kindOf(el)) || el.type === "number" || (isMultiline(el) && !drops);
}

// Will the browser itself make a click of this key?
function isClicked(event, el) {
  if (isCommand(event) || event.shiftKey) return false;
  const button = el.tagName === "BUTTON" || el.tagName === "SUMMARY" || (el.tagName === "INPUT" && BUTTON_TYPES.has(el.type));
  if (event.key === "Enter") return button || (el.tagName === "A" && el.hasAttribute("href"));
  return event.key === " " && (button || (el.tagName === "INPUT" && (el.type === "checkbox" || el.type === "radio")));
}

hear("keydown", (event) => {
  lastKey = event.key;
  const el = event.composedPath()[0];
  if (event.isComposing || event.keyCode === 229 || MODIFIERS.has(event.key) || !(el instanceof Element)) return;
  const field = fieldOf(el);
  if (field && isEditing(event, field)) return;
  if (el instanceof HTMLSelectElement && event.key !== "Tab" && event.key !== "Escape" && !isCommand(event)) return;
  if (el instanceof HTMLInputElement && el.type === "radio" && event.key.startsWith("Arrow")) return;
  settleField();
  if (isClicked(event, el)) {
    if (!event.repeat) tell("activate", { about: about(el), keys: [event.key] });
    return;
  }
  const keys = ["Control", "Alt", "Shift", "Meta"].filter((key) => event.getModifierState(key));
  if (event.key.length === 1 && keys.length === 1 && keys[0] === "Shift") keys.pop(); // it is in the character already
  tell("key", {
    keys: [...keys, keys.length && event.key.length === 1 ? event.key.toLowerCase() : event.key],
    path: field ? pathOf(field) : "",
  });
});

// --- what may have changed the view ---

function stir(hover = false) {
  if (hover) tell("stir", { hover });
  else if (!stirred) stirred = setTimeout(() => { stirred = 0; tell("stir", { hover: false }); }, STIRS);
}

for (const type of ["scroll", "load", "transitionend", "animationend", "pointermove", "keyup", "pointerup"]) {
  hear(type, () => stir());
}
hear("pointerover", () => {
  clearTimeout(rest);
  rest = setTimeout(() => stir(true), RESTED);
});
new MutationObserver(() => stir()).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });

/** Where the fields are that hold a secret and show it, as boxes of this view. */
function bared() {
  const boxes = [];
  for (const ref of secretFields) {
    const el = ref.deref();
    if (!el) secretFields.delete(ref);
    else if (el.isConnected && el.type !== "password" && el.value && getComputedStyle(el).webkitTextSecurity === "none") {
      const box = inView(el.getBoundingClientRect());
      if (box) boxes.push([box.left, box.top, box.right, box.bottom]);
    }
  }
  return boxes;
}

/** Where the view of the frame element `el` lies in this one. */
function frameAt(el) {
  const { path, x, y, scale } = frameUnder(el, []);
  return { path, x, y, scale };
}
