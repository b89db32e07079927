"""The region where an initiative happens, apart from the regions that its text merely mentions.

Press texts name the place of the deed, or of whoever does it, first; partners, suppliers and those who are served come
later. Regions that are named in one breath ("in Normandy and Brittany") are on the same footing.
"""

import re
from collections import Counter
from collections.abc import Sequence

from recense.records import Entity

# Between two places that one phrase names.
IN_ONE_BREATH = re.compile(
    r"[\s,;/&–—-]*(?:(?:et|and|ou|or|puis|then|à|en|de|du|des|d['’]|l['’]|la|le|les|in|of|the|au|aux|from|comme"
    r"|as well as|\([^)]*\)|\))[\s,;/&–—-]*)*",
    re.IGNORECASE,
)
# A text that names so many regions is about the country.
MANY_REGIONS = 4
# Named so much more often than any other, a region is the subject wherever it stands.
LEAD = 2


def focus_region(text: str, entities: Sequence[Entity]) -> Entity | None:
    """The first mention of the region where the initiative of an item happens.

    Args:
        text: the text of the item.
        entities: its entities, in order.

    Returns:
        None where the text names no region, or several on the same footing.
    """
    places = [entity for entity in entities if entity.label == "REGION" and entity.id]
    counts = Counter(place.id for place in places)
    if len(counts) < 2:
        return places[0] if places else None
    (most, count), (_, second) = counts.most_common(2)
    if count >= second + LEAD:
        return next(place for place in places if place.id == most)
    first = places[0]
    if _named_together(text, places):
        return first if counts[first.id] > max(n for code, n in counts.items() if code != first.id) else None
    if len(counts) >= MANY_REGIONS and counts[first.id] == 1:
        return None
    return first


def _named_together(text: str, places: Sequence[Entity]) -> bool:
    """Whether the first region and the next other one stand in one breath."""
    other = next(index for index, place in enumerate(places) if place.id != places[0].id)
    return IN_ONE_BREATH.fullmatch(text, places[other - 1].end, places[other].start) is not None
