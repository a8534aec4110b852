// Counts what happens in this document, so that "still" is an event and not a guess.
// Runs before the page's own scripts; everything it needs later is kept from before they could replace it.

const SHORT_TIMER = 1000; // ms; a timer that the action's own events set, and its children, are waited for up to this
const LOAD_TIMER = 500; // ms; the same for timers set while the document loads
const LEAVING = 500; // ms in which a document that began to go away has gone, or its request is known
const RESTLESS_AFTER = 1000; // ms of change in every frame after which what keeps changing is no longer waited for

const plain = {
  setTimeout: window.setTimeout.bind(window),
  clearTimeout: window.clearTimeout.bind(window),
  requestAnimationFrame: window.requestAnimationFrame.bind(window),
  attachShadow: Element.prototype.attachShadow,
  now: performance.now.bind(performance),
};

const state = {
  version: 0, // grows with each change that the page makes: nodes, attributes, text, scrolling, typed values
  armed: false, // between aiming an action and the look that follows it
  cause: "", // the kind of the last event that the action caused
  causing: false, // inside the dispatch of an event that the action caused
  generation: 0, // of the counted timer whose callback is running; 0 outside of one
  timers: new Map(), // id of a counted timer -> when it is due
  restless: new WeakSet(), // nodes that never stop changing
  recent: new Set(), // nodes that changed since the last frame
  leaving: 0, // when the page last began to go to another document; 0 if it does not
  early: false, // was the document still loading at the last look? Then its rest is not waited for
  target: null, // what the last aim met
  field: null, // what text was last typed into
  list: null, // the native drop-down that was asked to open, shown by Python as a drawn list
  refused: null, // the input whose native popup was kept shut
  invalid: [], // what native validation said about a form since the last look
};

function touch(node) {
  if (node && state.restless.has(node)) return;
  state.version += 1;
  if (node) state.recent.add(node);
}

// --- changes of the tree, through every shadow root ---

const observer = new MutationObserver((records) => {
  for (const record of records) touch(record.target);
});
const WATCHED = { subtree: true, childList: true, attributes: true, characterData: true };
const roots = new WeakSet();

function watch(root) {
  if (roots.has(root)) return;
  roots.add(root);
  observer.observe(root, WATCHED);
}

watch(document);
Element.prototype.attachShadow = function attachShadow(init) {
  const root = plain.attachShadow.call(this, init);
  watch(root);
  return root;
};
for (const type of ["scroll", "input", "change", "toggle", "focusin", "focusout", "load"]) {
  const changed = (event) => {
    if (type !== "load" || event.target !== document) touch(event.target); // a picture that came, not the page itself
  };
  window.addEventListener(type, changed, { capture: true, passive: true });
}
window.addEventListener("popstate", () => touch(document), true);
window.addEventListener("hashchange", () => touch(document), true);
window.addEventListener(
  "invalid",
  (event) => {
    // Only what stopped a form from being sent: scripts ask for validity at every keystroke.
    if (!state.armed || !["click", "keydown", "keypress"].includes(state.cause)) return;
    state.invalid.push({ name: nameOf(event.target), message: event.target.validationMessage || "" });
  },
  true,
);

// --- navigation, which the browser tells of a little later ---

window.navigation?.addEventListener("navigate", (event) => {
  if (!event.destination.sameDocument && event.downloadRequest === null) state.leaving = plain.now();
});
for (const type of ["navigatesuccess", "navigateerror"]) {
  window.navigation?.addEventListener(type, () => {
    state.leaving = 0;
  });
}

function isLeaving() {
  return state.leaving > 0 && plain.now() - state.leaving < LEAVING;
}

// --- timers that an action set ---

const channel = new MessageChannel();
channel.port1.onmessage = () => {
  state.causing = false;
};

function caused(event) {
  if (!state.armed || !event.isTrusted) return;
  state.cause = event.type;
  if (state.causing) return;
  state.causing = true;
  channel.port2.postMessage(0); // arrives after this event's listeners and their microtasks
}

for (const type of [
  "pointerdown", "pointerup", "pointermove", "mousedown", "mouseup", "mousemove", "mouseover", "click", "dblclick",
  "auxclick", "contextmenu", "keydown", "keypress", "keyup", "beforeinput", "input", "change", "submit", "focusin",
  "focusout", "wheel", "scroll", "dragstart", "dragover", "drop", "popstate", "hashchange",
]) {
  window.addEventListener(type, caused, { capture: true, passive: true });
}

function isCounted(delay) {
  if (state.generation === 1) return delay <= SHORT_TIMER;
  if (state.generation > 1) return false;
  if (state.armed && state.causing) return delay <= SHORT_TIMER;
  return document.readyState !== "complete" && delay <= LOAD_TIMER;
}

window.setTimeout = function setTimeout(handler, timeout, ...rest) {
  const delay = Number(timeout) || 0;
  if (typeof handler !== "function" || !isCounted(delay)) return plain.setTimeout(handler, timeout, ...rest);
  const generation = state.generation + 1;
  const id = plain.setTimeout(function run() {
    state.timers.delete(id);
    const outer = state.generation;
    state.generation = generation;
    try {
      return handler.apply(this, rest);
    } finally {
      state.generation = outer;
      touch(null);
    }
  }, delay);
  state.timers.set(id, plain.now() + delay);
  return id;
};
window.clearTimeout = function clearTimeout(id) {
  state.timers.delete(id);
  plain.clearTimeout(id);
};

function pendingTimers() {
  for (const [id, due] of state.timers) if (plain.now() - due > SHORT_TIMER) state.timers.delete(id);
  return state.timers.size;
}

// --- native popups, which no driver can see or click ---

function dropDownOf(node) {
  const select = node instanceof Element ? node.closest("select") : null;
  return select && !select.multiple && select.size <= 1 && !select.disabled ? select : null;
}

function popupInputOf(node) {
  return node instanceof HTMLInputElement && POPUP_TYPES.has(node.type) ? node : null;
}

function keepShut(event) {
  if (!state.armed || !event.isTrusted) return;
  const node = event.composedPath()[0];
  const select = dropDownOf(node);
  const input = popupInputOf(node);
  if (event.type === "mousedown" && event.button === 0 && select) {
    event.preventDefault();
    select.focus();
    state.list = select;
  } else if (event.type === "click" && input) {
    event.preventDefault();
    if (input.type === "color") input.focus();
    state.refused = input;
  } else if (event.type === "keydown" && (select || input)) {
    const arrow = event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp");
    if (!arrow && event.key !== " " && event.key !== "F4" && !(select && event.key === "Enter")) return;
    event.preventDefault();
    if (select) state.list = select;
    else state.refused = input;
  }
}

for (const type of ["mousedown", "click", "keydown"]) window.addEventListener(type, keepShut, true);

for (const kind of [HTMLSelectElement, HTMLInputElement]) {
  const showPicker = kind.prototype.showPicker;
  if (!showPicker) continue;
  kind.prototype.showPicker = function (...rest) {
    const select = dropDownOf(this);
    if (!state.armed || !(select || popupInputOf(this))) return showPicker.apply(this, rest);
    this.focus();
    if (select) state.list = select;
    else state.refused = this;
    return undefined;
  };
}

// --- stillness ---

function frame() {
  return new Promise((resolve) => {
    const after = plain.setTimeout(resolve, 100); // a page that is not painted has no frames
    plain.requestAnimationFrame(() => {
      plain.clearTimeout(after);
      const turn = new MessageChannel(); // the tasks that the frame's callbacks queued run first
      turn.port1.onmessage = () => resolve();
      turn.port2.postMessage(0);
    });
  });
}

function finiteAnimations() {
  return document.getAnimations().filter((animation) => {
    if (animation.playState !== "running" || !animation.effect) return false;
    const end = animation.effect.getComputedTiming().endTime;
    if (typeof end !== "number" || typeof animation.currentTime !== "number") return false;
    const left = (end - animation.currentTime) / (animation.playbackRate || 1);
    return left > 0 && left <= RESTLESS_AFTER;
  }).length;
}

function isPainted() {
  const enough = (innerWidth * innerHeight) / 20;
  return [...document.querySelectorAll("canvas, embed, object")].some(
    (node) => node.clientWidth * node.clientHeight > enough,
  );
}

/** Resolves when a frame has passed in which nothing changed; says whether only pictures can tell more. */
async function quiet() {
  const start = plain.now();
  for (;;) {
    const before = state.version;
    state.recent.clear();
    await frame();
    const waiting = isLeaving() || pendingTimers() || finiteAnimations();
    if (state.version === before && !waiting) break;
    if (plain.now() - start < RESTLESS_AFTER * (waiting ? 3 : 1)) continue;
    for (const node of state.recent) state.restless.add(node);
    break;
  }
  return { ready: state.early || document.readyState === "complete", painted: isPainted() };
}

/** Grows with each change; equal numbers mean that nothing happened in between. */
function version() {
  return state.version;
}

/** Resolves with true at the next change, with false after `ms` without one. */
async function change({ since, ms }) {
  const end = plain.now() + ms;
  while (plain.now() < end) {
    if (state.version !== since) return true;
    await frame();
  }
  return state.version !== since;
}
