// Finding again what an earlier action met.

const MOST_FOUND = 60;

// What a path of `pathOf` names in this document now; null if nothing or if it is no selector any more.
function byPath(path) {
  let root = document;
  let el = null;
  for (const part of path.split(" >>> ")) {
    if (!root) return null;
    try {
      el = root.querySelector(part);
    } catch {
      return null;
    }
    root = el?.shadowRoot ?? null;
  }
  return el;
}

function* everything(root) {
  for (const el of root.querySelectorAll("*")) {
    yield el;
    if (el.shadowRoot) yield* everything(el.shadowRoot);
  }
}

function isShown(el) {
  const shown = (at) => at.checkVisibility({ visibilityProperty: true }) && at.getBoundingClientRect().width >= SMALLEST;
  return shown(el) || [...(el.labels ?? [])].some(shown);
}

// Where to act on a thing: the part of it that a click reaches, null if it must be scrolled to first.
function spotOf(el) {
  const box = placeOf(el);
  return box ? [box.left, box.top, box.right, box.bottom] : null;
}

/**
 * What may be the thing that these words describe: what its path or its test id names, and what has its role and name.
 * With `wide`, everything of its role.
 */
function find({ role, name, test_id, path, alike, wide, frames }) {
  const found = new Set();
  const named = path ? byPath(path) : null;
  if (named && isShown(named)) found.add(named);
  for (const el of everything(document)) {
    if (found.size >= MOST_FOUND) break;
    const same = roleOf(el) === role && (interest(el) || role !== "generic") && (wide || (name !== "" && nameOf(el) === name));
    if ((same || (test_id !== "" && testIdOf(el)?.value === test_id)) && isShown(el)) found.add(el);
  }
  return {
    found: [...found].map((el) => ({ ...facts(el, alike === 0), spot: spotOf(el) })),
    frames: frames.map((el) => (el.isConnected ? { path: pathOf(el), spot: frameSpot(el, frames) } : null)),
  };
}

/** Scrolls what a path names into view; where to act on it then, null if it cannot be reached. */
function bring({ path }) {
  const el = byPath(path);
  if (!el) return null;
  (isShown(el) && el.getBoundingClientRect().width >= SMALLEST ? el : el.labels?.[0] ?? el)
    .scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
  return spotOf(el);
}

const LANDMARKS = 'h1, h2, h3, [role="heading"], [role="alert"], [role="status"], legend';
const MOST_LANDMARKS = 24;
const LONGEST_LANDMARK = 160;

/** What the page says in headings, alerts and status lines, in reading order. */
function landmarks() {
  const said = [];
  for (const el of document.querySelectorAll(LANDMARKS)) {
    if (said.length >= MOST_LANDMARKS) break;
    if (!el.checkVisibility({ visibilityProperty: true })) continue;
    const words = tidy(el.textContent);
    if (words) said.push(words.slice(0, LONGEST_LANDMARK));
  }
  return said;
}
