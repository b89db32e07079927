import pytest
import spacy

from recense import stock_entities
from recense.stock_entities import StockFinder, stock_models_installed


def test_without_the_stock_models_there_is_no_such_baseline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spacy.util, "is_package", lambda name: name == "fr_core_news_sm")
    assert not stock_models_installed()


def test_organisations_count_as_clusters_and_places_as_regions(monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline = spacy.blank("fr")
    patterns = [("ORG", "Medicen"), ("LOC", "Paris"), ("PER", "COVID-19")]
    pipeline.add_pipe("entity_ruler").add_patterns([{"label": a, "pattern": b} for a, b in patterns])  # type: ignore[attr-defined]
    monkeypatch.setattr(stock_entities, "_pipeline", lambda _: pipeline)
    found = StockFinder().find("Medicen, à Paris, étudie le COVID-19 avec des soignants.")
    assert [(entity.label, entity.text, entity.id) for entity in found] == [
        ("CLUSTER", "Medicen", None), ("REGION", "Paris", None),
    ]  # fmt: skip
    assert not StockFinder().knows_cluster("Medicen")
