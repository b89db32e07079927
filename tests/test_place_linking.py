from collections import Counter

import pytest

from recense.entities import load_gazetteer
from recense.entities.matching import NameMatcher
from recense.entities.place_linking import PlaceLinker
from recense.settings import Settings


@pytest.fixture(scope="session")
def linker(settings: Settings) -> PlaceLinker:
    return PlaceLinker(NameMatcher(load_gazetteer(settings.corpus / "gazetteers").places).entries_of)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Grenoble", "FR-ARA"),
        ("GRENOBLE", "FR-ARA"),
        ("Occi-\ntanie", "FR-OCC"),
        ("Conquet", "FR-BRE"),
        ("Brive", "FR-NAQ"),
        ("Caluire", "FR-ARA"),
        ("Clermont", "FR-ARA"),
        ("Britany", "FR-BRE"),
        ("Auvergne-Rhone-Alps", "FR-ARA"),
    ],
)
def test_a_name_in_the_spellings_of_the_press_is_linked(linker: PlaceLinker, written: str, code: str) -> None:
    place = linker.link(written, Counter())
    assert place is not None
    assert place.id == code


def test_a_homonym_is_decided_by_the_regions_of_the_text_or_left_open(linker: PlaceLinker) -> None:
    in_somme = linker.link("Clermont", Counter({"FR-HDF": 1}))
    assert in_somme is not None
    assert in_somme.id == "FR-HDF"
    assert linker.link("Saint-Denis-en-Zorglub", Counter()) is None
    assert linker.link("Zorglubville", Counter()) is None
    assert [linker.link(nothing, Counter()) for nothing in ("X", "", "()", ",")] == [None] * 4
