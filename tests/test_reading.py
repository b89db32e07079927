from pathlib import Path

import pytest

from recense.errors import BinaryInput, DamagedInput, EmptyInput, InputError, InputTooLarge, UnsupportedFormat
from recense.reading import ReadResult, Source, find_sources, read_bytes, read_source, read_text
from recense.records import BlockKind, Document
from recense.settings import Settings

SENTENCE = "À Nîmes, l'équipe prête « vingt » respirateurs à l'hôpital, où l'on en manque."


def _read(data: bytes, name: str) -> ReadResult:
    (result,) = read_bytes(data, name, Settings())
    assert isinstance(result, ReadResult)
    return result


def _document(data: bytes, name: str) -> Document:
    return _read(data, name).document


def _error(data: bytes, name: str) -> InputError:
    (result,) = read_bytes(data, name, Settings())
    assert isinstance(result, InputError)
    return result


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1", "mac_roman", "cp850"]
)
def test_french_text_survives_its_encoding(encoding: str) -> None:
    document = _document((SENTENCE * 3).encode(encoding), "a.txt")
    assert document.text == SENTENCE * 3


def test_mojibake_is_repaired_and_said() -> None:
    broken = SENTENCE.encode("utf-8").decode("cp1252", "replace").replace("�", "").encode("utf-8")
    result = _read(broken, "a.txt")
    assert "équipe" in result.document.text
    assert "wrong encoding" in result.notices[0]


@pytest.mark.parametrize(
    ("data", "name", "error", "hint"),
    [
        (b"", "a.txt", EmptyInput, "empty"),
        (b"  \n\t ", "a.txt", EmptyInput, "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a.txt", BinaryInput, "PNG"),
        (bytes(range(256)) * 20, "a.txt", BinaryInput, "not text"),
        (b"%PDF-1.7 ...", "a.txt", DamagedInput, "PDF"),
        (b"{\\rtf1 ...", "a.txt", UnsupportedFormat, "RTF"),
        (b"1 2 3 +33", "a.txt", EmptyInput, "no words"),
        (b"<html><body><script>x()</script></body></html>", "a.html", EmptyInput, "shows no text"),
    ],
)
def test_unusable_bytes_are_refused_with_the_reason(data: bytes, name: str, error: type[Exception], hint: str) -> None:
    found = _error(data, name)
    assert type(found) is error
    assert hint in str(found)
    assert name in str(found)


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    path.write_text("mot " * 1000)
    for limits in (Settings(max_bytes=1000), Settings(max_chars=1000), Settings(max_sentences=0)):
        (result,) = read_source(Source(str(path)), limits)
        assert isinstance(result, InputTooLarge)
        assert "big.txt" in str(result)


def test_sources_do_not_depend_on_the_order_of_the_paths(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "sub/c.html", "d.bin", ".hidden.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("texte")
    one, two = str(tmp_path / "b.txt"), str(tmp_path)
    assert find_sources([one, two]) == find_sources([two, one, one])
    assert [Path(source.name).name for source in find_sources([two]).sources] == ["a.md", "b.txt", "c.html"]


def test_paths_that_give_nothing_are_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "none")
    found = find_sources([missing, str(tmp_path)])
    assert found.sources == []
    assert {error.subject for error in found.errors} == {str(tmp_path), missing}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("# Titre\n\nUn paragraphe.", ["heading", "paragraph"]),
        ("Nos actions\n• Une\n• Deux\n", ["heading", "list_item", "list_item"]),
        ("1) Une action.\n2) Une autre.", ["list_item", "list_item"]),
        ("a\tb\tc\n| d | e |", ["table_row", "table_row"]),
        ("> cité\n> encore\nréponse.", ["quote", "paragraph"]),
        ("Une action utile.\nLire la suite >\nUne autre.", ["paragraph", "furniture", "paragraph"]),
        ("Une action utile.\nÀ lire aussi : le dossier.", ["paragraph", "furniture"]),
        ("Une phrase entière.\n\n-----\n\nUne autre.", ["paragraph", "paragraph"]),
        ("3.1 Une action.\n3.2 Une autre.", ["list_item", "list_item"]),
        ("Une fin.\n\nLettre du pôle – page 1 de 3\n\nUn début.", ["paragraph", "furniture", "paragraph"]),
        ("Un.\n\nBulletin n° 8     1\n\nDeux.\n\nBulletin n° 8     2", ["paragraph", "furniture"] * 2),
        (f"Un.\n\nLettre{' ' * 90}n° 8\n\nDeux.\n\nLettre{' ' * 90}n° 8", ["paragraph", "furniture"] * 2),
        ("Un.\n\n– 4 –\nMission\n\nDeux.\n\n– 5 –\nMission", ["paragraph", "furniture", "furniture"] * 2),
        ("Un titre\nLes pôles sur une carte. - © Pôle Un et Pôle Deux", ["heading", "furniture"]),
        ("Photo : un hangar vide © tous droits réservés\n\nUne action.", ["furniture", "paragraph"]),
        ("Un CHU ouvre un site. Il est gratuit (© le CHU).", ["paragraph"]),
        ("Une action.\nTags : santé, Yonne\n\nUne autre.", ["paragraph", "furniture", "paragraph"]),
        ("Une fin.\n\nQui ouvre le dossier ?\nLe CHU ouvre le sien.", ["paragraph", "heading", "paragraph"]),
        ("Une fin.\n\nQui ouvre le dossier ?\n\nLe CHU ouvre le sien.", ["paragraph"] * 3),
        ("Fiche 1. Une action utile.\nFiche 2. Une autre action.", ["list_item", "list_item"]),
    ],
)
def test_layout_of_plain_text(text: str, kinds: list[BlockKind]) -> None:
    assert [block.kind for block in read_text(text).blocks] == kinds


def test_hard_wrapped_lines_are_one_block() -> None:
    text = (
        "- Le pôle Minalogic a réuni vingt de ses membres autour d'un projet\n"
        "  commun de respirateur simplifié, testé depuis mars à Grenoble par\n"
        "  les ingénieurs de l'hôpital.\n"
        "- Une seconde initiative occupe elle aussi plus d'une ligne de ce\n"
        "  message, que le logiciel de courrier a coupé à soixante-dix signes\n"
        "  sans rien demander.\n"
    )
    blocks = read_text(text).blocks
    assert [block.kind for block in blocks] == ["list_item", "list_item"]
    assert text[blocks[1].start :].startswith("Une seconde")


def test_an_arrow_before_indented_lines_is_a_bullet() -> None:
    text = (
        "> Le pôle Minalogic a réuni vingt de ses membres autour d'un projet\n"
        "  commun de respirateur simplifié, testé depuis mars à Grenoble.\n"
        "> Une seconde initiative occupe elle aussi plus d'une ligne de ce\n"
        "  message, que le logiciel de courrier a coupé sans rien demander.\n"
    )
    assert [(block.kind, block.marker) for block in read_text(text).blocks] == [("list_item", ">")] * 2


def test_tables_that_place_text_are_read_cell_by_cell_and_data_row_by_row() -> None:
    page = (
        "<html><body><table><tr><td><h3>Des masques</h3><p>Nîmes donne mille masques.</p></td>"
        "<td><h3>Des visières</h3><p>Metz imprime cent visières.</p></td></tr></table>"
        "<table><tr><th>Ville</th><th>Don</th></tr><tr><td>Brest</td><td>30 blouses</td></tr></table>"
        "<ul><li>Un don<ul><li>de gel</li></ul></li></ul><p>© 2020</p></body></html>"
    )
    document = _document(page.encode(), "a.html")
    assert [(b.kind, document.text[b.start : b.end]) for b in document.blocks] == [
        ("heading", "Des masques"),
        ("paragraph", "Nîmes donne mille masques."),
        ("heading", "Des visières"),
        ("paragraph", "Metz imprime cent visières."),
        ("table_row", "Ville | Don"),
        ("table_row", "Brest | 30 blouses"),
        ("list_item", "Un don"),
        ("list_item", "de gel"),
        ("paragraph", "© 2020"),
    ]
    assert document.published is None


def test_html_keeps_every_card_and_marks_furniture(root: Path) -> None:
    document = _document((root / "corpus/samples/page_fr.html").read_bytes(), "page_fr.html")
    assert document.title == "Actualités du réseau"
    assert document.published == "2020-05-18"
    kinds = {document.text[b.start : b.end].split()[0]: b.kind for b in document.blocks}
    assert kinds["Accueil"] == "furniture"
    assert kinds["Suivez-nous"] == "furniture"
    headings = [document.text[b.start : b.end] for b in document.blocks if b.kind == "heading" and b.level == 2]
    assert len(headings) == 3
