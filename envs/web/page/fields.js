// Typing and choosing.

function heldBy(el) {
  if (el instanceof HTMLInputElement && el.type === "password") return null;
  if (el instanceof HTMLSelectElement) return [...el.selectedOptions].map((option) => option.label.trim()).join(", ");
  if (el.isContentEditable) return el.innerText.replace(/\u00a0/g, " ").replace(/\n$/, "");
  if (!(el instanceof HTMLInputElement || el instanceof HTMLTextAreaElement)) return chosenBy(el);
  return el.value;
}

// What the owner of a list that the page draws says is chosen; null if it does not say.
function chosenBy(el) {
  if (el.getAttribute("role") === "listbox") {
    const marked = [...el.querySelectorAll('[role="option"][aria-selected="true"], [role="option"][aria-checked="true"]')];
    return marked.map(nameOf).join(", ") || null;
  }
  const field = el.querySelector('input:not([type="hidden"]), textarea');
  const said = field?.value || el.getAttribute("aria-valuetext") || contentOf(el, el.querySelector('[role="listbox"]'));
  return tidy(said) || null;
}

function longest(el) {
  return typeof el.maxLength === "number" && el.maxLength >= 0 ? el.maxLength : null;
}

/** The focused field, made ready for text: everything in it selected, or the caret at its end. Null without one. */
function prepare({ replace }) {
  const el = activeElement();
  if (!el || !(isEditable(el, true) || kindOf(el) === "select" || kindOf(el) === "file")) return null;
  state.armed = true;
  state.field = el;
  const about = facts(el);
  const before = heldBy(el);
  let keys = kindOf(el) === "rich" || el instanceof HTMLTextAreaElement; // editors follow real keys best
  if (!keys && about.kind === "text") {
    if (replace) el.select();
    else {
      try {
        el.setSelectionRange(el.value.length, el.value.length);
      } catch {
        keys = true; // email and number fields have no caret that a script may set
      }
    }
  }
  return { ...about, before, keys, multiline: isMultiline(el), longest: longest(el), order: dateOrder() };
}

/** The element that was aimed at. */
function target() {
  return state.target;
}

/** What the last field typed into holds now; null for a password or when it is gone. */
function held() {
  const el = state.field;
  return el && el.isConnected ? heldBy(el) : null;
}

/** Sets a value that cannot be typed (date, time, colour, range) with the events of a person's choice. */
function assign({ value }) {
  const el = state.field;
  state.refused = null; // its picker is not missed when its value is known
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(el, value);
  state.causing = true;
  channel.port2.postMessage(0);
  el.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  el.dispatchEvent(new Event("change", { bubbles: true }));
  return el.value;
}

// --- native lists ---

function optionsOf(select) {
  return [...select.options].map((option) => ({
    label: option.label.trim(),
    group: option.parentElement instanceof HTMLOptGroupElement ? option.parentElement.label : "",
    disabled: option.disabled || (option.parentElement instanceof HTMLOptGroupElement && option.parentElement.disabled),
    hidden: option.hidden || getComputedStyle(option).display === "none",
    selected: option.selected,
  }));
}

function openList() {
  const select = state.list;
  if (select && !(select.isConnected && select.checkVisibility() && !select.disabled)) state.list = null;
  if (!state.list) return null;
  const rect = select.getBoundingClientRect();
  return {
    name: nameOf(select),
    path: pathOf(select),
    box: [rect.left, rect.top, rect.right, rect.bottom],
    options: optionsOf(select),
  };
}

function closeList() {
  state.list = null;
}

/** The options of the native list that was aimed at. */
function nativeOptions() {
  const select = selectOf(state.target);
  return select ? optionsOf(select) : [];
}

/** Chooses an option of the open list, or of what was aimed at, with the events of a person's choice. */
function choose({ index }) {
  const select = state.list ?? selectOf(state.target);
  state.armed = true;
  state.list = null;
  state.field = select;
  const option = select.options[index];
  if (!option) return false;
  select.focus();
  if (option.selected && !select.multiple) return true;
  option.selected = true;
  state.causing = true;
  channel.port2.postMessage(0);
  select.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  select.dispatchEvent(new Event("change", { bubbles: true }));
  touch(select);
  return true;
}

// --- lists that the page draws itself ---

function drawnLists() {
  const owner = state.target;
  const around = [owner, owner?.closest('[role="combobox"]'), owner?.querySelector("input, [role=combobox]"), activeElement()];
  const owned = around.filter(Boolean).flatMap((el) => [...referenced(el, "aria-controls"), ...referenced(el, "aria-owns")]);
  const near = owned.filter((el) => el.checkVisibility() && el.querySelector('[role="option"]'));
  if (near.length) return near;
  const inside = owner?.closest('[role="listbox"]');
  if (inside) return [inside];
  return [...document.querySelectorAll('[role="listbox"]')].filter((el) => el.checkVisibility());
}

// Where one reads what was chosen in `list`: the control that opens it, or the list itself if it is always there.
function ownerOf(list) {
  const target = state.target;
  if (target && !list.contains(target)) {
    return target.closest('[role="combobox"]') ?? target.querySelector('[role="combobox"]') ?? target;
  }
  const id = list.id && CSS.escape(list.id);
  const control = id && list.getRootNode().querySelector(`[aria-controls~="${id}"], [aria-owns~="${id}"]`);
  return control || list;
}

function drawnItems() {
  return drawnLists().flatMap((list) => [...list.querySelectorAll('[role="option"]')]).filter((el) => el.checkVisibility());
}

/** The options of the list that the page shows for what was aimed at. */
function drawnOptions() {
  return drawnItems().map((el) => ({
    label: nameOf(el), group: "", disabled: isDisabled(el), hidden: false, selected: el.getAttribute("aria-selected") === "true",
  }));
}

/** Scrolls one of them into view and says where to click it. */
function reveal({ index }) {
  const el = drawnItems()[index];
  if (!el) return null;
  state.field = ownerOf(el.closest('[role="listbox"]') ?? el.parentElement);
  el.scrollIntoView({ block: "nearest", behavior: "instant" });
  const box = reachable(el);
  return box ? [(box.left + box.right) / 2, (box.top + box.bottom) / 2] : null;
}

/** The suggestions of a text field's datalist; empty without one. */
function suggestions() {
  const el = state.target;
  return el instanceof HTMLInputElement && el.list ? [...el.list.options].map((option) => option.value) : [];
}
