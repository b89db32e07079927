"""Messages, feeds, tables and archives: several documents in one file, each with what the container says of it."""

import io
import zipfile
from email.message import EmailMessage

from recense.errors import DamagedInput, EmptyInput, InputError
from recense.reading import ReadResult, read_bytes
from recense.records import Document
from recense.settings import Settings
from tests import hostile

GIFT = "Le pôle Minalogic donne mille masques à l'hôpital de Grenoble."
LOAN = "La ville de Nîmes prête dix respirateurs à sa clinique."


def _read(data: bytes, name: str, settings: Settings | None = None) -> tuple[list[Document], list[InputError]]:
    results = list(read_bytes(data, name, settings or Settings()))
    documents = [result.document for result in results if isinstance(result, ReadResult)]
    return documents, [result for result in results if isinstance(result, InputError)]


def _message(plain: str | None, page: str | None = None) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = "pole@example.org", "Lettre du pôle"
    message["Date"] = "Thu, 07 May 2020 23:30:00 +0200"
    message["Message-ID"] = "<1@example.org>"
    if plain is not None:
        message.set_content(plain)
    if page is not None and plain is not None:
        message.add_alternative(page, subtype="html")
    elif page is not None:
        message.set_content(page, subtype="html")
    return message


def test_a_message_has_subject_and_date_and_its_attachments_are_documents() -> None:
    message = _message(GIFT)
    message.add_attachment(hostile.pdf(text=LOAN), maintype="application", subtype="pdf", filename="prêt.pdf")
    message.add_attachment(b"\x89PNG\r\n", maintype="image", subtype="png", filename="logo.png")
    documents, errors = _read(message.as_bytes(), "a.eml")
    assert errors == []
    assert [d.source for d in documents] == ["a.eml", "a.eml!/prêt.pdf"]
    assert (documents[0].title, documents[0].published) == ("Lettre du pôle", "2020-05-07")
    assert documents[0].text.strip() == GIFT
    assert documents[1].text.strip() == LOAN


def test_a_message_is_read_from_its_page_where_the_plain_part_says_nothing() -> None:
    page = f"<html><body><ul><li>{GIFT}</li><li>{LOAN}</li></ul><p style='display:none'>caché</p></body></html>"
    for message in (_message("Ouvrez ce message dans votre navigateur.", page), _message(None, page)):
        ((document,), errors) = _read(message.as_bytes(), "a.eml")
        assert errors == []
        assert [b.kind for b in document.blocks] == ["list_item", "list_item"]
        assert "caché" not in document.text


def test_a_forwarded_message_is_a_document_of_its_own() -> None:
    outer = _message("Pour information, voir ci-joint le message de nos amis de Nîmes.")
    outer.add_attachment(_message(LOAN))
    documents, errors = _read(outer.as_bytes(), "a.eml")
    assert errors == []
    assert documents[1].text.strip() == LOAN


def test_each_entry_of_a_feed_is_a_document() -> None:
    entries = "".join(
        f"<item><title>Titre {n}</title><pubDate>Tue, 05 May 2020 10:00:00 GMT</pubDate>"
        f"<description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"
        for n, text in enumerate((GIFT, LOAN), start=1)
    )
    documents, errors = _read(hostile.feed(entries), "a.rss")
    assert errors == []
    assert [(d.source, d.title, d.published) for d in documents] == [
        ("a.rss#1", "Titre 1", "2020-05-05"),
        ("a.rss#2", "Titre 2", "2020-05-05"),
    ]
    assert GIFT in documents[0].text


def test_each_row_of_a_table_is_a_document() -> None:
    table = f"Date;Titre;Communiqué\n07/05/2020;Don;{GIFT}\n;;\n2020-05-08;Prêt;{LOAN}\n"
    documents, errors = _read(table.encode("cp1252"), "a.csv", Settings(text_column="communiqué"))
    assert [(d.source, d.title, d.published, d.text) for d in documents] == [
        ("a.csv#1", "Don", "2020-05-07", GIFT),
        ("a.csv#3", "Prêt", "2020-05-08", LOAN),
    ]
    assert [(error.subject, type(error)) for error in errors] == [("a.csv#2", EmptyInput)]
    _, (error,) = _read(table.encode(), "a.csv")
    assert "--text-column" in str(error)
    assert "Communiqué" in str(error)


def test_a_broken_line_of_json_lines_is_an_error_of_its_own() -> None:
    lines = f'{{"title": "Don", "content": "{GIFT}"}}\n{{"title": \n{{"content": "{LOAN}"}}\n'
    documents, errors = _read(lines.encode(), "a.jsonl")
    assert [d.source for d in documents] == ["a.jsonl#1", "a.jsonl#3"]
    assert [(error.subject, type(error)) for error in errors] == [("a.jsonl#2", DamagedInput)]


def test_an_archive_may_hold_all_of_these_and_one_bad_member_stops_nothing() -> None:
    rows = f"text,title\n{GIFT},Don\n"
    inner = hostile.zipped({"b.txt": LOAN.encode()})
    message = _message(GIFT).as_bytes()
    archive = hostile.zipped(
        {"a.csv": rows.encode(), "inner.zip": inner, "bad.pdf": b"%PDF-1.4", "__MACOSX/._a": b"x", "m.eml": message}
    )
    documents, errors = _read(archive, "all.zip")
    assert [d.source for d in documents] == ["all.zip!/a.csv#1", "all.zip!/inner.zip!/b.txt", "all.zip!/m.eml"]
    assert [error.subject for error in errors] == ["all.zip!/bad.pdf"]


def test_members_of_the_same_name_are_both_kept() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", GIFT)
        archive.writestr(zipfile.ZipInfo("b/a.txt"), LOAN)
    documents, _ = _read(file.getvalue(), "x.zip")
    assert {d.text for d in documents} == {GIFT, LOAN}
