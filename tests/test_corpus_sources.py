import shutil
from pathlib import Path

import msgspec
import pytest

from recense.corpus import Corpus, LabelledEntity, load_corpus, write_documents
from recense.corpus_checks import check_corpus
from recense.corpus_sources import NAMES, SOURCES, Pages, load_names, load_sources, without_source


def test_every_item_of_the_shipped_corpus_names_its_pages(corpus: Corpus) -> None:
    sources = load_sources(corpus.folder)
    assert sources is not None
    assert len(sources) == sum(len(document.items) for document in corpus.documents)
    assert list(without_source(corpus.documents, sources)) == []


@pytest.mark.parametrize("pages", [(), ("general knowledge",), ("https://a.example/b", "knowledge")])
def test_an_item_without_a_page_is_a_problem(corpus: Corpus, pages: tuple[str, ...]) -> None:
    document = corpus.documents[0]
    sources = [Pages(document.id, n, ("https://a.example/b",), checked=True) for n in range(2, len(document.items) + 1)]
    (problem,) = without_source([document], [*sources, Pages(document.id, 1, pages, checked=False)])
    assert document.id in problem
    assert "item 1" in problem


def test_pages_of_an_item_that_is_not_there_are_a_problem(corpus: Corpus) -> None:
    (problem,) = without_source([], [Pages("d", 4, ("https://a.example/b",), checked=True)])
    assert "item 4, which is not there" in problem


def test_every_mention_of_the_shipped_corpus_has_an_id(corpus: Corpus) -> None:
    entities = [entity for document in corpus.documents for item in document.items for entity in item.entities]
    assert [entity for entity in entities if entity.id is None] == []


def test_names_are_what_no_gazetteer_holds(corpus: Corpus) -> None:
    names = load_names(corpus.folder)
    assert len({(name.label, name.id) for name in names}) == len(names)
    assert {name.label for name in names} == {"CLUSTER", "MATERIAL"}
    assert all(name.name_fr and name.name_en for name in names)


def test_a_corpus_of_ones_own_needs_neither_list(corpus: Corpus, tmp_path: Path) -> None:
    assert load_sources(tmp_path) is None
    assert load_names(tmp_path) == ()


def test_unknown_and_missing_ids_are_named(corpus: Corpus, tmp_path: Path) -> None:
    for name in ("gazetteers", "taxonomy.toml", SOURCES, NAMES):
        source = corpus.folder / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    document = next(d for d in corpus.documents if d.items and d.items[0].entities)
    item = document.items[0]
    first, *others = item.entities
    broken = msgspec.structs.replace(first, label="CLUSTER", id=None)
    (tmp_path / "documents").mkdir()
    documents = [
        msgspec.structs.replace(document, id=f"d{n}", items=(msgspec.structs.replace(item, entities=(e, *others)),))
        for n, e in enumerate((broken, LabelledEntity(broken.start, broken.end, "CLUSTER", "no-such-body")))
    ]
    write_documents(tmp_path / "documents/a.jsonl", documents)
    assert load_corpus(tmp_path).documents
    problems = check_corpus(tmp_path)
    assert any("d0" in line and "has no id" in line for line in problems)
    assert any("d1" in line and "unknown id 'no-such-body'" in line for line in problems)
