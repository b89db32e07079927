from collections import Counter
from pathlib import Path

import msgspec
import pytest

from recense.agreement import agreement_table
from recense.corpus import Corpus, LabelledDocument, LabelledItem, Split, corpus_digest, format_problems, load_corpus
from recense.corpus_checks import check_corpus
from recense.corpus_split import assign_splits
from recense.corpus_stats import corpus_tables, unseen_clusters
from recense.errors import CorpusError
from recense.markup import parse_markup
from recense.near_duplicates import distinct_share, item_overlaps, related_documents
from recense.taxonomy import load_taxonomy

HEADER = "id: d1\nlanguage: fr\nkind: newsletter\ntitle: Essai\nlayout: bullets\n\n"
BODY = (
    "Intro.\n- ⟦donations_platforms|care_equipment⟧Le pôle {CLUSTER:Minalogic} prête des {MATERIAL:gants} "
    "en {REGION:Isère=FR-ARA}.⟦/⟧\n"
)


def _document(name: str, text: str, split: str = "train") -> LabelledDocument:
    item = LabelledItem(0, len(text), "fr", ("other",))
    return LabelledDocument(name, "fr", "newsletter", "", text, (item,), split, note="layout: bullets")  # type: ignore[arg-type]


def test_markup_becomes_offsets() -> None:
    document = parse_markup(HEADER + BODY, split="dev", annotator="test", link=lambda label, surface: surface.lower())
    item = document.items[0]
    assert document.text_of(item) == "Le pôle Minalogic prête des gants en Isère."
    assert [(e.label, document.text_of(e), e.id) for e in item.entities] == [
        ("CLUSTER", "Minalogic", "minalogic"),
        ("MATERIAL", "gants", "gants"),
        ("REGION", "Isère", "FR-ARA"),
    ]
    assert item.categories == ("donations_platforms", "care_equipment")
    assert document.note_field("layout") == "bullets"


@pytest.mark.parametrize(
    "body",
    ["⟦other⟧open", "⟦other⟧a ⟦other⟧b⟦/⟧", "a⟦/⟧", "⟦other⟧{CLUSTER:x⟦/⟧"],
)
def test_wrong_markup_is_refused_with_the_place(body: str) -> None:
    with pytest.raises(CorpusError, match="near"):
        parse_markup(HEADER + body, split="dev", annotator="test")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"start": -1}, "outside"),
        ({"end": 10_000}, "outside"),
        ({"categories": ("nonsense",)}, "categories"),
        ({"categories": ()}, "categories"),
        ({"start": 3}, "white space"),
    ],
)
def test_format_problems_are_named(settings: object, corpus: Corpus, change: dict[str, object], problem: str) -> None:
    document = _document("d", "Une initiative.")
    item = msgspec.structs.replace(document.items[0], **change)
    broken = msgspec.structs.replace(document, items=(item,))
    assert any(problem in line for line in format_problems([broken], corpus.taxonomy))


def test_overlapping_items_and_equal_ids_are_problems(corpus: Corpus) -> None:
    document = _document("d", "Une initiative.")
    twice = msgspec.structs.replace(document, items=document.items * 2)
    problems = list(format_problems([twice, twice], corpus.taxonomy))
    assert any("overlaps" in line for line in problems)
    assert any("another document" in line for line in problems)


def test_a_broken_line_is_named_with_its_number(tmp_path: Path, root: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "taxonomy.toml").write_bytes((root / "corpus/taxonomy.toml").read_bytes())
    (tmp_path / "documents/a.jsonl").write_text('{"id": "x"}\n')
    with pytest.raises(CorpusError, match=r"a\.jsonl:1"):
        load_corpus(tmp_path)
    (tmp_path / "documents/a.jsonl").unlink()
    with pytest.raises(CorpusError, match="no labelled documents"):
        load_corpus(tmp_path)


def test_the_shipped_corpus_is_clean(root: Path) -> None:
    assert check_corpus(root / "corpus") == []


def test_the_digest_ignores_order_and_sees_changes(corpus: Corpus) -> None:
    documents = corpus.documents
    assert corpus_digest(documents[::-1], corpus.taxonomy) == corpus.digest
    changed = (msgspec.structs.replace(documents[0], text=documents[0].text + " "), *documents[1:])
    assert corpus_digest(changed, corpus.taxonomy) != corpus.digest


def test_related_documents_stay_together() -> None:
    shared = "le pôle Minalogic a réuni vingt de ses membres autour de GRENOBIO et de Zebulon Santé"
    documents = [_document(f"d{i}", f"Texte {i} numéro {i * 7} sans rien de commun avec {i}") for i in range(40)]
    documents += [_document("a", f"Alors {shared}."), _document("b", f"On apprend que {shared} hier.")]
    groups = [[d.id for d in group] for group in related_documents(documents)]
    assert ["a", "b"] in groups
    assigned = {d.id: d.split for d in assign_splits(documents)}
    assert assigned["a"] == assigned["b"]


def test_documents_keep_the_split_that_they_have() -> None:
    documents = [_document(f"d{i}", " ".join(f"mot{i}x{j}" for j in range(9))) for i in range(40)]
    kept: dict[str, Split] = {f"d{i}": "test" for i in range(9)}
    assigned = {d.id: d.split for d in assign_splits(documents, keep=kept)}
    assert kept.items() <= assigned.items()
    assert set(assigned.values()) == {"train", "dev", "test"}


def test_splits_are_stored_shares_of_all_documents(corpus: Corpus) -> None:
    total = len(corpus.documents)
    assert 0.62 <= len(corpus.of_split("train")) / total <= 0.75
    assert 0.15 <= len(corpus.of_split("test")) / total <= 0.25


def test_overlap_and_variety_measures() -> None:
    same = "un deux trois quatre cinq six sept huit"
    overlaps = item_overlaps([_document("a", same), _document("b", same)], least=0.3)
    assert [overlap.share for overlap in overlaps] == [1.0]
    assert item_overlaps([_document("a", same), _document("b", "tout autre chose que cela même ici")], least=0.0) == []
    assert distinct_share([same]) == 1.0
    assert distinct_share([same, same]) == 0.5


def test_a_wrong_taxonomy_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "taxonomy.toml"
    for content in ("not toml [", '[[category]]\nid = "a"\n', ""):
        path.write_text(content)
        with pytest.raises(CorpusError, match="taxonomy"):
            load_taxonomy(path)
    with pytest.raises(CorpusError, match="cannot be read"):
        load_taxonomy(tmp_path / "none.toml")


def test_the_card_shows_the_present_figures(root: Path) -> None:
    card = (root / "corpus/README.md").read_text()
    for table in (corpus_tables(root / "corpus"), agreement_table(root / "corpus")):
        for line in table.splitlines():
            assert line in card


def test_the_corpus_keeps_its_promises(corpus: Corpus) -> None:
    documents = corpus.documents
    items = [item for document in documents for item in document.items]
    assert len(documents) >= 320
    assert len(items) >= 2000
    by_category = Counter((item.category, item.language) for item in items)
    for category in corpus.taxonomy.ids:
        french, english = by_category[category, "fr"], by_category[category, "en"]
        assert french + english >= (180 if category == "other" else 130)
        assert min(french, english) >= 45
    lengths = [len(document.text_of(item).split()) for document in documents for item in document.items]
    assert min(lengths) >= 12
    assert max(lengths) <= 180
    outside = [1 - sum(i.end - i.start for i in d.items) / len(d.text) for d in documents]
    assert sum(outside) / len(outside) >= 0.25
    assert sum(d.note_field("topic") == "other" for d in documents) >= 0.1 * len(documents)
    clusters = {e.id or d.text_of(e) for d in documents for i in d.items for e in i.entities if e.label == "CLUSTER"}
    assert len(clusters) >= 250
    assert len({e.id for i in items for e in i.entities if e.label == "MATERIAL" and e.id}) >= 150
    assert len({e.id for i in items for e in i.entities if e.label == "REGION"}) == 18
    assert unseen_clusters(documents) >= 1 / 3
    for language in ("fr", "en"):
        texts = [d.text_of(item) for d in documents for item in d.items if item.language == language]
        assert distinct_share(texts) >= 0.95
