"""The small programs of any shell, as far as those who talk to phones use them."""

from __future__ import annotations

import asyncio
import base64
import re
import stat
from collections.abc import Callable

from envs.demo.phone.interpreter import Call
from envs.demo.phone.system import System

_MAX_SLEEP = 60.0
PROPERTIES = {
    "ro.product.brand": "Handeye",
    "ro.product.manufacturer": "Handeye",
    "ro.product.model": "Virtual Phone",
    "ro.product.name": "handeye_virtual",
    "ro.product.device": "handeye",
    "ro.build.version.release": "14",
    "ro.build.version.sdk": "34",
    "ro.build.type": "user",
    "ro.build.characteristics": "default",
    "ro.product.cpu.abi": "x86_64",
    "ro.serialno": "HANDEYE0001",
    "ro.debuggable": "0",
    "ro.secure": "1",
    "sys.boot_completed": "1",
    "init.svc.bootanim": "stopped",
}


async def echo(system: System, call: Call) -> int:
    words = call.arguments
    newline = words[:1] != ["-n"]
    call.stdout += " ".join(words if newline else words[1:]).encode() + (b"\n" if newline else b"")
    return 0


async def true(system: System, call: Call) -> int:
    return 0


async def false(system: System, call: Call) -> int:
    return 1


async def _inputs(system: System, call: Call, names: list[str]) -> list[bytes]:
    """The files' contents, or standard input's without any; what cannot be read is complained about."""
    if not names:
        return [await call.stdin()]
    contents = []
    for name in names:
        try:
            contents.append(system.files.read(name))
        except OSError as error:
            call.complain(f"{call.words[0]}: {name}: {error}")
    return contents


async def cat(system: System, call: Call) -> int:
    for data in await _inputs(system, call, [word for word in call.arguments if word != "-"]):
        call.stdout += data
    return int(bool(call.stderr))


async def rm(system: System, call: Call) -> int:
    options = "".join(word[1:] for word in call.arguments if word.startswith("-"))
    for name in (word for word in call.arguments if not word.startswith("-")):
        try:
            system.files.remove(name, recursive="r" in options or "R" in options)
        except FileNotFoundError as error:
            if "f" not in options:
                call.complain(f"rm: {name}: {error}")
        except OSError as error:
            call.complain(f"rm: {name}: {error}")
    return int(bool(call.stderr))


async def mkdir(system: System, call: Call) -> int:
    for name in (word for word in call.arguments if not word.startswith("-")):
        try:
            system.files.make_folder(name, parents="-p" in call.arguments)
        except OSError as error:
            call.complain(f"mkdir: '{name}': {error}")
    return int(bool(call.stderr))


async def ls(system: System, call: Call) -> int:
    for name in [word for word in call.arguments if not word.startswith("-")] or ["/"]:
        status = system.files.status(name)
        if status is None:
            call.complain(f"ls: {name}: No such file or directory")
        elif stat.S_ISDIR(status.mode):
            for entry in system.files.names(name):
                call.say(entry)
        else:
            call.say(name)
    return int(bool(call.stderr))


async def grep(system: System, call: Call) -> int:
    """Lines that match; -i, -v, -c, -o, -q, -E, -F, -e and letters together."""
    options, words = "", list(call.arguments)
    while words and words[0].startswith("-") and len(words[0]) > 1:
        options += words.pop(0)[1:]
    if not words:
        call.complain("usage: grep [-EFivcoq] PATTERN [FILE...]")
        return 2
    # basic expressions write with a backslash what extended ones write without; only "|" is common in use
    source = re.escape(words[0]) if "F" in options else words[0].replace(r"\|", "|")
    try:
        pattern = re.compile(source, re.IGNORECASE if "i" in options else 0)
    except re.error as error:
        call.complain(f"grep: bad REGEX '{words[0]}': {error}")
        return 2
    count = 0
    for data in await _inputs(system, call, words[1:]):
        for line in data.decode("utf-8", "replace").splitlines():
            if bool(found := pattern.search(line)) is ("v" in options):
                continue
            count += 1
            if not set("cq") & set(options):
                call.say(found[0] if found and "o" in options else line)
    if "c" in options:
        call.say(str(count))
    return int(not count)


async def head(system: System, call: Call) -> int:
    return await _some(system, call, lambda lines, count: lines[:count])


async def tail(system: System, call: Call) -> int:
    return await _some(system, call, lambda lines, count: lines[-count:] if count else [])


async def _some(system: System, call: Call, choose: Callable[[list[bytes], int], list[bytes]]) -> int:
    count, names, words = 10, [], list(call.arguments)
    while words:
        word = words.pop(0)
        if word == "-n" and words:
            count = int(words.pop(0)) if words[0].isdigit() else count
        elif re.fullmatch(r"-n?\d+", word):
            count = int(word.lstrip("-n"))
        else:
            names.append(word)
    for data in await _inputs(system, call, names):
        call.stdout += b"".join(choose(data.splitlines(keepends=True), count))
    return int(bool(call.stderr))


async def wc(system: System, call: Call) -> int:
    data = b"".join(await _inputs(system, call, [word for word in call.arguments if not word.startswith("-")]))
    counts = {"-l": data.count(b"\n"), "-w": len(data.split()), "-c": len(data)}
    chosen = [str(counts[word]) for word in call.arguments if word in counts] or [str(one) for one in counts.values()]
    call.say(" ".join(chosen))
    return 0


async def base64_(system: System, call: Call) -> int:
    data = b"".join(await _inputs(system, call, [word for word in call.arguments if not word.startswith("-")]))
    if "-d" in call.arguments:
        try:
            call.stdout += base64.b64decode(data)
        except ValueError:
            call.complain("base64: bad input")
            return 1
    else:
        call.say(base64.b64encode(data).decode())
    return 0


async def getprop(system: System, call: Call) -> int:
    match call.arguments:
        case []:
            for name in sorted(PROPERTIES):
                call.say(f"[{name}]: [{PROPERTIES[name]}]")
        case [name]:
            call.say(PROPERTIES.get(name, ""))
        case [name, default, *_]:
            call.say(PROPERTIES.get(name, default))
    return 0


async def date(system: System, call: Call) -> int:
    now = system.store.now
    if call.arguments[:1] == ["+%s"]:
        call.say(str(int(now.timestamp())))
    elif call.arguments and call.arguments[0].startswith("+"):
        call.say(now.strftime(call.arguments[0][1:]))
    else:
        call.say(now.strftime("%a %b %e %H:%M:%S UTC %Y"))
    return 0


async def identity(system: System, call: Call) -> int:
    names = {"whoami": "shell", "pwd": "/", "uname": "Linux"}
    call.say(names.get(call.words[0], "uid=2000(shell) gid=2000(shell) groups=2000(shell),1004(input),3003(inet)"))
    return 0


async def sleep(system: System, call: Call) -> int:
    try:
        seconds = float(call.arguments[0])
    except (IndexError, ValueError):
        call.complain("sleep: needs a number")
        return 1
    await asyncio.sleep(min(max(seconds, 0), _MAX_SLEEP))
    return 0


async def reboot(system: System, call: Call) -> int:
    system.reboot()
    return 0


PROGRAMS = {
    ":": true,
    "base64": base64_,
    "cat": cat,
    "date": date,
    "echo": echo,
    "false": false,
    "getprop": getprop,
    "grep": grep,
    "head": head,
    "id": identity,
    "ls": ls,
    "mkdir": mkdir,
    "pwd": identity,
    "reboot": reboot,
    "rm": rm,
    "sleep": sleep,
    "tail": tail,
    "true": true,
    "uname": identity,
    "wc": wc,
    "whoami": identity,
}
