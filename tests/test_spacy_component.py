from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Span

from recense.spacy_component import SPANS_KEY

TEXT = "Le pôle Medicen, à Paris, cherche des masques FFP2 pour Nice."


@pytest.fixture(scope="module")
def nlp() -> Language:
    pipeline = spacy.blank("fr")
    pipeline.add_pipe("recense_entities")
    return pipeline


def test_the_component_is_found_by_its_name_and_marks_entities(nlp: Language) -> None:
    doc = nlp(TEXT)
    found = {(ent.text, ent.label_, ent.kb_id_) for ent in doc.ents}
    assert {("Medicen", "CLUSTER", "medicen-paris-region"), ("Paris", "REGION", "FR-IDF")} <= found
    assert [span.text for span in doc.spans[SPANS_KEY]] == [ent.text for ent in doc.ents]


def test_a_span_says_what_found_it_and_where_it_is(nlp: Language) -> None:
    paris = next(ent for ent in nlp(TEXT).ents if ent.text == "Paris")
    assert paris._.name == "Paris (Île-de-France)"
    assert "paris" in paris._.rule
    assert 48 < paris._.latitude < 49
    assert next(ent for ent in nlp(TEXT).ents if ent.label_ == "CLUSTER")._.latitude is None


def test_entities_of_other_components_stay() -> None:
    pipeline = spacy.blank("fr")
    ruler = pipeline.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "NETWORK", "pattern": "pôle Medicen"}])  # type: ignore[attr-defined]
    pipeline.add_pipe("recense_entities")
    doc = pipeline(TEXT)
    assert [ent.label_ for ent in doc.ents][:2] == ["NETWORK", "REGION"]
    assert next(span.label_ for span in doc.spans[SPANS_KEY]) == "CLUSTER"


def test_the_pipeline_can_be_saved_and_loaded(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path)
    again = spacy.load(tmp_path)(TEXT)
    assert [(ent.text, ent.kb_id_) for ent in again.ents] == [(ent.text, ent.kb_id_) for ent in nlp(TEXT).ents]
    assert Span.has_extension("rule")
