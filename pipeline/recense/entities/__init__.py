"""Items to entities: clusters, places and goods, linked to the gazetteers."""

from recense.entities.finder import EntityFinder
from recense.entities.gazetteer import Gazetteer, load_gazetteer

__all__ = ["EntityFinder", "Gazetteer", "load_gazetteer"]
