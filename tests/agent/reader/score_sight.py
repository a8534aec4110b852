"""How well the reader sees: its widgets against the page's own structure, on pages of many styles.

    python -m tests.agent.reader.score_sight [--out FOLDER] [PAGE …]

The truth (boxes, kinds, labels, states) comes from the DOM of a real Chromium; the reader gets the picture only.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright
from rapidfuzz import fuzz

from agent.reader.scene import Rect, Scene, Widget
from agent.reader.sight import Sight
from envs.web.browser import launch

PAGES = Path(__file__).parent / "pages"
FORMS = Path(__file__).parents[2] / "forms" / "dev"
SETTINGS = ((1280, 800, 1.0), (1280, 800, 2.0), (390, 844, 3.0), (1920, 1080, 1.0))
"""(width, height, density) of the screens to look at: a laptop, a sharp laptop, a phone, a large screen."""

_TRUTH = """() => {
  const kindOf = e => {
    const t = e.tagName.toLowerCase(), y = (e.type || '').toLowerCase();
    if (t === 'a') return 'link';
    if (t === 'button' || ['submit', 'button', 'reset'].includes(y)) return 'button';
    if (t === 'select' || t === 'textarea') return t;
    if (e.getAttribute('role') === 'switch') return 'switch';
    if (['checkbox', 'radio', 'date', 'file'].includes(y)) return y;
    return 'field';
  };
  const text = s => (s || '').replace(/\\s+/g, ' ').trim();
  const out = [];
  for (const e of document.querySelectorAll('input, textarea, select, button, a[href]')) {
    const kind = kindOf(e), shape = e.closest('[data-box]') || e, r = shape.getBoundingClientRect();
    if (r.width < 3 || r.height < 3 || e.type === 'hidden') continue;
    const x = r.left + r.width / 2, y = r.top + r.height / 2;
    if (r.top < 0 || r.left < 0 || r.bottom > innerHeight || r.right > innerWidth) {
      out.push({kind: 'cut', box: [
        Math.max(0, r.left), Math.max(0, r.top), Math.min(innerWidth, r.right), Math.min(innerHeight, r.bottom)]});
      continue;
    }
    const top = document.elementFromPoint(x, y);
    if (!top || !(shape.contains(top) || top.contains(e))) continue;
    if (getComputedStyle(e).opacity === '0') continue;
    const label = e.labels && e.labels.length ? e.labels[0].cloneNode(true) : null;
    if (label) label.querySelectorAll('input, select, textarea').forEach(n => n.remove());
    const said = e.getAttribute('aria-label') || (label ? label.textContent : e.placeholder);
    const name = kind === 'button' || kind === 'link' ? (e.innerText || e.value) : said;
    const set = e.closest('fieldset'), legend = set && set.querySelector('legend');
    out.push({kind: e.hasAttribute('data-skip') ? 'skip' : kind, name: text(name),
      group: e.dataset.group || text(legend && legend.textContent),
      value: kind === 'select' ? text(e.selectedOptions[0] && e.selectedOptions[0].text) : (e.value || ''),
      checked: ['checkbox', 'radio', 'switch'].includes(kind) ? e.checked : null, type: e.type || '',
      box: [r.left, r.top, r.right, r.bottom]});
  }
  return out;
}"""


@dataclass
class Truth:
    """One control of a page as its DOM tells; `box` is in pixels of the screenshot."""

    kind: str
    box: Rect
    name: str = ""
    group: str = ""
    value: str = ""
    checked: bool | None = None
    input_type: str = ""


async def look(browser: Browser, html: str, width: int, height: int, density: float) -> tuple[bytes, list[Truth]]:
    """A screenshot of a page, and what truly stands on it."""
    page: Page = await browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=density)
    try:
        await page.set_content(html)
        return await page.screenshot(animations="disabled"), [_truth(e, density) for e in await page.evaluate(_TRUTH)]
    finally:
        await page.close()


def _truth(element: dict[str, Any], density: float) -> Truth:
    return Truth(
        kind=element["kind"],
        box=Rect(*(v * density for v in element["box"])),
        name=element.get("name", ""),
        group=element.get("group", ""),
        value=element.get("value", ""),
        checked=element.get("checked"),
        input_type=element.get("type", ""),
    )


def pages(names: Sequence[str] = ()) -> dict[str, str]:
    """The HTML of every page here, and of the first page of every practice form, by name."""
    found = {path.stem: path.read_text() for path in sorted(PAGES.glob("*.html"))}
    if FORMS.is_dir():
        from jinja2 import Environment, FileSystemLoader

        for folder in sorted(p for p in FORMS.iterdir() if (p / "index.html").is_file()):
            template = Environment(loader=FileSystemLoader(folder), autoescape=True).get_template("index.html")
            found[f"form:{folder.name}"] = template.render(v={}, errors={})
    return {name: html for name, html in found.items() if not names or name in names}


@dataclass
class Pair:
    truth: Truth
    widget: Widget | None


def match(truths: list[Truth], scene: Scene) -> tuple[list[Pair], list[Widget]]:
    """Each true control with the widget that covers it best, and the widgets that cover none."""
    free = list(scene.widgets)
    pairs = []
    for truth in truths:
        best = max(free, key=lambda w: overlap(truth.box, w.box) if w.box else 0.0, default=None)
        if best is None or best.box is None or overlap(truth.box, best.box) < 0.4:
            best = None
        else:
            free.remove(best)
        if truth.kind not in ("cut", "skip"):
            pairs.append(Pair(truth, best))
    return pairs, free


def overlap(one: Rect, other: Rect) -> float:
    """Intersection over union."""
    wide = min(one.right, other.right) - max(one.left, other.left)
    tall = min(one.bottom, other.bottom) - max(one.top, other.top)
    if wide <= 0 or tall <= 0:
        return 0.0
    return wide * tall / (one.width * one.height + other.width * other.height - wide * tall)


def same_label(truth: str, seen: str) -> bool:
    """Equal but for required marks, colons, blanks and the letters that OCR confuses."""

    def plain(text: str) -> str:
        return "".join(c for c in text.casefold().replace("l", "i").replace("0", "o") if c.isalnum())

    return plain(truth) == plain(seen) or fuzz.ratio(plain(truth), plain(seen)) >= 90


class Score:
    """Counts over all pages, by kind of control."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.faults: list[str] = []

    def add(self, name: str, truths: list[Truth], scene: Scene) -> None:
        pairs, extra = match(truths, scene)
        for pair in pairs:
            self._pair(name, pair)
        for widget in extra:
            self.counts[widget.kind]["false"] += 1
            self.faults.append(f"{name}: false {widget.kind} {widget.label!r} {_short(widget.box)}")

    def _pair(self, name: str, pair: Pair) -> None:
        truth, widget, row = pair.truth, pair.widget, self.counts[pair.truth.kind]
        row["there"] += 1
        if widget is None or widget.box is None:
            self.faults.append(f"{name}: missed {truth.kind} {truth.name!r} {_short(truth.box)}")
            return
        row["found"] += 1
        kind_right = widget.kind == truth.kind or (truth.kind == "link" and widget.kind == "button")
        row["kind"] += kind_right
        row["iou"] += round(1000 * overlap(truth.box, widget.box))
        if not kind_right:
            self.faults.append(f"{name}: {truth.kind} {truth.name!r} seen as {widget.kind}")
        right = not truth.name or same_label(truth.name, widget.label)
        row["label"] += right
        if not right:
            self.faults.append(f"{name}: label of {truth.kind} {truth.name!r} seen as {widget.label!r}")
        if truth.group and truth.checked is not None and not same_label(truth.group, widget.group):
            self.faults.append(f"{name}: group of {truth.name!r}, {truth.group!r}, seen as {widget.group!r}")
            row["state wrong"] += 1
        if truth.checked is not None and truth.checked != widget.checked:
            self.faults.append(f"{name}: {truth.kind} {truth.name!r} seen as checked={widget.checked}")
            row["state wrong"] += 1
        masked = truth.kind == "date" or truth.input_type == "password"
        if (
            truth.kind in ("field", "select", "textarea", "date")
            and not masked
            and not same_label(truth.value, widget.value)
        ):
            sure = "surely " if widget.value_sure else ""
            self.faults.append(f"{name}: value of {truth.name!r}, {truth.value!r}, {sure}seen as {widget.value!r}")
            row["state wrong"] += 1

    def table(self) -> str:
        rows = [f"{'kind':<10} there found  kind label  IoU  state wrong  false"]
        for kind, row in sorted(self.counts.items(), key=lambda item: -item[1]["there"]):
            iou = row["iou"] / 1000 / row["found"] if row["found"] else 0.0
            rows.append(
                f"{kind:<10} {row['there']:>5} {row['found']:>5} {row['kind']:>5} {row['label']:>5} {iou:>5.2f}"
                f" {row['state wrong']:>11} {row['false']:>6}"
            )
        return "\n".join(rows)


def _short(box: Rect | None) -> str:
    return str(tuple(round(v) for v in box)) if box else ""


def draw(screenshot: bytes, scene: Scene, path: Path) -> None:
    """The scene drawn over its picture, to look at with one's own eyes."""
    import cv2
    import numpy as np

    image = cv2.imdecode(np.frombuffer(screenshot, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    for text in scene.texts:
        cv2.rectangle(image, *_corners(text.box), (0, 200, 0), 1)
    for widget in scene.widgets:
        if widget.box is not None:
            cv2.rectangle(image, *_corners(widget.box), (0, 0, 255), 2)
            said = f"{widget.kind} {'x' if widget.checked else ''}"
            at = (int(widget.box.left), int(widget.box.top) - 2)
            cv2.putText(image, said, at, cv2.FONT_HERSHEY_SIMPLEX, scene.line / 40, (255, 0, 255), 1)
    cv2.imwrite(str(path), image)


def _corners(box: Rect) -> tuple[tuple[int, int], tuple[int, int]]:
    return (round(box.left), round(box.top)), (round(box.right), round(box.bottom))


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("pages", nargs="*")
    parser.add_argument("--out", type=Path, help="a folder for pictures with the scene drawn in")
    parser.add_argument("--only", type=int, default=-1, help="one of the settings, by number")
    parser.add_argument("--browser", help="the browser to use; else the first that there is")
    given = parser.parse_args()
    sight, total = Sight(), Score()
    async with async_playwright() as playwright:
        browser = await launch(playwright, path=given.browser, headless=True, patience=30)
        for width, height, density in SETTINGS if given.only < 0 else SETTINGS[given.only :][:1]:
            score, spent, count = Score(), 0.0, 0
            for name, html in pages(given.pages).items():
                screenshot, truths = await look(browser, html, width, height, density)
                start = time.perf_counter()
                scene = sight.read(screenshot, full=True)
                spent, count = spent + time.perf_counter() - start, count + 1
                score.add(f"{name}@{width}x{density:g}", truths, scene)
                total.add(f"{name}@{width}x{density:g}", truths, scene)
                if given.out:
                    given.out.mkdir(parents=True, exist_ok=True)
                    draw(screenshot, scene, given.out / f"{name.replace(':', '-')}-{width}-{density:g}.png")
            print(f"\n{width}x{height} at {density:g}x, {spent / max(1, count):.2f} s a screen\n{score.table()}")
        await browser.close()
    print("\nall\n" + total.table())
    print("\n".join(sorted(total.faults)))


if __name__ == "__main__":
    asyncio.run(main())
