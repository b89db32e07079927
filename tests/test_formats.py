"""The format is found by content, whatever the file is called."""

import pytest

from recense.reading.formats import detect_format
from tests import hostile, rendering

PIECES = rendering.lay_out(rendering.load_newsletter(), "bullets")
EXPECTED = {
    "txt": "text", "md": "text", "html": "html", "eml": "mail", "atom": "feed", "docx": "docx", "pdf": "pdf",
}  # fmt: skip


@pytest.mark.parametrize("encoding", rendering.ENCODINGS)
@pytest.mark.parametrize("form", EXPECTED)
def test_a_file_without_a_suffix_is_recognised(form: str, encoding: str) -> None:
    assert detect_format(rendering.FORMATS[form](PIECES, "bullets", encoding), "unnamed") == EXPECTED[form]


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b'{"text": "Un don de masques"}\n', "json_lines"),
        (b'{"text": "' + b"Un don de masques. " * 1000 + b'"}\n{"text": "Un autre"}\n', "json_lines"),
        (b'{"text": ' + b"[" * 200_000, "text"),
        (b"titre;texte\nDon;Un don de masques\n", "csv"),
        (b"<p>Un don</p> <p>de masques</p>", "html"),
        (hostile.zipped({"a.txt": b"Un don"}), "zip"),
        (b"De : Jeanne\nObjet : dons\n\nBonjour, un don de masques.", "text"),
        (b"From: Jeanne\nSubject: dons\n\nA text that quotes a message.", "text"),
        (b"Prix < 5 euros, texte, et titre", "text"),
        (b"{Un don} de masques", "text"),
    ],
)
def test_tables_fragments_and_texts_that_look_like_something_else(data: bytes, form: str) -> None:
    assert detect_format(data, "unnamed") == form
