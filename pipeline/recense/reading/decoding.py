"""Bytes to text: encoding, mojibake, control characters."""

import codecs
import re
import unicodedata
from typing import NamedTuple

from recense.errors import BinaryInput, EmptyInput, UndecodableText

# Longest mark first: the UTF-32 mark begins with the UTF-16 one.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\u200b\u2060]")
SAMPLE_BYTES = 100_000
# Text has hardly any control bytes; compressed or executable data has about 10 %.
MAX_CONTROL_SHARE = 0.01
BINARY_SIGNATURES = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x1f\x8b": "a gzip archive",
    b"\x7fELF": "a program",
}
# In order of how often press texts have them; latin_1 fits any bytes and so comes last.
LEGACY_ENCODINGS = ("cp1252", "mac_roman", "iso8859_15", "cp850", "latin_1")
FRENCH_SIGNS = frozenset("éèêëàâäçùûüîïôöœæÉÈÊËÀÂÄÇÙÛÜÎÏÔÖŒÆ«»“”‘’–—…€°²³·•\xa0£§×®©™")
SAVE_AS_TEXT = "Save it as text, HTML, PDF or DOCX and try again."


class DecodedText(NamedTuple):
    """Text and what had to be done to get it, in plain English."""

    text: str
    notices: list[str]


def decode(data: bytes, name: str, *, declared: str | None = None) -> DecodedText:
    """Decode the bytes of a text file.

    UTF-8 is tried first because a text that is not UTF-8 almost never decodes as such; then what the file
    says of itself; then the encodings of French and English text, whichever makes the most sense.

    Args:
        data: the bytes.
        name: the file, for messages.
        declared: the encoding that the file names, if any.

    Raises:
        EmptyInput: there is no visible character.
        BinaryInput: the bytes are an image, an archive, a program...
        UndecodableText: no encoding fits.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise EmptyInput(name, "the file is empty", "Check that it was saved completely.")
    _refuse_binary(data, name)
    text, notices = _decode_bytes(data, name, declared)
    text = _repair(text, name, notices)
    if not text.strip():
        raise EmptyInput(name, "the file has no visible text", "Check that it was saved completely.")
    return DecodedText(text, notices)


def decode_leniently(data: bytes, declared: str | None) -> str:
    """Decode the text of a mail part; what its header names may be unknown or wrong, and nothing is refused."""
    try:
        text, _ = _decode_bytes(data, "", declared)
    except UndecodableText:
        text = data.decode("utf-8", "replace")
    return _repair(text, "", [])


def _refuse_binary(data: bytes, name: str) -> None:
    for signature, what in BINARY_SIGNATURES.items():
        if data.startswith(signature):
            raise BinaryInput(name, f"this is {what}, not text", SAVE_AS_TEXT)
    if unicode_encoding(data):
        return
    sample = data[:SAMPLE_BYTES]
    control = sum(byte < 9 or 13 < byte < 32 for byte in sample)
    if control > MAX_CONTROL_SHARE * len(sample):
        raise BinaryInput(name, "the bytes are not text", SAVE_AS_TEXT)


def unicode_encoding(data: bytes) -> str | None:
    """The encoding that a byte order mark names, or UTF-16 without one, in which Latin letters leave zeros."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return encoding
    sample = data[:SAMPLE_BYTES]
    high, low = sample[0::2].count(0), sample[1::2].count(0)
    if max(high, low) > 0.3 * len(sample):
        return "utf-16-le" if low >= high else "utf-16-be"
    return None


def _decode_bytes(data: bytes, name: str, declared: str | None) -> tuple[str, list[str]]:
    if encoding := unicode_encoding(data):
        marked = data.startswith(tuple(mark for mark, _ in BYTE_ORDER_MARKS))
        notices = [] if marked else [f"{name}: read as {encoding}, which has no byte order mark"]
        return _decode_as(data, encoding, name), notices
    if _decodes(data, "utf-8"):
        return data.decode("utf-8"), []
    if declared and _decodes(data, declared):
        return data.decode(declared), [f"{name}: read as {declared}, as it says of itself"]
    encoding = _legacy_encoding(data)
    return data.decode(encoding, "replace"), [f"{name}: not UTF-8, read as {encoding}"]


def _decode_as(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UndecodableText(name, f"the bytes are not valid {encoding}", SAVE_AS_TEXT) from error


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _legacy_encoding(data: bytes) -> str:
    """The old encoding under which most of the bytes above ASCII are letters and signs of French and English.

    General guessers (charset-normalizer 3.4, chardet) take short cp1252 texts for Mac Roman or Central European.
    """

    def strange(encoding: str) -> int:
        text = data.decode(encoding, "replace")
        return sum(char > "\x7f" and char not in FRENCH_SIGNS for char in text)

    return min(LEGACY_ENCODINGS, key=strange)


def _repair(text: str, name: str, notices: list[str]) -> str:
    """Undo mojibake, compose accents, unify line ends, drop control characters."""
    if any(sign in text for sign in ("Ã", "â€", "Â")):
        from ftfy import fix_encoding  # noqa: PLC0415 - only for the few files that need it

        repaired = fix_encoding(text)
        if repaired != text:
            notices.append(f"{name}: repaired text that was decoded with the wrong encoding")
            text = repaired
    text = unicodedata.normalize("NFC", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return CONTROL.sub("", text)
