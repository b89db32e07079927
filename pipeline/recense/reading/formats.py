"""The format of some bytes, found by their content; a name only decides what the content leaves open."""

import io
import zipfile
from collections.abc import Callable
from pathlib import PurePath
from typing import Literal

from recense.errors import UnsupportedFormat
from recense.reading.decoding import unicode_encoding
from recense.reading.feed import looks_like_feed
from recense.reading.html import looks_like_html
from recense.reading.mail import looks_like_mail
from recense.reading.table import looks_like_csv, looks_like_json_lines

Format = Literal["text", "html", "pdf", "docx", "mail", "feed", "csv", "json_lines", "zip"]
READABLE_SUFFIXES = frozenset(
    ".txt .text .md .markdown .html .htm .xhtml .pdf .docx .eml .rss .atom .xml .csv .tsv .jsonl .ndjson .zip".split()
)
READABLE = "text, Markdown, HTML, PDF, DOCX, EML, RSS, Atom, CSV, JSON lines and ZIP"
PROBE_BYTES = 8_192
# The PDF standard lets a reader skip what stands before the signature.
PDF_SIGNATURE_WITHIN = 1_024
OFFICE_MEMBERS = {"xl/workbook.xml": "an Excel workbook", "ppt/presentation.xml": "a PowerPoint file"}
OPEN_DOCUMENT_MEMBER = "META-INF/manifest.xml"
OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def detect_format(data: bytes, name: str, text_column: str | None = None) -> Format:
    """The format of a file's bytes.

    Args:
        data: the whole file.
        name: its name; ".csv" and ".eml" decide where the content could also be plain text.
        text_column: the column of a table that holds the texts, where the user named one.

    Raises:
        UnsupportedFormat: the format is known, but there is no reader for it.
    """
    if b"%PDF-" in data[:PDF_SIGNATURE_WITHIN]:
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(data, name)
    if data.startswith(OLD_OFFICE):
        raise _unsupported(name, "an old office document or an Outlook message")
    if data.startswith(b"{\\rtf"):
        raise _unsupported(name, "an RTF document")
    if looks_like_mail(data):
        return "mail"
    start, suffix = _start(data), PurePath(name).suffix.lower()
    for form, found in _text_formats(suffix, text_column).items():
        if found(start):
            return form
    return "text"


def _text_formats(suffix: str, text_column: str | None) -> dict[Format, Callable[[str], bool]]:
    return {
        "feed": looks_like_feed,
        "html": looks_like_html,
        "json_lines": looks_like_json_lines,
        "csv": lambda start: suffix in (".csv", ".tsv") or looks_like_csv(start, text_column),
    }


def _start(data: bytes) -> str:
    """The first line, however long, and at least the first characters: enough to recognise markup and tables."""
    size = max(PROBE_BYTES, data.find(b"\n") + 1 or len(data))
    encoding = unicode_encoding(data) or "utf-8"
    return data[: size + size % 2].decode(encoding, "replace").lstrip("\ufeff")


def _kind_of_zip(data: bytes, name: str) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        # The suffix says which parser will name the damage.
        return "docx" if PurePath(name).suffix.lower() == ".docx" else "zip"
    if "word/document.xml" in members:
        return "docx"
    for member, what in OFFICE_MEMBERS.items():
        if member in members:
            raise _unsupported(name, what)
    if OPEN_DOCUMENT_MEMBER in members and "mimetype" in members:
        raise _unsupported(name, "an OpenDocument file or an e-book")
    return "docx" if PurePath(name).suffix.lower() == ".docx" else "zip"


def _unsupported(name: str, what: str) -> UnsupportedFormat:
    return UnsupportedFormat(name, f"this is {what}, for which there is no reader", f"Save it as one of {READABLE}.")
