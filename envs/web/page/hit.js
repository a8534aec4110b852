// What a place holds, in words that find it again.

const TEST_IDS = ["data-testid", "data-test-id", "data-test", "data-cy", "data-qa", "data-automation-id"];
const GENERATED = /^:|\d{4,}|[0-9a-f]{8}|__|^(react|radix|ember|mui|headlessui|select2)-/i;

function testIdOf(el) {
  for (const attribute of TEST_IDS) {
    const value = el.getAttribute(attribute);
    if (value) return { attribute, value };
  }
  return null;
}

function isOnly(root, selector, el) {
  const found = root.querySelectorAll(selector);
  return found.length === 1 && found[0] === el;
}

// A selector that names `el` alone within its root by what authors keep stable; "" if there is none.
function ownSelector(el, root) {
  const tag = el.tagName.toLowerCase();
  const quoted = (name, value) => `${tag}[${name}="${CSS.escape(value)}"]`;
  const test = testIdOf(el);
  const candidates = [];
  if (test) candidates.push(`[${test.attribute}="${CSS.escape(test.value)}"]`);
  const id = el.getAttribute("id");
  if (id && !GENERATED.test(id)) candidates.push(`#${CSS.escape(id)}`);
  const name = el.getAttribute("name");
  if (name) {
    const value = el.type === "radio" || el.type === "checkbox" ? el.getAttribute("value") : null;
    candidates.push(value ? `${quoted("name", name)}[value="${CSS.escape(value)}"]` : quoted("name", name));
  }
  for (const attribute of ["aria-label", "placeholder", "title", "alt"]) {
    const value = el.getAttribute(attribute);
    if (value && value.length <= 60) candidates.push(quoted(attribute, value));
  }
  return candidates.find((selector) => isOnly(root, selector, el)) ?? "";
}

/** CSS steps from the nearest stable ancestor; " >>> " enters a shadow root (frames are joined in Python). */
function pathOf(el) {
  const steps = [];
  const root = el.getRootNode();
  for (let at = el; at && at !== root; at = at.parentElement) {
    const own = ownSelector(at, root);
    if (own) {
      steps.unshift(own);
      break;
    }
    const tag = at.tagName.toLowerCase();
    const alike = at.parentElement ? [...kidsOf(at.parentElement)].filter((other) => other.tagName === at.tagName) : [];
    steps.unshift(alike.length > 1 ? `${tag}:nth-of-type(${alike.indexOf(at) + 1})` : tag);
  }
  const path = steps.join(" > ");
  return root instanceof ShadowRoot ? `${pathOf(root.host)} >>> ${path}` : path;
}

const NEAR = 160; // characters of the words around a thing that still tell it from others
const CROWD = 400; // elements of one kind that are looked through for others of the same name

const ROW = 'tr, li, article, [role="row"], [role="listitem"], [role="option"]';

// The words of a group without those of `el` itself; null if there are none, "" if it is half a page.
function besides(at, name) {
  if ((at.textContent?.length ?? 0) > 4 * NEAR) return "";
  const words = tidy(contentOf(at));
  const rest = tidy(name ? words.replace(name, " ") : words);
  return rest ? rest.slice(0, NEAR) : null;
}

// The words that tell `el` from others: of its row, of the largest group without one of its `twins`, or else of the
// smallest group that has words besides its own.
function nearOf(el, name, twins) {
  const alone = (at) => !twins.some((twin) => at.contains(twin));
  const row = el.closest(ROW);
  if (row && row !== el && alone(row)) return besides(row, name) ?? "";
  let best = "";
  for (let at = parentOf(el); at && at !== document.body && alone(at); at = parentOf(at)) {
    const words = besides(at, name);
    if (words === "") break;
    if (words !== null) best = words;
    if (best && !twins.length) break;
  }
  return best;
}

// Others in its document that show themselves under the same role and name.
function twinsOf(el, role, name) {
  const others = el.getRootNode().querySelectorAll(el.tagName);
  const found = [];
  for (let n = 0; n < Math.min(others.length, CROWD); n += 1) {
    const other = others[n];
    if (other !== el && roleOf(other) === role && other.checkVisibility() && nameOf(other) === name) found.push(other);
  }
  return found;
}

// The thing that a person would say was clicked: the control around the innermost node, or the one that its label names.
function actorOf(node) {
  for (let at = node; at; at = parentOf(at)) {
    if (at.tagName === "LABEL" && at.control) return at.control;
    if (interest(at) === 2) return at;
  }
  return node;
}

// The native list that `el` is, or is an option of.
function selectOf(el) {
  return el instanceof HTMLOptionElement ? el.closest("select") : el instanceof HTMLSelectElement ? el : null;
}

function kindOf(el) {
  if (selectOf(el)) return "select";
  if (el instanceof HTMLInputElement && el.type === "file") return "file";
  if (el instanceof HTMLInputElement && (POPUP_TYPES.has(el.type) || el.type === "range")) return "value";
  if (isEditable(el, true)) return el.isContentEditable ? "rich" : "text";
  return "other";
}

// "MDY", "DMY" or "YMD": the order in which this browser's users write dates.
function dateOrder() {
  const parts = new Intl.DateTimeFormat(navigator.language).formatToParts(new Date(2026, 11, 31));
  return parts.map((part) => ({ year: "Y", month: "M", day: "D" })[part.type] ?? "").join("");
}

// `alone`: the words around it are those that it would have without its twins.
function facts(el, alone = false) {
  const rect = el.getBoundingClientRect();
  const role = roleOf(el);
  const name = interest(el) || !el.querySelector("a, button, input, select, textarea") ? nameOf(el) : ""; // no whole page
  const twins = twinsOf(el, role, name);
  return {
    role,
    name,
    near: nearOf(el, name, alone ? [] : twins),
    alike: twins.length,
    tag: el.tagName.toLowerCase(),
    test_id: testIdOf(el)?.value ?? "",
    path: pathOf(el),
    input_type: el instanceof HTMLInputElement ? el.type : "",
    box: [rect.left, rect.top, rect.right, rect.bottom],
    kind: kindOf(el),
    disabled: isDisabled(el),
    readonly: el.readOnly === true && isEditable(el, true),
    focused: el === activeElement(),
  };
}

/** Begins an action at what has the focus; says which of `frames` that is in, -1 for this document. */
function arm({ frames }) {
  state.armed = true;
  state.field = null;
  return frames.indexOf(activeElement());
}

function frameUnder(el, frames) {
  const rect = el.getBoundingClientRect();
  const scale = el.offsetWidth ? rect.width / el.offsetWidth : 1;
  const style = getComputedStyle(el);
  return {
    frame: frames.indexOf(el),
    path: pathOf(el),
    x: rect.left + (el.clientLeft + parseFloat(style.paddingLeft)) * scale,
    y: rect.top + (el.clientTop + parseFloat(style.paddingTop)) * scale,
    scale,
  };
}

/** What a click at (x, y) of this frame's view meets; begins an action there. */
function aim({ x, y, frames }) {
  arm({ frames });
  const node = deepest(x, y);
  if (!node) return { met: null, under: null };
  if (node.tagName === "IFRAME" || node.tagName === "FRAME") {
    state.target = node;
    return { met: facts(node), under: frameUnder(node, frames) };
  }
  state.target = actorOf(node);
  return { met: facts(state.target), under: null };
}

/** How far the view at (x, y), or the main one without a place, can still scroll; begins an action there. */
function aimScroll({ x, y, across, down }) {
  arm({ frames: [] });
  const can = (el) => {
    const style = getComputedStyle(el);
    const isRoot = el === document.scrollingElement;
    const free = (overflow) => (isRoot ? overflow !== "hidden" && overflow !== "clip" : /auto|scroll/.test(overflow));
    const after = (position, size, view, sign) => (sign > 0 ? position + view < size - 1 : position > 0);
    if (down && free(style.overflowY) && after(el.scrollTop, el.scrollHeight, el.clientHeight, down)) return true;
    return across !== 0 && free(style.overflowX) && after(Math.abs(el.scrollLeft), el.scrollWidth, el.clientWidth, across);
  };
  let from = x === null ? scroller() : deepest(x, y);
  const box = from && x === null ? inView(from.getBoundingClientRect()) : null;
  const spot = box ? [(box.left + box.right) / 2, (box.top + box.bottom) / 2] : [x ?? innerWidth / 2, y ?? innerHeight / 2];
  if (from && (from.tagName === "IFRAME" || from.tagName === "FRAME")) return { spot, moves: null, version: state.version };
  for (; from; from = parentOf(from)) if (can(from)) return { spot, moves: true, version: state.version };
  return { spot, moves: Boolean(document.scrollingElement && can(document.scrollingElement)), version: state.version };
}
