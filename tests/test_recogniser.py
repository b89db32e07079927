import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recense.corpus import Corpus
from recense.entities import EntityFinder, load_gazetteer
from recense.entities.folding import tokens
from recense.entities.recogniser import Hint, Span, spans_of_tags, tags_of_mentions, word_features
from recense.evaluation import entity_scores, place_scores
from recense.model_store import Model
from recense.recogniser_training import RecogniserSettings, train_recogniser
from recense.settings import Settings


@pytest.fixture(scope="session")
def trained(model: Model, settings: Settings) -> EntityFinder:
    return EntityFinder(load_gazetteer(settings.corpus / "gazetteers"), model.recogniser)


def test_tags_and_spans_are_each_others_inverse() -> None:
    words = tokens("Le Pôle Textile Alsace livre 700 masques FFP2 à Bourg-en-Bresse.")
    mentions = [("CLUSTER", 3, 22), ("MATERIAL", 33, 45), ("REGION", 48, 63)]
    tags = tags_of_mentions(words, mentions)  # type: ignore[arg-type]
    spans = spans_of_tags(tags)
    assert [(s.label, words[s.first].start, words[s.last - 1].end) for s in spans] == mentions


def test_an_inside_without_a_beginning_begins() -> None:
    assert spans_of_tags(["I-REGION", "I-REGION", "I-CLUSTER", "O", "B-REGION", "B-REGION"]) == [
        Span("REGION", 0, 2), Span("CLUSTER", 2, 3), Span("REGION", 4, 5), Span("REGION", 5, 6),
    ]  # fmt: skip


def test_words_bear_what_the_lists_say_of_them_and_of_their_neighbours() -> None:
    words = tokens("Le masque FFP2 sert.")
    rows = word_features("Le masque FFP2 sert.", words, [Hint(1, 3, "good:mask")])
    assert "B:good:mask" in rows[1]
    assert "I:good:mask" in rows[2]
    assert "+1B:good:mask" in rows[0]
    assert "-1I:good:mask" in rows[3]
    assert {"w=ffp", "shape=AA"} <= set(rows[2]) or {"w=ffp2", "shape=AA0"} <= set(rows[2])


@pytest.mark.parametrize(
    ("text", "written", "code"),
    [
        ("À Grenoble, le CHU prête des lits.", "Grenoble", "FR-ARA"),
        ("Une PME du Bas-Rhin imprime des visières.", "Bas-Rhin", "FR-GES"),
        ("A firm in Brittany lends freezers.", "Brittany", "FR-BRE"),
    ],
)
def test_places_are_found_and_linked_with_coordinates(
    trained: EntityFinder, text: str, written: str, code: str
) -> None:
    found = [entity for entity in trained.find(text) if entity.label == "REGION"]
    assert [(entity.text, entity.id) for entity in found] == [(written, code)]
    assert found[0].latitude is not None
    assert found[0].rule


def test_places_that_one_phrase_names_are_told_apart_and_a_kind_is_no_name(trained: EntityFinder) -> None:
    text = "Cluster Polepharma (health, Centre – Val de Loire – Île de France - Normandy regions) asks for masks."
    found = [entity.id for entity in trained.find(text) if entity.label == "REGION"]
    assert found == ["FR-CVL", "FR-IDF", "FR-NOR"]
    text = "The accelerator C2IME (services to businesses, Great-East region) is launching a call."
    assert [entity.text for entity in trained.find(text) if entity.label == "CLUSTER"] == ["C2IME"]


def test_the_table_of_written_places_is_measured_and_may_be_missing(trained: EntityFinder, settings: Settings) -> None:
    scores = place_scores(settings.corpus, trained)
    assert scores["variants"] >= 400
    assert scores["linked"] >= 0.99
    assert len(scores["misses"]) == round((1 - scores["linked"]) * scores["variants"])
    assert place_scores(settings.corpus / "nothing", trained)["variants"] == 0


def test_names_that_a_page_has_repeated_are_found_each_time(trained: EntityFinder) -> None:
    found = trained.find("Le pôle AtlanpoleAtlanpole prête des masques à Nantes.")
    assert [entity.text for entity in found if entity.label == "CLUSTER"] == ["Atlanpole", "Atlanpole"]


@given(st.text(max_size=80))
def test_any_text_gives_entities_that_are_its_text(trained: EntityFinder, text: str) -> None:
    end = 0
    for entity in trained.find(text):
        assert text[entity.start : entity.end] == entity.text
        assert entity.start >= end
        end = entity.end


def test_a_pickled_recogniser_finds_the_same(model: Model, settings: Settings, trained: EntityFinder) -> None:
    again = EntityFinder(
        load_gazetteer(settings.corpus / "gazetteers"),
        pickle.loads(pickle.dumps(model.recogniser)),
    )
    text = "Minalogic et le CHU de Grenoble testent un respirateur."
    assert again.find(text) == trained.find(text)


def test_training_on_a_few_items_teaches_their_names(corpus: Corpus, settings: Settings) -> None:
    gazetteer = load_gazetteer(settings.corpus / "gazetteers")
    some = [document for document in corpus.of_split("train") if document.items][:12]
    finder = EntityFinder(gazetteer, train_recogniser(some, gazetteer, RecogniserSettings(iterations=60)))
    scores, alone = entity_scores(some, finder), entity_scores(some, EntityFinder(gazetteer))
    for label in ("region", "material"):
        assert scores[f"{label}_f1"] > max(0.9, alone[f"{label}_f1"])
