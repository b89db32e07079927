"""The gazetteers of `corpus/gazetteers/` as data: names to entries.

The lists are CSV files that a domain expert can review; this module only reads them.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import msgspec

from recense.entities.folding import fold, stem
from recense.errors import CorpusError
from recense.records import EntityLabel

SEPARATOR = "|"
# Before a name that counts only as it is written, capitals and accents.
EXACT = "="
# In the column `ambiguous` of a good: each of its names is an ordinary word as well.
ALL_NAMES = "*"
KIND_WORDS = frozenset({"cluster", "pole", "reseau", "technopole"})


class Entry(msgspec.Struct, frozen=True):
    """One thing that a mention can be linked to.

    Attributes:
        label: what kind of entity it is.
        id: its id in the output: a slug, or for a place the ISO 3166-2 code of today's region.
        name: the preferred name that is shown.
        kind: the list it comes from and its kind there ("region", "town", "cluster", "drug"...).
        names: every written form, not folded.
        latitude: degrees north, None for what has no place.
        longitude: degrees east.
        weight: how likely a bare mention means this one (inhabitants of a town; 0 elsewhere).
        risky: folded forms that need a hint in the text, because they are ordinary words as well; of a good, stems that
            only the recogniser may take for one.
        exact: names that count only as they are written here, capitals and accents: MEDEE is a cluster, Médée is not.
    """

    label: EntityLabel
    id: str
    name: str
    kind: str
    names: tuple[str, ...]
    latitude: float | None = None
    longitude: float | None = None
    weight: int = 0
    risky: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()

    def allows(self, written: str) -> bool:
        """Whether a text that matches one of the names, case and accents aside, may be this entry."""
        if not self.exact:
            return True
        folded = fold(written)
        return written in self.exact or any(fold(n) == folded and n not in self.exact for n in self.names)


class Gazetteer(msgspec.Struct, frozen=True):
    """All entries of one corpus folder."""

    clusters: tuple[Entry, ...]
    places: tuple[Entry, ...]
    materials: tuple[Entry, ...]

    @property
    def place_words(self) -> frozenset[str]:
        """The folded words of all names of places, without those of one or two letters."""
        names = (name for entry in self.places for name in entry.names)
        return frozenset(word for name in names for word in fold(name).split() if len(word) > 2 and word.isalpha())


def load_gazetteer(folder: Path) -> Gazetteer:
    """Read the lists.

    Args:
        folder: `corpus/gazetteers`.

    Raises:
        CorpusError: a list is missing or lacks a column.
    """
    from recense.entities.places import load_places  # noqa: PLC0415 - it reads these types

    return Gazetteer(tuple(_clusters(folder)), tuple(load_places(folder)), tuple(_materials(folder)))


def read_rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of one list, with the columns that the caller needs checked."""
    if not path.is_file():
        raise CorpusError(str(path), "this gazetteer is missing", "Restore it from the repository.")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = set(columns) - set(reader.fieldnames or ())
        if missing:
            raise CorpusError(str(path), f"the columns {sorted(missing)} are missing", "Compare with the guide.")
        return list(reader)


def split_names(*cells: str) -> tuple[str, ...]:
    """The written forms in cells such as "a | b | c", without repeats."""
    names = (name.strip() for cell in cells for name in cell.split(SEPARATOR))
    return tuple(dict.fromkeys(name for name in names if name))


def _clusters(folder: Path) -> Iterator[Entry]:
    for row in read_rows(folder / "clusters.csv", ("id", "name", "aliases", "former_names", "kind")):
        marked = split_names(row["name"], row["aliases"], row["former_names"])
        exact = frozenset(name.removeprefix(EXACT) for name in marked if name.startswith(EXACT))
        name, *others = (name.removeprefix(EXACT) for name in marked)
        names = (name, *_without_kind_word((name, *others)))
        yield Entry("CLUSTER", row["id"], name, row["kind"], names, exact=exact)


def _without_kind_word(names: tuple[str, ...]) -> tuple[str, ...]:
    """Without "Cluster X" where "X" is a name too: the word stays outside the mention."""
    folded = {fold(name) for name in names}
    return tuple(name for name in names if not _bare_name_is_known(fold(name), folded))


def _bare_name_is_known(name: str, folded: set[str]) -> bool:
    first, _, rest = name.partition(" ")
    return first in KIND_WORDS and rest in folded


def _materials(folder: Path) -> Iterator[Entry]:
    columns = ("id", "fr", "en", "aliases_fr", "aliases_en", "kind", "ambiguous")
    for row in read_rows(folder / "materials.csv", columns):
        names = split_names(row["fr"], row["en"], row["aliases_fr"], row["aliases_en"])
        ambiguous = names if row["ambiguous"] == ALL_NAMES else split_names(row["ambiguous"])
        risky = frozenset(map(_stems, ambiguous))
        yield Entry("MATERIAL", row["id"], row["fr"], row["kind"], names, risky=risky)


def _stems(name: str) -> str:
    return " ".join(map(stem, fold(name).split()))
