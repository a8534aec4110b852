// Roles, names, values and states as a screen reader would say them; enough of ARIA for what people act on.

const LONGEST = 200; // code points of a name or a value
const CAPTION_LEVELS = 4;

const POPUP_TYPES = new Set(["date", "time", "month", "week", "datetime-local", "color"]);
const TEXT_TYPES = new Set(["text", "email", "tel", "url", "password", "search", "number", ""]);
const BUTTON_TYPES = new Set(["button", "submit", "reset", "image"]);
const INPUT_ROLES = {
  checkbox: "checkbox", radio: "radio", range: "slider", number: "spinbutton", search: "searchbox",
  button: "button", submit: "button", reset: "button", image: "button", file: "button",
};
const TAG_ROLES = { BUTTON: "button", SUMMARY: "button", TEXTAREA: "textbox", OPTION: "option" };
const INTERACTIVE_ROLES = new Set([
  "button", "link", "textbox", "searchbox", "combobox", "listbox", "option", "checkbox", "radio", "switch", "slider",
  "spinbutton", "tab", "menuitem", "menuitemcheckbox", "menuitemradio", "treeitem", "gridcell",
]);
const NAMED_BY_CONTENT = new Set([
  "button", "link", "option", "checkbox", "radio", "switch", "tab", "menuitem", "menuitemcheckbox", "menuitemradio",
  "treeitem", "gridcell", "generic", "heading",
]);

// A form hides its own properties behind fields of the same name: <input name="children"> is form.children.
const childrenGetter = Object.getOwnPropertyDescriptor(Element.prototype, "children").get;

function kidsOf(el) {
  return childrenGetter.call(el);
}

function tidy(text) {
  const flat = String(text ?? "").replace(/[\s\u00a0]+/g, " ").trim();
  if (flat.length <= LONGEST) return flat;
  const points = [...flat.slice(0, 2 * LONGEST + 2)]; // code points, so that no character is cut in two
  return points.length > LONGEST ? `${points.slice(0, LONGEST - 1).join("")}…` : flat;
}

function parentOf(node) {
  if (node.assignedSlot) return node.assignedSlot;
  return node.parentElement ?? (node.parentNode instanceof ShadowRoot ? node.parentNode.host : null);
}

function childrenOf(node) {
  if (node.shadowRoot) return node.shadowRoot.childNodes;
  if (node instanceof HTMLSlotElement) {
    const assigned = node.assignedNodes();
    if (assigned.length) return assigned;
  }
  return node.childNodes;
}

function holds(ancestor, node) {
  for (let at = node; at; at = parentOf(at)) if (at === ancestor) return true;
  return false;
}

function activeElement() {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active === document.body ? null : active;
}

function roleOf(el) {
  const asked = (el.getAttribute("role") ?? "").trim().split(/\s+/)[0].toLowerCase();
  if (asked && asked !== "presentation" && asked !== "none") return asked;
  if (el instanceof HTMLInputElement) {
    if (el.list && TEXT_TYPES.has(el.type)) return "combobox";
    return INPUT_ROLES[el.type] ?? "textbox";
  }
  if (el instanceof HTMLSelectElement) return el.multiple || el.size > 1 ? "listbox" : "combobox";
  if ((el.tagName === "A" || el.tagName === "AREA") && el.hasAttribute("href")) return "link";
  if (el.isContentEditable) return "textbox";
  if (/^H[1-6]$/.test(el.tagName)) return "heading";
  return TAG_ROLES[el.tagName.toUpperCase()] ?? "generic";
}

// The words inside a node as they are read out: hidden parts and the values of controls left out.
function textOf(node, skip = null) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (!(node instanceof Element) || node === skip) return "";
  if (["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE", "SELECT", "TEXTAREA", "INPUT"].includes(node.tagName)) return "";
  if (node.getAttribute("aria-hidden") === "true" || !node.checkVisibility()) return "";
  const label = node.getAttribute("aria-label");
  if (label) return ` ${label} `;
  if (node.tagName === "IMG") return ` ${node.alt} `;
  if (node.tagName === "svg") return ` ${node.querySelector("title")?.textContent ?? ""} `;
  const inside = contentOf(node, skip);
  return getComputedStyle(node).display.startsWith("inline") ? inside : ` ${inside} `;
}

function contentOf(node, skip = null) {
  return [...childrenOf(node)].map((child) => textOf(child, skip)).join("");
}

function referenced(el, attribute) {
  const ids = el.getAttribute(attribute)?.trim().split(/\s+/) ?? [];
  return ids.map((id) => el.getRootNode().getElementById?.(id)).filter(Boolean);
}

function nameOf(el) {
  const by = tidy(referenced(el, "aria-labelledby").map((part) => part.getAttribute("aria-label") || part.textContent).join(" "));
  if (by) return by;
  const label = tidy(el.getAttribute("aria-label"));
  if (label) return label;
  if (el instanceof HTMLInputElement && BUTTON_TYPES.has(el.type)) {
    const words = el.type === "image" ? el.alt : el.value;
    return tidy(words || el.getAttribute("title") || { submit: "Submit", reset: "Reset", image: "Submit" }[el.type]);
  }
  const labels = tidy([...(el.labels ?? [])].map((part) => textOf(part, el)).join(" "));
  if (labels) return labels;
  const content = NAMED_BY_CONTENT.has(roleOf(el)) ? tidy(textOf(el)) : "";
  return content || tidy(el.getAttribute("alt")) || tidy(el.getAttribute("title")) || tidy(el.getAttribute("placeholder"))
    || tidy(el.getAttribute("aria-placeholder"));
}

// The boxes or buttons that answer the same question: those of one form with the same name.
function choicesWith(el) {
  const name = el instanceof HTMLInputElement ? el.getAttribute("name") : "";
  if (!name) return [el];
  const alike = el.getRootNode().querySelectorAll(`input[type="${el.type}"][name="${CSS.escape(name)}"]`);
  return [...alike].filter((other) => other.form === el.form);
}

// The words before the first of some choices, up to the control before them: a question without a fieldset.
function captionOf(choices) {
  const first = choices[0].closest("label") ?? choices[0];
  let at = parentOf(first);
  while (at && !choices.every((other) => at.contains(other))) at = parentOf(at);
  const range = document.createRange();
  for (let level = 0; at && level < CAPTION_LEVELS && !["FORM", "BODY"].includes(at.tagName); level += 1, at = parentOf(at)) {
    if (first.getRootNode() !== at.getRootNode()) return "";
    range.setStart(at, 0);
    range.setEndBefore(first);
    const before = range.cloneContents();
    const controls = before.querySelectorAll("input, select, textarea, button");
    if (controls.length) {
      range.selectNodeContents(before);
      range.setStartAfter(controls[controls.length - 1].closest("label") ?? controls[controls.length - 1]);
    }
    const words = tidy(range.toString());
    if (words || controls.length) return words;
  }
  return "";
}

function groupOf(el) {
  const choices = choicesWith(el);
  for (let at = parentOf(el); at; at = parentOf(at)) {
    const role = at.getAttribute("role");
    if (!(at instanceof HTMLFieldSetElement) && role !== "radiogroup" && role !== "group") continue;
    const others = [...at.querySelectorAll("input, select, textarea")].some((other) => !choices.includes(other));
    const caption = others && choices.length > 1 ? captionOf(choices) : "";
    const legend = [...kidsOf(at)].find((child) => child instanceof HTMLLegendElement);
    const name = caption || (legend ? tidy(textOf(legend)) : "") || nameOf(at);
    if (name) return name;
  }
  return choices.length > 1 ? captionOf(choices) : "";
}

function valueOf(el) {
  if (el instanceof HTMLInputElement) {
    if (el.type === "password") return "•".repeat(el.value.length);
    if (el.type === "file") return tidy([...el.files].map((file) => file.name).join(", "));
    return BUTTON_TYPES.has(el.type) || el.type === "checkbox" || el.type === "radio" ? "" : tidy(el.value);
  }
  if (el instanceof HTMLTextAreaElement) return tidy(el.value);
  if (el instanceof HTMLSelectElement) return tidy([...el.selectedOptions].map((option) => option.label).join(", "));
  if (el.isContentEditable) return tidy(el.innerText);
  const said = el.getAttribute("aria-valuetext") ?? el.getAttribute("aria-valuenow");
  if (said) return tidy(said);
  return roleOf(el) === "combobox" ? tidy(el.querySelector("input")?.value ?? contentOf(el)) : "";
}

function isDisabled(el) {
  return el.matches(":disabled") || Boolean(el.closest('[aria-disabled="true"]'));
}

function isMultiline(el) {
  return el instanceof HTMLTextAreaElement || el.getAttribute("aria-multiline") === "true"
    || (el.isContentEditable && el.getAttribute("aria-multiline") !== "false");
}

function statesOf(el, active) {
  const aria = (name) => el.getAttribute(`aria-${name}`);
  const states = [];
  if (el.checked === true || aria("checked") === "true") states.push("checked");
  if (el.indeterminate === true || aria("checked") === "mixed") states.push("mixed");
  if (aria("selected") === "true" || (el instanceof HTMLOptionElement && el.selected)) states.push("selected");
  if (aria("pressed") === "true") states.push("pressed");
  if (aria("current") && aria("current") !== "false") states.push("current");
  if (isDisabled(el)) states.push("disabled");
  if (el.required === true || aria("required") === "true") states.push("required");
  if ((aria("invalid") && aria("invalid") !== "false") || el.matches(":user-invalid")) states.push("invalid");
  if (el === active) states.push("focused");
  const details = el.tagName === "SUMMARY" ? el.parentElement : null;
  const expanded = details instanceof HTMLDetailsElement ? String(details.open) : aria("expanded");
  if (expanded === "true") states.push("expanded");
  if (expanded === "false") states.push("collapsed");
  if ((el.readOnly === true && isEditable(el, true)) || aria("readonly") === "true") states.push("readonly");
  if (isMultiline(el)) states.push("multiline");
  if (el.multiple === true) states.push("multiple");
  return states;
}

function isEditable(el, readOnlyToo = false) {
  if (el instanceof HTMLTextAreaElement) return readOnlyToo || !el.readOnly;
  if (el instanceof HTMLInputElement) {
    const typed = TEXT_TYPES.has(el.type) || POPUP_TYPES.has(el.type) || el.type === "range";
    return typed && (readOnlyToo || !el.readOnly);
  }
  return el?.isContentEditable === true; // also false for null
}
