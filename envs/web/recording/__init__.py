"""A person uses a browser, and every deed becomes an action: start with `recorder`.

`listener` hears every frame of a tab, `told` is what it hears, and `notebook` makes actions of it.
"""
