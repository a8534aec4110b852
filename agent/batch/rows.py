"""Tables of values: CSV with any usual separator, JSON lines, a JSON array, an Excel sheet."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from actions import UsageError
from agent.text import sound

SEPARATORS = ",;\t|"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_EXCEL = frozenset({".xlsx", ".xlsm"})


class Row(NamedTuple):
    """One row: its number from 1 (headings and empty rows are not counted), its values, and why it cannot be used."""

    number: int
    values: dict[str, str]
    problem: str = ""

    @property
    def digest(self) -> str:
        """Tells whether a row is still the same one."""
        return hashlib.sha256(json.dumps(sorted(self.values.items())).encode()).hexdigest()[:16]


class Table(NamedTuple):
    """The names of the columns, in order, and the rows."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(file: Path, encoding: str | None = None) -> Table:
    """The table in a file: .csv or .tsv, .jsonl, .json (an array of flat objects), or .xlsx.

    `encoding` is that of a text file, such as cp1252; without it, UTF-8 and UTF-16 with a mark are read. Raises
    UsageError for a file that is no table; a row that does not fit its table has a `problem` instead.
    """
    if file.suffix.lower() in _EXCEL:
        return _of_cells(file, _sheet(file))
    text = _text(file, encoding)
    if file.suffix.lower() in (".jsonl", ".ndjson"):
        objects = [_json(file, line, f"line {n} of ") for n, line in enumerate(text.splitlines(), 1) if line.strip()]
        return _of_objects(file, objects)
    if file.suffix.lower() == ".json":
        data = _json(file, text)
        return _of_objects(file, data if isinstance(data, list) else [data])
    return _of_cells(file, _cells(file, text))


def _text(file: Path, encoding: str | None) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"--data {file} cannot be read: {error.strerror or error}") from error
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    try:
        text = data.decode(encoding or marked or "utf-8")
    except LookupError as error:
        raise UsageError(
            f"there is no encoding {encoding!r}; cp1252, gb18030 and utf-16 are some that there are"
        ) from error
    except UnicodeDecodeError as error:
        wanted = "another --encoding" if encoding else "say which with --encoding (an older Excel: cp1252, or gb18030)"
        raise UsageError(f"--data {file} is not {encoding or 'UTF-8'}; {wanted}") from error
    return text.removeprefix("\ufeff")


def _cells(file: Path, text: str) -> list[list[str]]:
    """The cells of a CSV, by the separator that parts its rows most evenly."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # as Excel writes it
        return _parted(file, rest, first.strip()[4])
    tried = {separator: _parted(file, text, separator) for separator in SEPARATORS}

    def evenness(separator: str) -> tuple[float, int]:
        widths = [len(row) for row in tried[separator]]
        wanted = widths[0] if widths else 0
        return (sum(width == wanted for width in widths) / len(widths) if wanted > 1 else 0.0, wanted)

    return tried[max(SEPARATORS, key=evenness)]


def _parted(file: Path, text: str, separator: str) -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise UsageError(f"--data {file} is no CSV that can be read: {error}") from error
    return [row for row in rows if any(cell.strip() for cell in row)]


def _sheet(file: Path) -> list[list[str]]:
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise UsageError(
            "Excel files need one more package: pip install 'handeye[excel]'; or save the sheet as CSV"
        ) from error
    import zipfile

    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except (OSError, InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise UsageError(f"--data {file} cannot be read: {error}") from error
    try:
        rows = [[_cell(value) for value in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    finally:
        book.close()
    return [_without_end(row) for row in rows if any(row)]


def _without_end(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row = row[:-1]
    return row


def _cell(value: Any) -> str:
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.time):
        return value.isoformat("minutes")
    return _as_text(value)


def _json(file: Path, text: str, where: str = "") -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where}--data {file} is not JSON: {error}") from error


def _of_cells(file: Path, cells: Sequence[list[str]]) -> Table:
    if not cells:
        raise UsageError(f"--data {file} is empty; its first row must name the values")
    columns = [cell.strip() for cell in cells[0]]
    _check_columns(file, columns)
    rows = []
    for number, row in enumerate(cells[1:], start=1):
        left = [cell for cell in row[len(columns) :] if cell.strip()]
        problem = f"has {len(row)} cells, and there are {len(columns)} columns" if left else ""
        padded = [*row, *[""] * (len(columns) - len(row))]
        values = {name: sound(cell.strip()) for name, cell in zip(columns, padded, strict=False) if name}
        rows.append(Row(number, values, problem))
    return _filled(file, [name for name in columns if name], rows)


def _of_objects(file: Path, objects: Iterable[Any]) -> Table:
    columns: dict[str, None] = {}
    rows = []
    for number, data in enumerate(objects, start=1):
        if not isinstance(data, dict):
            rows.append(Row(number, {}, "is no object of names and values"))
            continue
        nested = [name for name, value in data.items() if isinstance(value, dict | list)]
        problem = f"{nested[0]!r} must be text, a number, a date or true/false" if nested else ""
        rows.append(Row(number, {name.strip(): sound(_as_text(value)) for name, value in data.items()}, problem))
        columns |= dict.fromkeys(rows[-1].values)
    return _filled(file, list(columns), rows)


def _filled(file: Path, columns: Sequence[str], rows: Sequence[Row]) -> Table:
    if not rows:
        raise UsageError(f"--data {file} has no rows")
    return Table(tuple(columns), tuple(rows))


def _check_columns(file: Path, columns: Sequence[str]) -> None:
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise UsageError(f"--data {file} has several columns named {', '.join(twice)}; name each one once")
    if not any(columns):
        raise UsageError(f"the first row of --data {file} must name the values")


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value).strip()
