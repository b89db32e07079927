"""Names of places to places: homonyms by context, short forms, names cut at a line end, misspelt names.

1. The name as it stands in the lists; of homonyms the one in a region that the text names anyway, else the town that is
   bigger by far, else none.
2. The name with its article or without: "au Blanc" is Le Blanc. Beside a small town, a far bigger one that the name
   is short for counts as a homonym: "Clermont" is rather Clermont-Ferrand than Clermont (Oise).
3. The first or the last word of longer names: "Brive" is Brive-la-Gaillarde, "Hossegor" is Soorts-Hossegor.
4. The nearest name of a region, a department or a bigger town, if it is near enough.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from rapidfuzz import fuzz, process

from recense.entities.folding import fold
from recense.entities.gazetteer import Entry

# A homonym is the bigger town only if it is bigger by far; else the text must decide.
CLEARLY_BIGGER = 5
# "Brest (Finistère)", "Lyon, France", "75013 Paris", "Paris 13e", "Saint-Pierre de La Réunion".
PARTS = re.compile(
    r"\s*[(),]\s*|^(?=\d{5}\s)|(?<=^\d\d)\d{3}\s+|\s+\d{1,2}(?:er|e|ème|st|nd|rd|th)$"
    r"|\s+d[eu]\s+(?=[Ll]a Réunion|[Ll]a Reunion|Mayotte|Martinique|Guadeloupe|Guyane)"
)
STOPS = re.compile(r"(?<=\b\w)\.|(?<=\b[Ss]t)\.|(?<=\b[Ss]te)\.")
ARTICLES = ("le", "la", "les", "l")
CUT_AT_LINE_END = re.compile(r"-\s*\n\s*(?=[a-zà-ÿ])")
# A short form has so many letters that it is no chance likeness.
MIN_CHARS_OF_PART = 5
# One wrong letter in a name of nine leaves a likeness of 90 or so. Of the 81 labelled places of train and dev that
# neither a list nor a part of a name explains (nearly all are hamlets), 2 reach 90, both rightly, and 5 reach 85, 3 of
# them rightly.
MIN_LIKENESS, MIN_CHARS_OF_LIKENESS = 90, 5
MIN_INHABITANTS_OF_LIKENESS = 8_000


class PlaceLinker:
    """Links names of places.

    Args:
        entries_of: folded name -> the places that bear it.
    """

    def __init__(self, entries_of: Mapping[str, Sequence[Entry]]) -> None:
        self._entries_of = entries_of

    def link(self, written: str, context: Counter[str]) -> Entry | None:
        """The place that a name means in a text; None where it cannot be told.

        Args:
            written: the name, maybe with what it lies in: "Brest (Finistère)", "Lyon, France", "75013 Paris".
            context: how often the text names each region, by its code.
        """
        name, *around = [part for part in PARTS.split(written) if part] or [written]
        if not around:
            return self._link_name(name, context)
        places = [self._link_name(part, context) for part in around]
        narrower = context + Counter({place.id: 1 for place in places if place is not None})
        return self._link_name(name, narrower) or next((place for place in places if place is not None), None)

    def _link_name(self, written: str, context: Counter[str]) -> Entry | None:
        key = fold(CUT_AT_LINE_END.sub("", STOPS.sub("", written)))
        first, _, rest = key.partition(" ")
        for name in (key, *(f"{article} {key}" for article in ARTICLES), rest if first in ARTICLES else key):
            if name in self._entries_of:
                return choose_place(self._with_bigger_towns(name), context)
        if key in self._by_part:
            return choose_place(self._by_part[key], context)
        likely = process.extractOne(key, self._likely_names, scorer=fuzz.ratio, score_cutoff=MIN_LIKENESS)
        if likely is None or len(key) < MIN_CHARS_OF_LIKENESS:
            return None
        return choose_place(self._entries_of[likely[0]], context)

    def _with_bigger_towns(self, name: str) -> list[Entry]:
        """The places of a name, and the far bigger towns that it may be short for: Clermont, but Clermont-Ferrand."""
        entries = list(self._entries_of[name])
        if any(entry.kind != "town" or not entry.weight for entry in entries):
            return entries  # what has no inhabitants was put on the list by hand
        least = CLEARLY_BIGGER * max(entry.weight for entry in entries)
        return entries + [town for town in self._by_part.get(name, ()) if town.weight >= max(least, 1)]

    @cached_property
    def _by_part(self) -> dict[str, list[Entry]]:
        """First or last word of a town's longer name, of a saint's the first two -> the towns."""
        parts: dict[str, list[Entry]] = defaultdict(list)
        for key, entries in self._entries_of.items():
            words = key.split()
            towns = [entry for entry in entries if entry.kind == "town"]
            is_saint = words[0] in ("saint", "sainte")
            short = {" ".join(words[:2])} if is_saint else {words[0], words[-1]}
            for part in short if towns and len(words) > 1 + is_saint else ():
                if len(part) >= MIN_CHARS_OF_PART:
                    parts[part] += towns
        return parts

    @cached_property
    def _likely_names(self) -> list[str]:
        return [
            key
            for key, entries in self._entries_of.items()
            if any(entry.kind != "town" or entry.weight >= MIN_INHABITANTS_OF_LIKENESS for entry in entries)
        ]


def choose_place(entries: Sequence[Entry], context: Counter[str]) -> Entry | None:
    """The entry that a name means, None where the homonyms cannot be told apart.

    Regions and departments before towns, unless the text is about the region of a town and not about theirs ("between
    Lyon and Vienne"); then the one in a region that the text names anyway; then the town that is bigger by far.
    """
    for kind in ("region", "former region", "department"):
        for entry in entries:
            if entry.kind == kind:
                rivals = [other for other in entries if other.kind == "town" and context[other.id]]
                is_elsewhere = kind != "region" and not context[entry.id] and rivals
                return max(rivals, key=lambda other: context[other.id]) if is_elsewhere else entry
    if len({entry.id for entry in entries}) == 1:
        return max(entries, key=lambda entry: entry.weight)
    in_context = [entry for entry in entries if context[entry.id]]
    if in_context:
        return max(in_context, key=lambda entry: (context[entry.id], entry.weight))
    biggest, second = sorted(entries, key=lambda entry: -entry.weight)[:2]
    return biggest if biggest.weight >= CLEARLY_BIGGER * second.weight else None
