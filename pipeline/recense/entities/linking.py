"""Mentions that are already known to be one kind of entity to the gazetteer's ids."""

from recense.entities.folding import fold, stem
from recense.entities.gazetteer import Entry, Gazetteer
from recense.records import EntityLabel

# What the press puts before a cluster's name without its being part of it.
KIND_WORDS = frozenset("le la les the pole poles cluster reseau technopole competitivite de competitiveness".split())


class Linker:
    """Links a mention by its written form.

    Args:
        gazetteer: the lists to link to.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._clusters = _unique(gazetteer.clusters)
        self._materials = _first(gazetteer.materials)

    def link(self, label: EntityLabel, surface: str) -> str | None:
        """The id of a cluster or a good; None where no entry or more than one fits."""
        entry = self.entry(label, surface)
        return entry.id if entry else None

    def entry(self, label: EntityLabel, surface: str) -> Entry | None:
        """The entry that a mention of a cluster or a good names; None where none or more than one fits."""
        words = fold(surface).split()
        if label == "CLUSTER":
            return self._cluster(words)
        if label == "MATERIAL":
            return self._material([stem(word) for word in words])
        return None

    def _cluster(self, words: list[str]) -> Entry | None:
        """The whole name, or the name without "le pôle", "the cluster" before it or doubled behind it."""
        half = len(words) // 2
        if half and words[:half] == words[half:]:
            words = words[:half]
        for start in range(len(words)):
            if start and words[start - 1] not in KIND_WORDS:
                break
            found = self._clusters.get(" ".join(words[start:]))
            if found:
                return found
        return None

    def _material(self, words: list[str]) -> Entry | None:
        """The longest known name within the mention: "washable cotton masks" is a mask."""
        for length in range(len(words), 0, -1):
            for start in range(len(words) - length + 1):
                found = self._materials.get(" ".join(words[start : start + length]))
                if found:
                    return found
        return None


def _unique(entries: tuple[Entry, ...]) -> dict[str, Entry]:
    """Folded name -> entry, without the names that two entries share."""
    found: dict[str, Entry] = {}
    shared: set[str] = set()
    for entry in entries:
        for key in {fold(name) for name in entry.names}:
            if key in found:
                shared.add(key)
            found[key] = entry
    return {key: entry for key, entry in found.items() if key not in shared}


def _first(entries: tuple[Entry, ...]) -> dict[str, Entry]:
    """Stemmed name -> the first entry that bears it."""
    found: dict[str, Entry] = {}
    for entry in entries:
        for name in entry.names:
            found.setdefault(" ".join(map(stem, fold(name).split())), entry)
    return found
