"""A bare X window for tests that writes down the number of every button that is pressed over it: buttons.py FILE."""

from __future__ import annotations

import sys

from Xlib import X, display

link = display.Display()
window = link.screen().root.create_window(
    200, 150, 400, 300, 0, link.screen().root_depth, X.InputOutput, event_mask=X.ButtonPressMask
)
window.set_wm_name("Buttons")
window.map()
with open(sys.argv[1], "w") as file:
    while True:
        event = link.next_event()
        if event.type == X.ButtonPress:
            file.write(f"{event.detail}\n")
            file.flush()
