"""`screencap` and `wm`: what the screen shows, and how large it is."""

from __future__ import annotations

import asyncio
import struct

from envs.demo.phone.interpreter import Call
from envs.demo.phone.screen import pixels_of
from envs.demo.phone.system import System

_RGBA_8888, _SRGB = 1, 1
_USAGE = "usage: screencap [-hp] [-d display-id] [FILENAME]"


async def screencap(system: System, call: Call) -> int:
    """A PNG with -p, or with a file that is called so; else width, height, format and colour space, then RGBA."""
    words, png, path = call.arguments, False, ""
    while words:
        word = words.pop(0)
        if word == "-p":
            png = True
        elif word == "-d" and words:
            words.pop(0)
        elif word.startswith("-") or path:
            call.complain(_USAGE)
            return 1
        else:
            path = word
    picture = await system.photograph()
    if not (png or path.lower().endswith(".png")):
        width, height, rows = await asyncio.to_thread(pixels_of, picture)
        picture = struct.pack("<4I", width, height, _RGBA_8888, _SRGB) + rows
    if not path:
        call.stdout += picture
        return 0
    try:
        system.files.write(path, picture)
    except OSError as error:
        call.complain(f"Error opening file: {path} ({error})")
        return 1
    return 0


async def wm(system: System, call: Call) -> int:
    """`wm size` and `wm density` of the screen held upright; `wm dismiss-keyguard`."""
    width, height = system.screen.size.pixels
    match call.arguments:
        case ["size"]:
            call.say(f"Physical size: {width}x{height}")
        case ["density"]:
            call.say(f"Physical density: {system.screen.size.density}")
        case ["size" | "density", "reset"]:
            pass
        case ["size" | "density", *_]:
            call.complain("Error: the virtual phone's screen cannot be given another size")
            return 255
        case ["dismiss-keyguard"]:
            if (await system.windows()).locked and not system.pin:
                await system.unlock()
        case _:
            call.complain("Unknown command: " + " ".join(call.arguments))
            return 255
    return 0


PROGRAMS = {"screencap": screencap, "wm": wm}
