import shutil
from pathlib import Path

import pytest

from recense.entities import EntityFinder, load_gazetteer
from recense.errors import CorpusError
from recense.gazetteer_checks import (
    CLUSTER_COLUMNS,
    MATERIAL_COLUMNS,
    add_cluster,
    add_material,
    check_gazetteers,
    cluster_problems,
    material_problems,
    slug_of,
)
from tests.conftest import CommandLine

CLUSTER = dict.fromkeys(CLUSTER_COLUMNS, "") | {"id": "a", "name": "Alpha", "country": "FR", "source": "a.example"}
GOOD = dict.fromkeys(MATERIAL_COLUMNS, "") | {"id": "mask", "fr": "masque", "en": "mask"}


@pytest.fixture
def corpus_copy(root: Path, tmp_path: Path) -> Path:
    shutil.copytree(root / "corpus/gazetteers", tmp_path / "gazetteers")
    return tmp_path


def test_the_shipped_lists_are_clean(root: Path) -> None:
    assert check_gazetteers(root / "corpus/gazetteers") == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"id": "A b"}, "is no id"),
        ({"name": ""}, "has no name"),
        ({"region": "FR-XXX"}, "is no region"),
        ({"source": ""}, "names no source"),
        ({"since": "2021", "until": "2019"}, "years in order"),
        ({"since": "lately"}, "years in order"),
    ],
)
def test_a_wrong_cluster_is_named(change: dict[str, str], problem: str) -> None:
    assert list(cluster_problems([CLUSTER], {"FR-ARA"})) == []
    assert any(problem in line for line in cluster_problems([CLUSTER | change], {"FR-ARA"}))


def test_two_clusters_with_one_name_or_one_id_are_named() -> None:
    double = CLUSTER | {"id": "b", "name": "Beta", "aliases": "ALPHA | Gamma"}
    assert any("share the name 'alpha'" in line for line in cluster_problems([CLUSTER, double], set()))
    assert any("another row" in line for line in cluster_problems([CLUSTER, CLUSTER], set()))


@pytest.mark.parametrize(
    ("change", "problem"),
    [({"en": ""}, "no English name"), ({"fr": ""}, "no French name"), ({"parent": "nothing"}, "is not in the list")],
)
def test_a_wrong_good_is_named(change: dict[str, str], problem: str) -> None:
    assert list(material_problems([GOOD])) == []
    assert any(problem in line for line in material_problems([GOOD | change]))


def test_an_added_cluster_is_found_in_texts(corpus_copy: Path) -> None:
    folder = corpus_copy / "gazetteers"
    row = {"name": "Zorglub Vallée", "aliases": "ZVL", "region": "FR-ARA", "country": "FR", "source": "z.example"}
    assert add_cluster(folder, row) == "zorglub-vallee"
    found = EntityFinder(load_gazetteer(folder)).find("Le pôle Zorglub Vallée prête des lits.")
    assert ("CLUSTER", "zorglub-vallee") in [(entity.label, entity.id) for entity in found]


def test_an_entry_that_breaks_the_list_is_refused_and_the_list_kept(corpus_copy: Path) -> None:
    folder = corpus_copy / "gazetteers"
    before = (folder / "clusters.csv").read_bytes()
    with pytest.raises(CorpusError, match="share the name"):
        add_cluster(folder, {"name": "Minalogic", "id": "another", "source": "z.example"})
    assert (folder / "clusters.csv").read_bytes() == before
    with pytest.raises(CorpusError, match="no English name"):
        add_material(folder, {"id": "thing", "fr": "chose"})


def test_the_command_adds_and_checks(recense: CommandLine, corpus_copy: Path) -> None:
    good = ("gazetteer", "add", "material", "--name", "zorglubomètre", "--en", "zorglubometer")
    added = recense(*good, "--corpus", str(corpus_copy))
    assert added.returncode == 0, added.stderr
    assert "zorglubometer" in (corpus_copy / "gazetteers/materials.csv").read_text()
    assert recense(*good, "--corpus", str(corpus_copy)).returncode == 2
    assert recense("gazetteer", "check", "--corpus", str(corpus_copy)).returncode == 0
    assert recense("gazetteer", "add", "town", "--name", "x").returncode == 2


def test_a_name_becomes_a_slug() -> None:
    assert slug_of("Pôle Textile d’Alsace & Œuvres") == "pole-textile-d-alsace-oeuvres"
