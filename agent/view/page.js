"use strict";
// One step is shown at a time. Pictures lie in the page as text; only those of the step and its neighbours are decoded.
const rows = [...document.querySelectorAll("article")];
const frames = [...document.querySelectorAll("[data-row]")];
const where = document.getElementById("where");
const NEAR = 2, KEPT = 12; // rows on each side that are made ready, and that stay so
let at = -1;

function ready(row) {
  if (!rows[row]) return;
  for (const image of rows[row].querySelectorAll("img[data-picture]")) {
    const picture = document.getElementById("picture-" + image.dataset.picture);
    if (!picture || image.src) continue;
    image.src = `data:${picture.dataset.kind};base64,${picture.textContent}`;
    image.decode().catch(() => image.removeAttribute("src"));
  }
}

function show(row) {
  row = Math.max(0, Math.min(rows.length - 1, row));
  if (row === at || !rows.length) return;
  if (at >= 0) {
    rows[at].hidden = true;
    frames[at].removeAttribute("aria-current");
  }
  at = row;
  ready(at);
  rows[at].hidden = false;
  frames[at].setAttribute("aria-current", "step");
  frames[at].scrollIntoView({ block: "nearest", inline: "center" });
  where.textContent = `${at + 1} of ${rows.length}`;
  document.getElementById("previous").disabled = at === 0;
  document.getElementById("next").disabled = at === rows.length - 1;
  history.replaceState(null, "", "#step-" + (at + 1));
  setTimeout(() => {
    for (let n = 1; n <= NEAR; n += 1) { ready(row + n); ready(row - n); }
    rows.forEach((far, n) => {
      if (Math.abs(n - at) > KEPT) for (const image of far.querySelectorAll("img[src]")) image.removeAttribute("src");
    });
  });
}

const keys = {
  ArrowRight: () => show(at + 1), ArrowLeft: () => show(at - 1), l: () => show(at + 1), h: () => show(at - 1),
  Home: () => show(0), End: () => show(rows.length - 1),
  b: () => document.body.classList.toggle("boxless"),
  m: () => document.body.classList.toggle("sent-shown"),
  r: () => document.body.classList.toggle("unrecorded"),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
});
document.getElementById("previous").addEventListener("click", () => show(at - 1));
document.getElementById("next").addEventListener("click", () => show(at + 1));
for (const frame of frames) frame.addEventListener("click", () => show(Number(frame.dataset.row)));
const named = () => Number(/^#step-(\d+)$/.exec(location.hash)?.[1] ?? 1) - 1;
addEventListener("hashchange", () => show(named()));
show(named());
