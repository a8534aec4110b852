// One pass over the document: what can be acted on in the view, in reading order (the order of the flat tree).

const CONTROLS = new Set(["BUTTON", "INPUT", "SELECT", "TEXTAREA", "SUMMARY", "OPTION", "A", "AREA", "LABEL"]);
const SAMPLES = [[0.5, 0.5], [0.5, 0.25], [0.5, 0.75], [0.25, 0.5], [0.75, 0.5], [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]];
const SMALLEST = 3; // CSS pixels; less than this is hidden on purpose

function deepest(x, y) {
  let met = document.elementFromPoint(x, y);
  while (met?.shadowRoot) {
    const inner = met.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === met) break;
    met = inner;
  }
  return met;
}

function inView(rect) {
  const left = Math.max(0, rect.left);
  const top = Math.max(0, rect.top);
  const right = Math.min(innerWidth, rect.right);
  const bottom = Math.min(innerHeight, rect.bottom);
  return right - left >= SMALLEST && bottom - top >= SMALLEST ? { left, top, right, bottom } : null;
}

function meets(el, x, y) {
  const met = deepest(x, y);
  if (!met) return false;
  if (holds(el, met)) return true;
  const label = met.closest("label");
  return label !== null && label.control === el && holds(el, met);
}

// A rectangle of `el` in the view whose centre reaches it, or null: a click goes to a box's centre.
function reachable(el) {
  const rects = [el.getBoundingClientRect(), ...(el.getClientRects().length > 1 ? el.getClientRects() : [])];
  for (const rect of rects) {
    const box = inView(rect);
    if (box && meets(el, (box.left + box.right) / 2, (box.top + box.bottom) / 2)) return box;
  }
  const box = inView(rects[0]);
  if (!box) return null;
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  for (const [across, down] of SAMPLES) {
    const x = box.left + width * across;
    const y = box.top + height * down;
    if (!meets(el, x, y)) continue;
    const halfWidth = Math.min(x - box.left, box.right - x, width / 4);
    const halfHeight = Math.min(y - box.top, box.bottom - y, height / 4);
    return { left: x - halfWidth, top: y - halfHeight, right: x + halfWidth, bottom: y + halfHeight };
  }
  return null;
}

function placeOf(el) {
  const own = reachable(el);
  if (own || !el.labels) return own;
  for (const label of el.labels) {
    const box = reachable(label);
    if (box) return box; // a control that is hidden behind its styled label is clicked through it
  }
  return null;
}

// 2: acts for certain; 1: looks as if it did (a hand for a pointer); 0: no.
function interest(el) {
  if (CONTROLS.has(el.tagName)) {
    if (el.tagName === "INPUT") return el.type === "hidden" ? 0 : 2;
    if (el.tagName === "A" || el.tagName === "AREA") return el.hasAttribute("href") || el.onclick ? 2 : pointed(el);
    if (el.tagName === "OPTION") return el.closest("select")?.matches("[multiple], [size]") && el.closest("select").size !== 1 ? 2 : 0;
    return el.tagName === "LABEL" ? 0 : 2;
  }
  const role = el.getAttribute("role");
  if (role && INTERACTIVE_ROLES.has(role.trim().toLowerCase())) return 2;
  if (el.isContentEditable && !el.parentElement?.isContentEditable) return 2;
  if (el.hasAttribute("tabindex") && el.tabIndex >= 0) return 2;
  if (el.hasAttribute("onclick") || el.onclick) return 2;
  return pointed(el);
}

function pointed(el) {
  if (getComputedStyle(el).cursor !== "pointer") return 0;
  const parent = parentOf(el);
  return parent && getComputedStyle(parent).cursor === "pointer" ? 0 : 1;
}

function describe(el, box, active) {
  const options = el instanceof HTMLSelectElement ? [...el.options].map((option) => tidy(option.label)) : [];
  const role = roleOf(el);
  return {
    role,
    name: nameOf(el),
    group: role === "radio" || role === "checkbox" ? groupOf(el) : "",
    value: valueOf(el),
    states: statesOf(el, active),
    options,
    placeholder: tidy(el.getAttribute("placeholder")),
    input_type: el instanceof HTMLInputElement ? el.type : "",
    box: [box.left, box.top, box.right, box.bottom],
  };
}

function frameSpot(el, frames) {
  const index = frames.indexOf(el);
  const rect = el.getBoundingClientRect();
  const view = index >= 0 ? inView(rect) : null;
  if (!view) return null;
  const shown = SAMPLES.some(([across, down]) =>
    holds(el, deepest(view.left + (view.right - view.left) * across, view.top + (view.bottom - view.top) * down)));
  if (!shown) return null;
  const scale = el.offsetWidth ? rect.width / el.offsetWidth : 1;
  const style = getComputedStyle(el);
  const x = rect.left + (el.clientLeft + parseFloat(style.paddingLeft)) * scale;
  const y = rect.top + (el.clientTop + parseFloat(style.paddingTop)) * scale;
  return { frame: index, x, y, scale, view: [view.left, view.top, view.right, view.bottom] };
}

function spots(frames) {
  return frames.map((el) => (el.isConnected ? frameSpot(el, frames) : null)).filter(Boolean);
}

function collect(frames) {
  const active = activeElement();
  const found = [];
  const seen = new Set();
  const visit = (node, inside) => {
    if (node instanceof Element) {
      if (node.shadowRoot) watch(node.shadowRoot);
      if (node.tagName === "IFRAME" || node.tagName === "FRAME") {
        const spot = frameSpot(node, frames);
        if (spot) found.push(spot);
        return;
      }
      if (node.tagName === "SCRIPT" || node.tagName === "STYLE" || node.tagName === "HEAD") return;
      const degree = interest(node);
      if (degree && !(degree === 1 && inside)) {
        const box = placeOf(node);
        if (box) {
          const entry = describe(node, box, active);
          const at = found.push(entry);
          seen.add(node);
          for (const child of childrenOf(node)) visit(child, true);
          // A mere hand over real controls is their backdrop, not a thing of its own.
          if (degree === 1 && found.length > at) found.splice(at - 1, 1);
          return;
        }
      }
    }
    for (const child of childrenOf(node)) visit(child, inside);
  };
  visit(document, false);
  return found;
}

function scroller() {
  const root = document.scrollingElement ?? document.documentElement;
  if (!root) return null;
  if (root.scrollHeight > root.clientHeight + 1 && getComputedStyle(root).overflowY !== "hidden") return root;
  let best = root;
  let area = 0;
  for (const el of document.querySelectorAll("main, div, section, article, ul, table")) {
    if (el.scrollHeight <= el.clientHeight + 1 || !el.clientHeight) continue;
    if (!/auto|scroll/.test(getComputedStyle(el).overflowY)) continue;
    const size = el.clientWidth * el.clientHeight;
    if (size > area && inView(el.getBoundingClientRect())) [best, area] = [el, size];
  }
  return best;
}

function scrollShares() {
  const main = scroller();
  if (!main) return [0, 0];
  const whole = main.scrollHeight || 1;
  const above = Math.max(0, main.scrollTop) / whole;
  const below = Math.max(0, whole - main.scrollTop - main.clientHeight) / whole;
  return [Math.min(1, above), Math.min(1, below)];
}

/** Everything that Python wants to know about this document at once. Ends the action that `aim` or `arm` began. */
function look({ elements, frames }) {
  const report = {
    version: state.version,
    url: location.href,
    title: document.title,
    scroll: scrollShares(),
    elements: elements ? collect(frames) : spots(frames),
    list: openList(),
    refused: state.refused ? { type: state.refused.type, name: nameOf(state.refused) } : null,
    invalid: state.invalid,
    held: held(),
    caret: isEditable(activeElement()),
    landmarks: landmarks(),
    status: performance.getEntriesByType("navigation")[0]?.responseStatus ?? 0,
  };
  state.early = document.readyState !== "complete";
  state.armed = false;
  state.refused = null;
  state.invalid = [];
  return report;
}
