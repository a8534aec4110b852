"""Tables as people save them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from actions import UsageError
from agent.batch.rows import Row, Table, read_table

ROWS = [{"guest": "Ana Silva", "note": "a, b; c"}, {"guest": "王小明", "note": ""}]


def written(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def values(table: Table) -> list[dict[str, str]]:
    assert [row.number for row in table.rows] == list(range(1, len(table.rows) + 1))
    return [row.values for row in table.rows]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_of_any_usual_kind(tmp_path: Path, separator: str, encoding: str, end: str) -> None:
    lines = [f"guest{separator} note ", f'"Ana Silva"{separator}"a, b; c"', "", f"王小明{separator}"]
    file = written(tmp_path, "rows.csv", end.join(lines).encode(encoding))
    assert values(read_table(file)) == ROWS


def test_a_csv_as_excel_says_its_separator(tmp_path: Path) -> None:
    assert values(read_table(written(tmp_path, "rows.csv", "sep=;\r\na;b\r\n1,5;2\r\n"))) == [{"a": "1,5", "b": "2"}]


def test_a_cell_may_have_lines_and_quotes(tmp_path: Path) -> None:
    file = written(tmp_path, "rows.csv", 'name,text\nAna,"two\nlines, ""quoted"""\n')
    assert values(read_table(file)) == [{"name": "Ana", "text": 'two\nlines, "quoted"'}]


def test_one_column_needs_no_separator(tmp_path: Path) -> None:
    assert values(read_table(written(tmp_path, "rows.csv", "guest\nAna\nBob\n"))) == [
        {"guest": "Ana"},
        {"guest": "Bob"},
    ]


def test_another_encoding_is_asked_for_and_taken(tmp_path: Path) -> None:
    file = written(tmp_path, "rows.csv", "guest;city\nBob Müller;Köln\n".encode("cp1252"))
    with pytest.raises(UsageError, match=r"is not UTF-8; say which with --encoding"):
        read_table(file)
    assert values(read_table(file, "cp1252")) == [{"guest": "Bob Müller", "city": "Köln"}]
    with pytest.raises(UsageError, match="no encoding 'klingon'"):
        read_table(file, "klingon")


def test_json_lines_and_arrays_are_the_same_table(tmp_path: Path) -> None:
    rows = [{"name": "Ana", "guests": 2, "breakfast": True, "phone": None}, {"name": "Bob", "guests": 1.5}]
    expected = [{"name": "Ana", "guests": "2", "breakfast": "yes", "phone": ""}, {"name": "Bob", "guests": "1.5"}]
    lines = "\n".join(json.dumps(row) for row in rows) + "\n\n"
    for name, text in (("r.jsonl", lines), ("r.json", json.dumps(rows))):
        table = read_table(written(tmp_path, name, text))
        assert values(table) == expected
        assert table.columns == ("name", "guests", "breakfast", "phone")


def test_an_excel_sheet(tmp_path: Path) -> None:
    import datetime

    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append(["guest", "arrival", "guests", "at", None])
    sheet.append(["Ana", datetime.date(2026, 12, 13), 2.0, datetime.time(14, 30), None])
    sheet.append([])
    sheet.append(["Bob", datetime.date(2027, 1, 5), 3, None])
    book.save(tmp_path / "rows.xlsx")
    assert values(read_table(tmp_path / "rows.xlsx")) == [
        {"guest": "Ana", "arrival": "2026-12-13", "guests": "2", "at": "14:30"},
        {"guest": "Bob", "arrival": "2027-01-05", "guests": "3", "at": ""},
    ]


def test_a_row_that_does_not_fit_is_a_row_with_a_problem(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "rows.csv", "a,b\n1,2\n1,2,3\n1\n"))
    assert [row.problem for row in table.rows] == ["", "has 3 cells, and there are 2 columns", ""]
    table = read_table(written(tmp_path, "rows.jsonl", '{"a": 1}\n[2]\n{"a": {"b": 1}}\n'))
    assert [bool(row.problem) for row in table.rows] == [False, True, True]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("r.csv", "", "is empty"),
        ("r.csv", "a,b\n", "has no rows"),
        ("r.csv", "a,a\n1,2\n", "several columns named a"),
        ("r.jsonl", '{"a": 1}\n{"a": \n', "line 2 of .* is not JSON"),
        ("r.json", "[" * 100_000, "is not JSON"),
        ("r.json", "[]", "has no rows"),
        ("r.xlsx", "no sheet", "cannot be read"),
    ],
)
def test_what_is_no_table_is_said(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_table(written(tmp_path, name, text))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    for name in ("r.csv", "r.xlsx"):
        with pytest.raises(UsageError, match="cannot be read"):
            read_table(tmp_path / name)


def test_a_row_is_the_same_whatever_the_order_of_its_columns() -> None:
    assert Row(1, {"a": "1", "b": "2"}).digest == Row(7, {"b": "2", "a": "1"}).digest
    assert Row(1, {"a": "1"}).digest != Row(1, {"a": "2"}).digest
