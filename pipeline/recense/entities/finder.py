"""Items to entities: candidates from the gazetteers and from patterns, then one policy for overlaps.

1. Known clusters, places and goods are matched by name.
2. Patterns propose clusters that no list has ("cluster X", "X Valley"), where no known one stands.
3. A trained recogniser decides, with all of that as hints, which words are an entity; its mentions are linked to the
   lists. Without one the candidates themselves are taken, and of overlapping ones the longer stretch wins; of equal
   ones CLUSTER before REGION before MATERIAL. So "Digital Aquitaine" is a cluster without a region in it.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from recense.entities.folding import Token, fold, tokens
from recense.entities.gazetteer import Entry, Gazetteer
from recense.entities.linking import Linker
from recense.entities.matching import FoldedDocs, Match, NameMatcher
from recense.entities.patterns import unknown_clusters
from recense.entities.place_linking import PlaceLinker, choose_place
from recense.entities.recogniser import Hint, Recogniser, tokens_between
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
# What may stand between two names that one phrase lists.
BETWEEN_NAMES = re.compile(r"[\s–—,/&-]*")
TOWN_SIZES = (2_000, 8_000, 20_000, 60_000)


class EntityFinder:
    """Finds and links the entities of texts.

    Args:
        gazetteer: the lists to match and to link to.
        recogniser: decides which candidates are entities and finds names that no list has; None for the lists alone.
    """

    def __init__(self, gazetteer: Gazetteer, recogniser: Recogniser | None = None) -> None:
        self._recogniser = recogniser
        self._linker = Linker(gazetteer)
        words = FoldedDocs()
        self._clusters = NameMatcher(gazetteer.clusters, words)
        self._places = NameMatcher(gazetteer.places, words)
        self._notes: dict[str, tuple[str, bool, str]] = {}
        self._place_linker = PlaceLinker(self._places.entries_of)
        self._materials = NameMatcher(gazetteer.materials, FoldedDocs(stems=True))

    def find(self, text: str) -> list[Entity]:
        """The entities of one item, in order, not overlapping; offsets are the item's."""
        words = tokens(text)
        candidates = self._candidates(text, words)
        taken = without_overlaps(candidates)
        if self._recogniser is None:
            return taken
        known = {(entity.label, entity.start, entity.end): entity for entity in candidates}
        names = [entity for entity in taken if entity.label != "MATERIAL"]
        context = Counter(entity.id for entity in candidates if entity.label == "REGION" and entity.id)
        found = []
        for label, first, last in self._recogniser.spans(text, words, self._hints(text, words, taken)):
            name = _after_kind(text, words, first, last) if label == "CLUSTER" else first
            start, end = words[name].start, words[last - 1].end
            if label != "MATERIAL" and (several := _filling(names, text, start, end)):
                found += several
                continue
            found.append(known.get((label, start, end)) or self._linked(label, text[start:end], start, end, context))
        return found

    def region_of(self, place: str) -> str | None:
        """The code of the region that a name of a place means without any context; None where it cannot be told."""
        entry = self._place_linker.link(place, Counter())
        return entry.id if entry else None

    def knows_cluster(self, name: str) -> bool:
        """Whether the lists have a cluster of that name."""
        return self._linker.entry("CLUSTER", name) is not None

    def hints(self, text: str, words: Sequence[Token]) -> list[Hint]:
        """What the lists and patterns say of the words of a text, for the recogniser."""
        return self._hints(text, words, without_overlaps(self._candidates(text, words)))

    def _candidates(self, text: str, words: Sequence[Token]) -> list[Entity]:
        has_case = text != text.upper() and text != text.lower()
        known = list(self._known_clusters(text, words, has_case=has_case))
        return [
            *known,
            *(entity for entity in unknown_clusters(text) if not any(_overlap(entity, other) for other in known)),
            *self._known_places(text, words, has_case=has_case),
            *self._known_materials(text, words),
        ]

    def _hints(self, text: str, words: Sequence[Token], taken: Iterable[Entity]) -> list[Hint]:
        """Every name that stands in the lists, also where the rules above would not take it, and what they take."""
        hints = []
        for match in self._clusters.matches(words):
            written = text[words[match.first].start : words[match.last - 1].end]
            if any(entry.allows(written) for entry in self._clusters.entries_of[match.key]):
                case = "upper" if any(char.isupper() for char in written) else "lower"
                hints.append(Hint(match.first, match.last, f"cluster:{case}"))
        for match in self._places.matches(words):
            case = "upper" if text[words[match.first].start].isupper() else "lower"
            kind, risk, size = self._place_notes(match.key)
            hints.append(Hint(match.first, match.last, f"{kind}:{case}:{risk}"))
            if size:
                hints.append(Hint(match.first, match.last, size))
        for match in self._materials.matches(words):
            entry = self._materials.entries_of[match.key][0]
            sure = "maybe" if match.key in entry.risky else "good"
            hints.append(Hint(match.first, match.last, f"{sure}:{entry.kind}"))
        for entity in taken:
            rule = entity.rule.partition(":")[0]
            hints.append(Hint(*tokens_between(words, entity.start, entity.end), f"taken:{entity.label}:{rule}"))
        return hints

    def _place_notes(self, key: str) -> tuple[str, bool, str]:
        """The kind of place that a name is, whether it needs a cue, and how large a town it is."""
        if key not in self._notes:
            entries = self._places.entries_of[key]
            kind = min(entry.kind for entry in entries)
            inhabitants = max(entry.weight for entry in entries)
            size = f"size:{sum(inhabitants >= step for step in TOWN_SIZES)}" if kind == "town" else ""
            self._notes[key] = kind, is_risky(key, entries), size
        return self._notes[key]

    def _linked(self, label: EntityLabel, name: str, start: int, end: int, context: Counter[str]) -> Entity:
        """A mention that only the recogniser has found, linked where the lists know what it may be."""
        if label == "REGION":
            entry = self._place_linker.link(name, context)
            if entry is not None:
                return _place_entity(entry, name, start, end, f"{fold(name)}, by the recogniser")
            # A village that no list has lies where the rest of the text does, if that is one region.
            code = next(iter(context)) if len(context) == 1 else None
            return Entity(
                label, name, start, end, code, None, "recogniser, region of the text" if code else "recogniser"
            )
        entry = self._linker.entry(label, name)
        if entry is None:
            return Entity(label, name, start, end, None, None, "recogniser")
        return Entity(label, name, start, end, entry.id, entry.name, "recogniser, linked by name")

    def _known_clusters(self, text: str, words: Sequence[Token], *, has_case: bool) -> Iterator[Entity]:
        for match in self._clusters.matches(words):
            start, end = words[match.first].start, words[match.last - 1].end
            if has_case and not _capitalised(text[start:end]):
                continue
            name = text[start:end]
            entries = [entry for entry in self._clusters.entries_of[match.key] if entry.allows(name)]
            if not entries:
                continue
            entry = entries[0] if len(entries) == 1 else None
            if entry is None:
                yield Entity("CLUSTER", name, start, end, None, None, f"homonym: {match.key}")
            else:
                yield Entity("CLUSTER", name, start, end, entry.id, entry.name, f"alias: {match.key}")

    def _known_materials(self, text: str, words: Sequence[Token]) -> Iterator[Entity]:
        for match in self._materials.matches(words):
            start, end = words[match.first].start, words[match.last - 1].end
            entry = self._materials.entries_of[match.key][0]
            if match.key in entry.risky:
                continue
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


def _place_entity(entry: Entry, text: str, start: int, end: int, key: str) -> Entity:
    latitude, longitude = entry.latitude or 0.0, entry.longitude or 0.0
    return Entity("REGION", text, start, end, entry.id, entry.name, f"{entry.kind}: {key}", latitude, longitude)


def _after_kind(text: str, words: Sequence[Token], first: int, last: int) -> int:
    """Where the name proper begins: in "the accelerator C2IME" behind the word for its kind, written small."""
    for index in range(min(last - 1, first + 3) - 1, first - 1, -1):
        if words[index].folded in CLUSTER_CUES and text[words[index].start].islower():
            return index + 1
    return first


def _filling(names: Sequence[Entity], text: str, start: int, end: int) -> list[Entity]:
    """Two or more known names that fill a stretch but for dashes: "Centre – Val de Loire – Île de France" is two."""
    first = bisect_left(names, start, key=lambda name: name.start)
    inside = list(takewhile(lambda name: name.end <= end, names[first:]))
    borders = [start, *(offset for name in inside for offset in (name.start, name.end)), end]
    gaps = [text[borders[i] : borders[i + 1]] for i in range(0, len(borders), 2)]
    return inside if len(inside) > 1 and all(BETWEEN_NAMES.fullmatch(gap) for gap in gaps) else []


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
        place = bisect_left(kept, entity.start, key=lambda other: other.start)
        if not any(_overlap(entity, other) for other in kept[max(0, place - 1) : place + 1]):
            kept.insert(place, entity)
    return kept
