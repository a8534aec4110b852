"""The program that holds one X display: it looks, points, types and pastes on behalf of a DesktopEnv.

It is a process of its own since pyautogui knows one display a process, and since what it holds down it lets go when
its input ends, however the run came to its end. Requests come as lines of JSON on its input and are answered in order;
`__main__.py` lists them.
"""
