"""Word documents: every paragraph, wherever it is nested, with the role that its style gives."""

import io

import docx
import pytest
from docx.oxml import parse_xml

from recense.reading import ReadResult, read_bytes
from recense.settings import Settings
from tests.hostile import WORD


@pytest.fixture
def result() -> ReadResult:
    document = docx.Document()
    document.add_heading("Un don de masques", level=2)
    document.add_paragraph("La ville donne mille masques.")
    document.add_paragraph("Premier geste", style="List Bullet")
    document.add_paragraph("Second geste", style="List Bullet 2")
    document.add_paragraph("« Nous sommes fiers »", style="Quote")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Minalogic", "Prête des serveurs"
    document.sections[0].footer.paragraphs[0].text = "Le pôle, 12 rue du Pont"
    document.add_paragraph("Avant la boîte.")._p.append(
        parse_xml(
            f'<w:r xmlns:w="{WORD}"><w:pict><w:txbxContent><w:p><w:r><w:t>Dans la boîte.</w:t></w:r></w:p>'
            "</w:txbxContent></w:pict></w:r>"
        )
    )
    document.core_properties.title = "Lettre du pôle"
    file = io.BytesIO()
    document.save(file)
    (read,) = read_bytes(file.getvalue(), "a.docx", Settings())
    assert isinstance(read, ReadResult)
    return read


def test_styles_give_the_roles(result: ReadResult) -> None:
    document = result.document
    roles = [(block.kind, block.level, document.text[block.start : block.end]) for block in document.blocks]
    assert roles == [
        ("heading", 2, "Un don de masques"),
        ("paragraph", 0, "La ville donne mille masques."),
        ("list_item", 1, "Premier geste"),
        ("list_item", 1, "Second geste"),
        ("quote", 0, "« Nous sommes fiers »"),
        ("table_row", 0, "Minalogic | Prête des serveurs"),
        ("paragraph", 0, "Avant la boîte."),
        ("paragraph", 0, "Dans la boîte."),
        ("furniture", 0, "Le pôle, 12 rue du Pont"),
    ]


def test_title_and_loss(result: ReadResult) -> None:
    assert result.document.title == "Lettre du pôle"
    assert result.meter.unaccounted == 0
