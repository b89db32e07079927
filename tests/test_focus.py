import pytest

from recense.corpus import load_corpus
from recense.entities import EntityFinder, load_gazetteer
from recense.entities.focus import focus_region
from recense.settings import Settings

FINDER = EntityFinder(load_gazetteer(Settings().corpus / "gazetteers"))


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Le CHU de Nantes ouvre un site.", "FR-PDL"),
        ("Une PME de Pau livre des respirateurs à Toulon et à Marseille.", "FR-NAQ"),
        ("La plateforme couvre la Bretagne et la Normandie.", None),
        ("À Lyon, à Grenoble et à Paris, trois équipes testent le vaccin.", "FR-ARA"),
        ("Paris finance ; Lille coud, Roubaix coupe, Tourcoing livre des masques.", "FR-HDF"),
        ("Le plan touche la Bretagne, Lyon, Toulouse et Lille.", None),
        ("Une application aide les soignants.", None),
    ],
)
def test_the_region_where_it_happens_is_told_from_those_that_are_mentioned(text: str, region: str | None) -> None:
    focus = focus_region(text, FINDER.find(text))
    assert (focus.id if focus else None) == region


def test_the_cases_name_items_of_the_corpus_and_regions_that_they_name() -> None:
    corpus = load_corpus(Settings().corpus)
    items = {(d.id, str(n)): item for d in corpus.documents for n, item in enumerate(d.items, start=1)}
    rows = (Settings().corpus / "cases/focus_regions.csv").read_text().splitlines()[1:]
    assert len(rows) > 600
    for document, number, region in (row.split(",") for row in rows):
        named = {entity.id for entity in items[document, number].entities if entity.label == "REGION"}
        assert region in named or region in ("several", "none")
