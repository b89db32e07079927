"""Items to entities: candidates from the gazetteers and from patterns, then one policy for overlaps.

1. Known clusters, places and goods are matched by name.
2. Patterns propose clusters that no list has ("cluster X", "X Valley"), where no known one stands.
3. Overlaps: the longer stretch wins; of equal ones CLUSTER before REGION before MATERIAL. So
   "Digital Aquitaine" is a cluster without a region in it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from recense.entities.folding import Token, tokens
from recense.entities.gazetteer import Entry, Gazetteer
from recense.entities.matching import Match, NameMatcher
from recense.entities.patterns import unknown_clusters
from recense.records import Entity, EntityLabel

RANK: dict[EntityLabel, int] = {"CLUSTER": 0, "REGION": 1, "MATERIAL": 2}
# A word before a name, or the bracket of "(Isère)", that makes a place of a name which is an ordinary word as well.
PLACE_CUES = frozenset(
    """a near pres chu ch hopital hospital clinique mairie ville town city commune universite site usine base
basee based installe installee in ( outside at""".split()
)
CLUSTER_CUES = frozenset(
    "cluster pole reseau network technopole federation incubateur incubator accelerateur accelerator".split()
)
# A homonym is the bigger town only if it is bigger by far; else the text must decide.
CLEARLY_BIGGER = 5


class EntityFinder:
    """Finds and links the entities of texts.

    Args:
        gazetteer: the lists to match and to link to.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._clusters = NameMatcher(gazetteer.clusters)
        self._places = NameMatcher(gazetteer.places)
        self._materials = NameMatcher(gazetteer.materials, stems=True)

    def find(self, text: str) -> list[Entity]:
        """The entities of one item, in order, not overlapping; offsets are the item's."""
        words = tokens(text)
        has_case = text != text.upper() and text != text.lower()
        known = list(self._known_clusters(text, words, has_case=has_case))
        candidates = [
            *known,
            *(entity for entity in unknown_clusters(text) if not any(_overlap(entity, other) for other in known)),
            *self._known_places(text, words, has_case=has_case),
            *self._known_materials(text, words),
        ]
        return without_overlaps(candidates)

    def _known_clusters(self, text: str, words: Sequence[Token], *, has_case: bool) -> Iterator[Entity]:
        for match in self._clusters.matches(words):
            start, end = words[match.first].start, words[match.last - 1].end
            if has_case and not _capitalised(text[start:end]):
                continue
            entries = self._clusters.entries_of[match.key]
            entry = entries[0] if len(entries) == 1 else None
            name = text[start:end]
            if entry is None:
                yield Entity("CLUSTER", name, start, end, None, None, f"homonym: {match.key}")
            else:
                yield Entity("CLUSTER", name, start, end, entry.id, entry.name, f"alias: {match.key}")

    def _known_materials(self, text: str, words: Sequence[Token]) -> Iterator[Entity]:
        for match in self._materials.matches(words):
            start, end = words[match.first].start, words[match.last - 1].end
            entry = self._materials.entries_of[match.key][0]
            if entry.kind in ("drug", "brand", "vaccine", "test") and len(match.key) < 6 and text[start:end].islower():
                continue  # a short trade name is written with a capital
            yield Entity("MATERIAL", text[start:end], start, end, entry.id, entry.name, f"alias: {match.key}")

    def _known_places(self, text: str, words: Sequence[Token], *, has_case: bool) -> Iterator[Entity]:
        accepted = [
            match for match in self._places.matches(words) if self._is_place(text, words, match, has_case=has_case)
        ]
        context = self._regions_of_sure(accepted)
        for match in accepted:
            start, end = words[match.first].start, words[match.last - 1].end
            entry = choose_place(self._places.entries_of[match.key], context)
            if entry is None:
                rule = f"homonym: {match.key}"
                yield Entity("REGION", text[start:end], start, end, None, None, rule)
            else:
                yield _place_entity(entry, text[start:end], start, end, match.key)

    def _is_place(self, text: str, words: Sequence[Token], match: Match, *, has_case: bool) -> bool:
        """A name of a place needs a capital; a name that is an ordinary word as well needs a cue."""
        start, end = words[match.first].start, words[match.last - 1].end
        if has_case and not _capitalised(text[start:end]):
            return False
        before = words[match.first - 1].folded if match.first else ""
        if before in CLUSTER_CUES:
            return False
        if not is_risky(match.key, self._places.entries_of[match.key]):
            return True
        return has_case and (before in PLACE_CUES or _is_bracketed(text, start, end))

    def _regions_of_sure(self, matches: Iterable[Match]) -> Counter[str]:
        """Regions that the unambiguous places of the text lie in."""
        regions: Counter[str] = Counter()
        for match in matches:
            ids = {entry.id for entry in self._places.entries_of[match.key]}
            if len(ids) == 1:
                regions.update(ids)
        return regions


def is_risky(key: str, entries: Sequence[Entry]) -> bool:
    """Whether a name needs a cue: a region or department that says so, or towns that all do."""
    towns = [key in entry.risky for entry in entries if entry.kind == "town"]
    others = [key in entry.risky for entry in entries if entry.kind != "town"]
    return any(others) or (not others and all(towns))


def choose_place(entries: Sequence[Entry], context: Counter[str]) -> Entry | None:
    """The entry that a name means, None where the homonyms cannot be told apart.

    Regions and departments before towns; then the one in a region that the text names anyway; then the
    town that is bigger by far.
    """
    for kind in ("region", "former region", "department"):
        for entry in entries:
            if entry.kind == kind:
                return entry
    if len({entry.id for entry in entries}) == 1:
        return max(entries, key=lambda entry: entry.weight)
    in_context = [entry for entry in entries if context[entry.id]]
    if in_context:
        return max(in_context, key=lambda entry: (context[entry.id], entry.weight))
    biggest, second = sorted(entries, key=lambda entry: -entry.weight)[:2]
    return biggest if biggest.weight >= CLEARLY_BIGGER * second.weight else None


def _place_entity(entry: Entry, text: str, start: int, end: int, key: str) -> Entity:
    latitude, longitude = entry.latitude or 0.0, entry.longitude or 0.0
    return Entity("REGION", text, start, end, entry.id, entry.name, f"{entry.kind}: {key}", latitude, longitude)


def _capitalised(name: str) -> bool:
    """Whether a name is written as one: its first letter, or that of a word after an article, is a capital."""
    return name[:1].isupper() or name[:1].isdigit() or any(word[:1].isupper() for word in name.split()[1:2])


def _is_bracketed(text: str, start: int, end: int) -> bool:
    return text[:start].endswith("(") or text[end : end + 2].startswith(" (")


def _overlap(one: Entity, other: Entity) -> bool:
    return one.start < other.end and other.start < one.end


def without_overlaps(candidates: Iterable[Entity]) -> list[Entity]:
    """The longest candidates that do not overlap; of equal ones the first label in the ranking."""
    kept: list[Entity] = []
    for entity in sorted(candidates, key=lambda e: (-(e.end - e.start), RANK[e.label], e.start, e.id is None)):
        if not any(_overlap(entity, other) for other in kept):
            kept.append(entity)
    return sorted(kept, key=lambda entity: entity.start)
