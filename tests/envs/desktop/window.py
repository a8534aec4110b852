"""A program with a window for tests: says where its parts are, and everything that is done to them, as lines of JSON.

Run as: python window.py FILE. The first line of FILE holds the places of all parts in pixels of the root.
"""

from __future__ import annotations

import json
import signal
import sys
import tkinter as tk
from typing import Any

file = open(sys.argv[1], "w", encoding="utf-8")  # noqa: SIM115  # open as long as the program runs


def say(**facts: Any) -> None:
    file.write(json.dumps(facts) + "\n")
    file.flush()


def place(widget: tk.Misc) -> list[int]:
    x, y = widget.winfo_rootx(), widget.winfo_rooty()
    return [x, y, x + widget.winfo_width(), y + widget.winfo_height()]


root = tk.Tk()
root.title("Test window")
root.geometry("640x560+60+40")
line = tk.Entry(root, name="line", font=("DejaVu Sans", 12))
many = tk.Text(root, name="many", height=6, undo=True, font=("DejaVu Sans", 11))
pad = tk.Canvas(root, name="pad", height=120, background="#dde")
button = tk.Button(root, name="button", text="Go", command=lambda: say(did="pressed"))
clock = tk.Label(root, name="clock", text="0", width=20, font=("DejaVu Sans", 14))
late = tk.Button(root, name="late", text="Late")
for part in (line, many, pad, button, late, clock):
    part.pack(fill="x", padx=8, pady=4)


late.configure(command=lambda: late.configure(background="#00ff00", activebackground="#00ff00"))


def pointed(event: tk.Event[tk.Canvas]) -> None:
    say(did=str(event.type), button=event.num, x=event.x_root, y=event.y_root, state=event.state)


for name in ("Button", "ButtonRelease", "Motion", "Double-Button-1", "Triple-Button-1"):
    pad.bind(f"<{name}>", (lambda count: lambda event: say(did=count))(name) if "-" in name else pointed)
root.bind_all("<KeyPress>", lambda event: say(did="key", key=event.keysym, state=event.state), add="+")
root.bind_all("<Alt-KeyPress>", lambda event: say(did="key", key=event.keysym, state=event.state))
root.bind_all("<KeyRelease>", lambda event: say(did="key up", key=event.keysym), add="+")

held: dict[str, str] = {}


def watch() -> None:
    """Says what the fields hold, whenever that has changed."""
    now = {"line": line.get(), "many": many.get("1.0", "end-1c")}
    if now != held:
        held.update(now)
        say(did="holds", **now)
    root.after(20, watch)


ticks = 0


def tick() -> None:
    global ticks
    ticks += 1
    clock.configure(text=f"tick {ticks}")
    root.after(150, tick)


def reset(*_: object) -> None:
    """As it was at first; asked for by a signal, which is heard at the next tick."""
    line.delete(0, "end")
    many.delete("1.0", "end")
    root.focus_force()
    held.clear()
    say(did="reset")


signal.signal(signal.SIGUSR1, reset)
root.update()
say(**{part.winfo_name(): place(part) for part in (line, many, pad, button, clock, late)})
watch()
if "--clock" in sys.argv:
    tick()
root.mainloop()
