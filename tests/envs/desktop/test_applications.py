"""Applications found by name; their Exec lines read without a shell."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions import ActionError, TargetNotFound
from envs.desktop.applications import command_of, find, listed

ENTRY = """# a comment
[Desktop Entry]
Type=Application
Version=1.0
Name={name}
Name[de]=Rechner
Name[zh_CN]=计算器
GenericName=Calculator
Exec={command}
{more}

[Desktop Action new]
Name=New
Exec=false
"""


@pytest.fixture
def menus(tmp_path: Path) -> dict[str, str]:
    """The environment of a person whose menus hold only what a test puts there."""
    (tmp_path / "applications").mkdir()
    (tmp_path / "bin").mkdir()
    for program in ("calc", "paint", "reboot"):
        (tmp_path / "bin" / program).write_text("#!/bin/sh\n")
        (tmp_path / "bin" / program).chmod(0o755)
    return {"XDG_DATA_DIRS": str(tmp_path), "HOME": str(tmp_path / "home"), "PATH": str(tmp_path / "bin")}


def entry(menus: dict[str, str], id: str, name: str, command: str = "calc", more: str = "") -> None:  # noqa: A002
    path = Path(menus["XDG_DATA_DIRS"]) / "applications" / f"{id}.desktop"
    path.parent.mkdir(exist_ok=True)
    path.write_text(ENTRY.format(name=name, command=command, more=more), "utf-8")


@pytest.mark.parametrize(
    "name", ["Galculator", "galculator", "GALCULATOR", "Rechner", "计算器", "Calculator", "org.x.calc", "calc"]
)
def test_any_of_its_names_finds_it(menus: dict[str, str], name: str) -> None:
    entry(menus, "org.x.calc", "Galculator", "calc --big %U")
    found = find(name, menus)
    assert (found.names[0], found.command) == ("Galculator", ("calc", "--big"))


def test_the_name_in_ones_language_is_the_first(menus: dict[str, str]) -> None:
    entry(menus, "x", "Galculator")
    assert [app.names[0] for app in listed(menus | {"LANG": "zh_CN.UTF-8"})] == ["计算器"]
    assert [app.names[0] for app in listed(menus | {"LC_ALL": "de_AT.UTF-8"})] == ["Rechner"]


def test_an_exact_name_goes_before_a_part_of_one(menus: dict[str, str]) -> None:
    entry(menus, "a", "Paint Studio", "calc")
    entry(menus, "b", "Paint", "paint")
    assert find("paint", menus).names[0] == "Paint"
    assert find("studio", menus).names[0] == "Paint Studio"


def test_what_is_hidden_or_not_installed_is_left_out(menus: dict[str, str]) -> None:
    entry(menus, "a", "Hidden", more="NoDisplay=true")
    entry(menus, "b", "Gone", "no-such-program")
    entry(menus, "c", "Tried", more="TryExec=no-such-program")
    entry(menus, "d", "Link", more="Hidden=true")
    assert list(listed(menus)) == []


def test_a_persons_own_entry_hides_that_of_the_system(menus: dict[str, str]) -> None:
    entry(menus, "a", "Theirs")
    own = menus | {"XDG_DATA_HOME": menus["HOME"]}
    (Path(menus["HOME"]) / "applications").mkdir(parents=True)
    entry(own | {"XDG_DATA_DIRS": menus["HOME"]}, "a", "Mine")
    assert [app.names[0] for app in listed(own)] == ["Mine"]


def test_a_program_in_the_path_is_found_and_an_unknown_name_offers_near_ones(menus: dict[str, str]) -> None:
    entry(menus, "x", "Galculator")
    assert find("Paint", menus).command == (str(Path(menus["PATH"]) / "paint"),)
    with pytest.raises(TargetNotFound, match="no application named 'Galkulator'; there are: Galculator"):
        find("Galkulator", menus)


@pytest.mark.parametrize("name", ["/bin/sh", "../bin/calc", "calc; reboot", "calc --help", "", " ", "$(calc)"])
def test_only_names_are_names(menus: dict[str, str], name: str) -> None:
    with pytest.raises(ActionError):
        find(name, menus)


def test_the_administrators_programs_are_not_started_by_name(menus: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "bin").rename(tmp_path / "sbin")
    with pytest.raises(TargetNotFound):
        find("reboot", menus | {"PATH": str(tmp_path / "sbin")})


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("app", ("app",)),
        ("app %f", ("app",)),
        ("app --open=%u -x", ("app", "--open=", "-x")),
        ('"/opt/My App/run" --x "a b"', ("/opt/My App/run", "--x", "a b")),
        (r'app "a \"quoted\" \$HOME \\ \`x\`"', ("app", 'a "quoted" $HOME \\ `x`')),
        ("app %% %i %c %k", ("app", "%", "--icon", "pic", "The Name", "/x.desktop")),
        ("env A=1 app", ("env", "A=1", "app")),
        ("app; reboot", ("app;", "reboot")),
        ('app "unbalanced', ()),
        ("", ()),
    ],
)
def test_an_exec_line_is_read_as_the_specification_says(line: str, words: tuple[str, ...]) -> None:
    assert command_of(line, "The Name", "pic", "/x.desktop") == words


PLAIN = st.text(st.characters(codec="ascii", exclude_characters='%"\\$`', categories=["L", "N", "P", "Zs"]), min_size=1)


@given(st.lists(PLAIN, min_size=1))
def test_quoted_arguments_come_back_whole(words: list[str]) -> None:
    assert command_of(" ".join(f'"{word}"' for word in words)) == tuple(words)


@given(st.text())
def test_no_exec_line_breaks_the_reader(line: str) -> None:
    assert isinstance(command_of(line), tuple)
