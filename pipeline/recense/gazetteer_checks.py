"""`recense gazetteer check` and `add`: lists of clusters and goods without doubles, gaps and unknown regions."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from recense.entities.folding import fold, stem
from recense.entities.gazetteer import EXACT, SEPARATOR, read_rows, split_names
from recense.errors import CorpusError

CLUSTERS, MATERIALS = "clusters.csv", "materials.csv"
CLUSTER_COLUMNS = (
    "id", "name", "aliases", "former_names", "kind", "sector", "seat", "region", "country", "since", "until", "source",
)  # fmt: skip
MATERIAL_COLUMNS = ("id", "parent", "fr", "en", "aliases_fr", "aliases_en", "kind", "ambiguous")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
YEAR = re.compile(r"(?:19|20)\d\d")

Row = Mapping[str, str]


def check_gazetteers(folder: Path) -> list[str]:
    """Everything in the lists that needs a hand, a line each: "file: id: what is wrong".

    Args:
        folder: `corpus/gazetteers`.

    Raises:
        CorpusError: a list is missing or lacks a column.
    """
    regions = {row["id"] for row in read_rows(folder / "regions.csv", ("id", "today"))}
    clusters, materials = read_rows(folder / CLUSTERS, CLUSTER_COLUMNS), read_rows(folder / MATERIALS, MATERIAL_COLUMNS)
    return [
        *(f"{CLUSTERS}: {problem}" for problem in cluster_problems(clusters, regions)),
        *(f"{MATERIALS}: {problem}" for problem in material_problems(materials)),
    ]


def cluster_problems(rows: Sequence[Row], regions: set[str]) -> Iterator[str]:
    """What is wrong with a list of clusters.

    Args:
        rows: the rows.
        regions: the codes of regions that may be named.
    """
    yield from _slug_problems(rows)
    for row in rows:
        if not row["name"]:
            yield f"{row['id']}: it has no name"
        if row["country"] == "FR" and row["region"] and row["region"] not in regions:
            yield f"{row['id']}: {row['region']} is no region of regions.csv"
        if not row["source"]:
            yield f"{row['id']}: it names no source"
        years = [row[column] for column in ("since", "until") if row[column]]
        if not all(YEAR.fullmatch(year) for year in years) or years != sorted(years):
            yield f"{row['id']}: since and until must be years in order, not {years}"
    names = ((row["id"], split_names(row["name"], row["aliases"], row["former_names"])) for row in rows)
    yield from _shared_names((slug, [fold(name.removeprefix(EXACT)) for name in own]) for slug, own in names)


def material_problems(rows: Sequence[Row]) -> Iterator[str]:
    """What is wrong with a list of goods."""
    yield from _slug_problems(rows)
    known = {row["id"] for row in rows}
    for row in rows:
        for column, language in (("fr", "French"), ("en", "English")):
            if not row[column]:
                yield f"{row['id']}: it has no {language} name"
        if row["parent"] and row["parent"] not in known:
            yield f"{row['id']}: its parent {row['parent']} is not in the list"
    names = ((row["id"], split_names(row["fr"], row["en"], row["aliases_fr"], row["aliases_en"])) for row in rows)
    yield from _shared_names((slug, [" ".join(map(stem, fold(n).split())) for n in own]) for slug, own in names)


def _slug_problems(rows: Sequence[Row]) -> Iterator[str]:
    seen: set[str] = set()
    for row in rows:
        if not SLUG.fullmatch(row["id"]):
            yield f"{row['id']!r} is no id: lower-case letters, digits and hyphens"
        if row["id"] in seen:
            yield f"{row['id']}: another row has this id"
        seen.add(row["id"])


def _shared_names(names: Iterator[tuple[str, list[str]]]) -> Iterator[str]:
    owners: dict[str, set[str]] = defaultdict(set)
    for slug, own in names:
        for name in own:
            owners[name].add(slug)
    for name, slugs in sorted(owners.items()):
        if len(slugs) > 1:
            yield f"{', '.join(sorted(slugs))}: they share the name {name!r}, which can be linked to neither"


def add_cluster(folder: Path, row: Row) -> str:
    """Add a cluster to the list.

    Args:
        folder: `corpus/gazetteers`.
        row: its columns; `id` is made from the name where it is missing.

    Returns:
        Its id.

    Raises:
        CorpusError: the list would no longer pass its check.
    """
    return _added(folder, CLUSTERS, CLUSTER_COLUMNS, row, row.get("name", ""))


def add_material(folder: Path, row: Row) -> str:
    """Add a good to the list; see `add_cluster`. The id is made from the English name."""
    return _added(folder, MATERIALS, MATERIAL_COLUMNS, row, row.get("en", ""))


def _added(folder: Path, file: str, columns: Sequence[str], row: Row, name: str) -> str:
    complete = {column: row.get(column, "") for column in columns}
    complete["id"] = complete["id"] or slug_of(name)
    rows = read_rows(folder / file, tuple(columns))
    before = set(check_gazetteers(folder))
    path, old = folder / file, (folder / file).read_bytes()
    _write(path, columns, sorted([*rows, complete], key=lambda each: each["id"]))
    new = [problem for problem in check_gazetteers(folder) if problem not in before]
    if new:
        path.write_bytes(old)
        raise CorpusError(str(path), f"{complete['id']} was not added: {new[0]}", "Change the entry and add it again.")
    return complete["id"]


def _write(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def slug_of(name: str) -> str:
    """A name as an id: "Pôle Textile Alsace" is pole-textile-alsace."""
    return "-".join(word for word in fold(name).split() if word.isalnum())


def joined(names: Sequence[str]) -> str:
    """Names as one cell of a list."""
    return f" {SEPARATOR} ".join(names)
