from pathlib import Path

import pytest

from recense.entities import EntityFinder, load_gazetteer
from recense.entities.folding import fold, tokens
from recense.entities.linking import Linker
from recense.entities.places import write_towns
from recense.settings import Settings


def _found(finder: EntityFinder, text: str, label: str) -> list[tuple[str, str | None]]:
    return [(entity.text, entity.id) for entity in finder.find(text) if entity.label == label]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Auvergne Rhône Âlpes", "FR-ARA"),
        ("AUVERGNE-RHONE-ALPES", "FR-ARA"),
        ("Great-East", "FR-GES"),
        ("New Aquitaine", "FR-NAQ"),
        ("Brittany", "FR-BRE"),
        ("Ile de France", "FR-IDF"),
        ("PACA", "FR-PAC"),
        ("South Provence – Côte d'Âzur", "FR-PAC"),
        ("Provence-Alpes-Côte d’Azur", "FR-PAC"),
        ("Nord-Pas-de-Calais", "FR-HDF"),
        ("Languedoc - Roussillon", "FR-OCC"),
        ("Occitania", "FR-OCC"),
        ("Isère", "FR-ARA"),
        ("Bourg-en-Bresse", "FR-ARA"),
        ("Saint-Étienne", "FR-ARA"),
        ("La Réunion", "FR-974"),
    ],
)
def test_a_place_is_found_and_linked(finder: EntityFinder, written: str, code: str) -> None:
    assert [found[1] for found in _found(finder, f"An initiative in {written} helps hospitals.", "REGION")] == [code]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("AtlanpoleAtlanpoleAtlanpole", ["atlanpole"] * 3),
        ("le pôle TIC SantéTIC Santé", ["le", "pole", "tic", "sante", "tic", "sante"]),
        ("les centres commerciauxCNCC", ["les", "centres", "commerciaux", "cncc"]),
        ("BioValley et LoValTech", ["biovalley", "et", "lovaltech"]),
    ],
)
def test_words_that_a_page_has_glued_are_taken_apart(text: str, parts: list[str]) -> None:
    found = tokens(text)
    assert [token.folded for token in found] == parts
    assert [fold(text[token.start : token.end]) for token in found] == parts


def test_a_name_that_is_a_word_too_counts_only_as_it_is_written(finder: EntityFinder) -> None:
    assert _found(finder, "Le pôle MEDEE appelle ses membres.", "CLUSTER") == [("MEDEE", "medee")]
    assert ("Médée", "medee") not in _found(finder, "On joue Médée à Lille.", "CLUSTER")


def test_regions_joined_by_dashes_are_told_apart(finder: EntityFinder) -> None:
    text = "Cluster Polepharma (health sector, Centre – Val de Loire – Île de France - Normandy regions) acts."
    assert [code for _, code in _found(finder, text, "REGION")] == ["FR-CVL", "FR-IDF", "FR-NOR"]


@pytest.mark.parametrize(
    "text",
    [
        "Les tours de garde commencent, la contact presse aussi.",
        "She said it was nice and the lens was orange.",
        "Une réunion a eu lieu à la mairie.",
    ],
)
def test_ordinary_words_are_no_places(finder: EntityFinder, text: str) -> None:
    assert _found(finder, text, "REGION") == []


def test_nothing_is_marked_inside_a_cluster_name(finder: EntityFinder) -> None:
    entities = finder.find("Cluster Digital Aquitaine and Medicen Paris Region lend servers.")
    assert [(e.label, e.text) for e in entities] == [
        ("CLUSTER", "Digital Aquitaine"),
        ("CLUSTER", "Medicen Paris Region"),
    ]


def test_an_unknown_cluster_is_recognised_but_not_linked(finder: EntityFinder) -> None:
    entities = finder.find("The cluster Zorglub Plasturgie asks its members for gloves.")
    assert [(e.text, e.id) for e in entities if e.label == "CLUSTER"] == [("Zorglub Plasturgie", None)]


@pytest.mark.parametrize("text", ["700 masques FFP2", "MASQUES FFP2", "un masque FFP2"])
def test_goods_are_found_in_singular_plural_and_capitals(finder: EntityFinder, text: str) -> None:
    found = _found(finder, f"Don de {text} à l'hôpital.", "MATERIAL")
    assert [(name.lower().rstrip("s").replace("masques", "masque"), bool(code)) for name, code in found] == [
        ("masque ffp2", True)
    ]


def test_places_carry_coordinates_and_the_rule_that_found_them(finder: EntityFinder) -> None:
    entity = finder.find("Un hôpital de Grenoble teste un appareil.")[0]
    assert (entity.id, entity.rule) == ("FR-ARA", "town: grenoble")
    assert entity.latitude == pytest.approx(45.17, abs=0.1)
    assert entity.longitude == pytest.approx(5.72, abs=0.1)


def test_folding_ignores_what_spelling_varies() -> None:
    assert fold("Centre – Val de Loire") == fold("CENTRE-VAL  DE LOIRE") == "centre val de loire"
    assert fold("Côte d’Azur") == fold("Cote d'Azur")
    assert fold("St-Étienne") == fold("Saint Etienne")


def test_linking_by_written_form(settings: Settings) -> None:
    linker = Linker(load_gazetteer(settings.corpus / "gazetteers"))
    assert linker.link("CLUSTER", "pôle Minalogic") == linker.link("CLUSTER", "MinalogicMinalogic".replace("cM", "c M"))
    assert linker.link("CLUSTER", "Zorglub") is None
    assert linker.link("MATERIAL", "masques en tissu lavables") is not None


def test_the_list_of_towns_is_what_its_maker_writes(settings: Settings, tmp_path: Path) -> None:
    written = tmp_path / "towns.csv"
    assert write_towns(written) > 15_000
    assert written.read_bytes() == (settings.corpus / "gazetteers/towns.csv").read_bytes()


def test_every_gazetteer_entry_has_an_id_of_its_own_and_every_region_code_exists(settings: Settings) -> None:
    gazetteer = load_gazetteer(settings.corpus / "gazetteers")
    for entries in (gazetteer.clusters, gazetteer.materials):
        ids = [entry.id for entry in entries]
        assert len(ids) == len(set(ids))
    assert len({entry.id for entry in gazetteer.places}) == 18


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Avec BioValley FranceBiovalley FranceBiovalley France, la région agit.", ["biovalley-france"] * 3),
        ("Le pôle Medicen Paris RégionMedicen Paris Région s'engage.", ["medicen-paris-region"] * 2),
        ("Une société nommée BioTech, qui fait de la bio et de la tech.", []),
    ],
)
def test_names_that_a_page_has_glued_together_in_another_spelling_are_taken_apart(
    finder: EntityFinder, text: str, ids: list[str]
) -> None:
    assert [entity.id for entity in finder.find(text) if entity.label == "CLUSTER"] == ids


def test_goods_whose_names_are_ordinary_words_are_left_to_the_recogniser(finder: EntityFinder) -> None:
    text = "Le sel et l'outil sont rares."
    assert not finder.find(text)
    assert {hint.name for hint in finder.hints(text, tokens(text))} >= {"maybe:food", "maybe:good"}


def test_a_place_whose_name_is_marked_as_an_ordinary_word_needs_a_cue(finder: EntityFinder) -> None:
    assert not [e for e in finder.find("À la Confluence des idées, tout va.") if e.label == "REGION"]
    found = [e for e in finder.find("Un gymnase à Confluence reçoit les familles.") if e.label == "REGION"]
    assert [(e.id, e.name) for e in found] == [("FR-ARA", "Confluence (Auvergne-Rhône-Alpes)")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Un centre de Lyon ouvre à Vienne.", "FR-ARA"),
        ("Une usine de Châtellerault (Vienne) ouvre.", "FR-NAQ"),
        ("Une usine (Vienne) ouvre.", "FR-NAQ"),
    ],
)
def test_a_department_gives_way_to_a_town_of_its_name_where_the_text_is_about_the_town(
    finder: EntityFinder, text: str, code: str
) -> None:
    vienne = next(entity for entity in finder.find(text) if entity.text == "Vienne")
    assert vienne.id == code
