"""Tables of texts (CSV, JSON lines): one document per row."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from recense.errors import DamagedInput, EmptyInput, InputError
from recense.reading.parsed import Part

# Tried in this order where the user names no column.
TEXT_COLUMNS = ("text", "texte", "content", "contenu", "body", "corps", "article", "description")
TITLE_COLUMNS = ("title", "titre", "headline", "subject", "objet")
DATE_COLUMNS = ("published", "date", "publication_date", "date_publication", "published_at", "publie_le")
DELIMITERS = ",;\t|"
MAX_COLUMN_NAME = 40
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
FRENCH_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def looks_like_json_lines(start: str) -> bool:
    """Whether the first line that is not blank is a JSON object."""
    line = start.lstrip().split("\n", 1)[0].strip()
    if not line.startswith("{"):
        return False
    try:
        return isinstance(msgspec.json.decode(line), dict)
    except (msgspec.DecodeError, RecursionError):
        return False


def looks_like_csv(start: str, text_column: str | None) -> bool:
    """Whether the first line is a header that names a column of texts, and the next line is parted likewise."""
    header, _, rest = start.lstrip("\ufeff").partition("\n")
    delimiter = _delimiter(header)
    cells = {cell.strip().strip('"').lower() for cell in header.split(delimiter)}
    wanted = {text_column.lower()} if text_column else set(TEXT_COLUMNS)
    is_header = len(cells) > 1 and bool(cells & wanted) and all(len(cell) < MAX_COLUMN_NAME for cell in cells)
    return is_header and delimiter in rest.lstrip().partition("\n")[0]


def _delimiter(header: str) -> str:
    return max(DELIMITERS, key=header.count)


def csv_parts(text: str, name: str, text_column: str | None) -> Iterator[Part | InputError]:
    """The rows of a CSV table whose first row names the columns.

    Raises:
        DamagedInput: it cannot be read as a table, or has no column of texts.
        EmptyInput: it has no rows.
    """
    csv.field_size_limit(10_000_000)
    delimiter = _delimiter(text.partition("\n")[0])
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restkey="", restval="")
    try:
        yield from _row_parts(enumerate(reader, start=1), name, text_column)
    except csv.Error as error:
        raise DamagedInput(name, f"the table cannot be read ({error})", "Save it again as CSV in UTF-8.") from error


def json_lines_parts(text: str, name: str, text_column: str | None) -> Iterator[Part | InputError]:
    """The objects of a JSON lines file; a line that is no object is an error of its own.

    Raises:
        DamagedInput: no object has a member with a text.
        EmptyInput: it has no lines.
    """
    rows: list[tuple[int, Mapping[str, Any]]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append((number, msgspec.json.decode(line, type=dict[str, Any])))
        except (msgspec.DecodeError, RecursionError):
            yield DamagedInput(f"{name}#{number}", "the line is not a JSON object", "Mend the line.")
    yield from _row_parts(rows, name, text_column)


def _row_parts(
    rows: Iterable[tuple[int, Mapping[str, Any]]], name: str, text_column: str | None
) -> Iterator[Part | InputError]:
    column: str | None = None
    for number, row in rows:
        if column is None:
            column = _column(row, [text_column] if text_column else TEXT_COLUMNS)
            if column is None:
                raise _without_texts(name, row, text_column)
        own_name = f"{name}#{number}"
        text = str(row.get(column) or "")
        if text.strip():
            yield Part(
                name=own_name, data=text.encode("utf-8", "replace"), is_document=True,
                title=_value(row, TITLE_COLUMNS), published=_iso_date(_value(row, DATE_COLUMNS)),
            )  # fmt: skip
        else:
            yield EmptyInput(own_name, f"the row has no text in {column!r}", "Fill it in or delete the row.")
    if column is None:
        raise EmptyInput(name, "the table has no rows", "Check that it was saved completely.")


def _column(row: Mapping[str, Any], names: Iterable[str]) -> str | None:
    by_lower = {str(key).strip().lower(): key for key in row if key}
    return next((by_lower[name.lower()] for name in names if name.lower() in by_lower), None)


def _without_texts(name: str, row: Mapping[str, Any], text_column: str | None) -> DamagedInput:
    columns = ", ".join(str(key) for key in row if key)
    reason = f"there is no column {text_column!r}" if text_column else "no column is known to hold texts"
    return DamagedInput(name, f"{reason}; the columns are {columns}", "Name the column with --text-column.")


def _value(row: Mapping[str, Any], names: Iterable[str]) -> str | None:
    column = _column(row, names)
    value = row.get(column) if column else None
    return str(value).strip() or None if value is not None else None


def _iso_date(value: str | None) -> str | None:
    if value is None:
        return None
    if match := ISO_DATE.match(value):
        return match.group()
    if match := FRENCH_DATE.match(value):
        day, month, year = match.groups()
        return f"{year}-{int(month):02d}-{int(day):02d}"
    return None
