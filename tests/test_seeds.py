"""The two documents that the project starts from, where they lie beside the checkout: their text is not ours."""

import os
from pathlib import Path

import pytest

from recense.reading import find_sources
from recense.records import InventoryRow
from recense.run import process_source
from recense.settings import PROJECT_ROOT, Settings

SEEDS = Path(os.environ.get("RECENSE_SEEDS", PROJECT_ROOT.parent / "shared/seeds"))
pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed documents are not here")

# Per bullet of the newsletter: the clusters' names as written, and the codes of the regions.
BULLETS = [
    ({"EuraMaterials", "Techtera", "IFTH"}, {"FR-HDF", "FR-ARA"}),
    ({"Silver Valley"}, {"FR-IDF"}),
    ({"Spirits Valley"}, {"FR-NAQ"}),
    ({"Polepharma"}, {"FR-CVL", "FR-IDF", "FR-NOR"}),
    ({"Cluster Montagne"}, {"FR-ARA"}),
    ({"Digital Aquitaine"}, {"FR-NAQ"}),
    ({"Cosmetic Valley"}, {"FR-CVL", "FR-IDF", "FR-NOR"}),
    ({"Terralia-Pass"}, {"FR-PAC", "FR-ARA", "FR-OCC"}),
    ({"C2IME"}, {"FR-GES"}),
    ({"Mecabourg"}, {"FR-ARA"}),
    ({"Minalogic"}, {"FR-ARA"}),
    ({"Digital 113"}, {"FR-OCC"}),
    ({"AREA Centre Val-de-Loire"}, {"FR-CVL"}),
]


def _rows(language: str) -> list[InventoryRow]:
    results = [result for source in find_sources([str(SEEDS)]).sources for result in process_source(source, Settings())]
    return [
        row for result in results if result.document and result.document.language == language for row in result.rows
    ]


def test_the_newsletter_gives_an_item_per_bullet_with_its_clusters_and_regions() -> None:
    rows = _rows("en")
    assert len(rows) == len(BULLETS)
    for row, (clusters, regions) in zip(rows, BULLETS, strict=True):
        found = {e.text for e in row.entities if e.label == "CLUSTER"}
        assert clusters <= found, row.title
        assert {e.id for e in row.entities if e.label == "REGION"} == regions, row.title


def test_the_article_gives_its_initiatives_and_neither_counts_nor_quotes_nor_links() -> None:
    rows = _rows("fr")
    texts = [row.text for row in rows]
    assert any("280" in text and "cartographie" in text for text in texts)
    assert any("#PartneringAgainstCovid19" in text for text in texts)
    assert not any("plus de 40 actions" in text or "plus de 15 actions" in text for text in texts)
    assert not any(text.startswith(("«", "“")) or "contextualise" in text or "ajoute-t-elle" in text for text in texts)
    assert not any("Pour aller plus loin" in text or "Observatoire Covid-19" in text for text in texts)
