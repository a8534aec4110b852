"""A window with a small form, as a program of an older toolkit shows it: prints what was saved as JSON, and ends."""

from __future__ import annotations

import json
import tkinter as tk
from tkinter import ttk

root = tk.Tk()
root.title("New member")
name, email = tk.Entry(root, width=30), tk.Entry(root, width=30)
city = ttk.Combobox(root, values=["Berlin", "Lisbon", "Paris"], state="readonly")
for row, (label, widget) in enumerate((("Name:", name), ("Email:", email), ("City:", city))):
    tk.Label(root, text=label).grid(row=row, column=0, sticky="w", padx=8, pady=4)
    widget.grid(row=row, column=1, sticky="w", padx=8, pady=4)
payment, news = tk.StringVar(value="Monthly"), tk.BooleanVar()
choices = tk.Frame(root)
for choice in ("Monthly", "Yearly"):
    tk.Radiobutton(choices, text=choice, value=choice, variable=payment).pack(side="left")
tk.Label(root, text="Payment:").grid(row=3, column=0, sticky="w", padx=8)
choices.grid(row=3, column=1, sticky="w")
tk.Checkbutton(root, text="Send me the newsletter", variable=news).grid(row=4, columnspan=2, sticky="w", padx=8)


def save() -> None:
    print(json.dumps([name.get(), email.get(), city.get(), payment.get(), news.get()]), flush=True)
    root.destroy()


buttons = tk.Frame(root)
tk.Button(buttons, text="Cancel", command=root.destroy).pack(side="left", padx=4)
tk.Button(buttons, text="Save", command=save).pack(side="left")
buttons.grid(row=5, column=1, sticky="e", pady=8)
root.mainloop()
