"""Reading order, paragraphs and page furniture from the places of text on pages."""

from recense.reading.pdf_layout import Page, Segment, lay_out

LINE = 12.0


def _lines(texts: list[str], left: float = 50, top: float = 700, width: float = 200) -> list[Segment]:
    return [
        Segment(left, left + width, top - n * LINE - 10, top - n * LINE, text) for n, text in enumerate(texts) if text
    ]


def _text(*pages: list[Segment]) -> str:
    return lay_out([Page(600, 842, tuple(page)) for page in pages]).text


def test_hyphenation_is_undone_and_the_hyphens_counted() -> None:
    laid_out = lay_out(
        [Page(600, 842, tuple(_lines(["La ville de Nîmes donne mille respira-", "teurs à la clinique."])))]
    )
    assert laid_out.text == "La ville de Nîmes donne mille respirateurs à la clinique.\n"
    assert laid_out.left_out == "-"


def test_a_hyphen_that_belongs_to_the_word_stays() -> None:
    text = _text(_lines(["Un porte-monnaie, puis un second porte-", "monnaie pour la route."]))
    assert text == "Un porte-monnaie, puis un second porte-monnaie pour la route.\n"


def test_a_paragraph_goes_on_over_the_page_and_headers_come_last() -> None:
    def page(number: int, texts: list[str]) -> list[Segment]:
        furniture = [Segment(50, 150, 810, 820, "Lettre du pôle"), Segment(300, 310, 20, 30, str(number))]
        return [*furniture, *_lines(texts)]

    text = _text(page(1, ["La ville donne mille"]), page(2, ["masques à la clinique."]))
    assert text == "La ville donne mille masques à la clinique.\n\nLettre du pôle\n\n1\n\nLettre du pôle\n\n2\n"


def test_columns_are_read_one_after_the_other_under_their_title() -> None:
    title = _lines(["Un titre sur toute la largeur de la page"], top=740, width=500)
    left = _lines([f"gauche {n}," for n in range(6)])
    right = _lines([f"droite {n}," for n in range(6)], left=330)
    words = _text([*right, *title, *left]).split()
    assert words.index("droite") > max(i for i, word in enumerate(words) if word == "gauche")
    assert words[:2] == ["Un", "titre"]


def test_three_columns_are_read_one_after_the_other() -> None:
    columns = [_lines([f"{name} {n}," for n in range(6)], left=50 + 170 * i, width=150) for i, name in enumerate("abc")]
    words = _text([segment for column in reversed(columns) for segment in column]).split()
    assert [word for word in words if word in "abc"] == ["a"] * 6 + ["b"] * 6 + ["c"] * 6


def test_rows_of_a_table_keep_their_cells_together() -> None:
    cells = []
    for row in range(4):
        top = 700 - row * 40
        cells += _lines([f"Ville {row}"], top=top, width=60)
        cells += _lines([f"Donne {row} masques à la", f"clinique {row}."], left=200, top=top)
    paragraphs = _text(cells).strip().split("\n\n")
    assert paragraphs[2] == "Ville 2   Donne 2 masques à la clinique 2."
    assert len(paragraphs) == 4
