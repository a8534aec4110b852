"""`uiautomator dump`: the window in front as XML, in the form that Android's own tool writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from envs.demo.phone.interpreter import Call
from envs.demo.phone.system import System

_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
_DEFAULT = "/sdcard/window_dump.xml"


async def uiautomator(system: System, call: Call) -> int:
    """`uiautomator dump [--compressed] [FILE]`; /dev/tty is standard output."""
    words = call.arguments
    if words[:1] != ["dump"]:
        call.complain("Usage: uiautomator dump [--compressed] [file]")
        return 1
    path = next((word for word in words[1:] if not word.startswith("--")), _DEFAULT)
    xml = await _dump(system)
    if path == "/dev/tty":
        call.stdout += xml
    else:
        try:
            system.files.write(path, xml)
        except OSError as error:
            call.complain(f"ERROR: could not write {path}: {error}")
            return 1
    call.say(f"UI hierchary dumped to: {path}")  # spelt as on every phone
    return 0


async def _dump(system: System) -> bytes:
    hierarchy = Element("hierarchy", rotation=str(system.screen.rotation))
    tree = await system.screen.evaluate(_SCRIPT)
    if tree:
        _add(hierarchy, tree, 0, system.screen.size.scale)
    return b"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>" + tostring(hierarchy)


def _add(parent: Element, view: dict[str, Any], index: int, scale: float) -> None:
    left, top, right, bottom = (round(value * scale) for value in view["bounds"])

    def flag(name: str) -> str:
        return "true" if view[name] else "false"

    node = SubElement(
        parent,
        "node",
        {
            "index": str(index),
            "text": view["text"],
            "resource-id": view["id"],
            "class": view["class"],
            "package": view["package"],
            "content-desc": view["label"],
            "checkable": flag("checkable"),
            "checked": flag("checked"),
            "clickable": flag("clickable"),
            "enabled": flag("enabled"),
            "focusable": flag("focusable"),
            "focused": flag("focused"),
            "scrollable": flag("scrollable"),
            "long-clickable": flag("held"),
            "password": flag("password"),
            "selected": flag("selected"),
            "bounds": f"[{left},{top}][{right},{bottom}]",
        },
    )
    for number, child in enumerate(view["children"]):
        _add(node, child, number, scale)


PROGRAMS = {"uiautomator": uiautomator}
