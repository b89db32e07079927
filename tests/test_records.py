"""The invariant of the whole line: every item and entity is the stretch of text that its offsets name."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recense.entities import EntityFinder
from recense.model_store import Model
from recense.reading import read_text
from recense.segmentation import split

PIECES = st.sampled_from(
    [
        "- ", "• ", "1. ", "# ", "> ", "\t", "\n", "\n\n", "  ", " | ", "« ", " »", "…", "\u00a0", "é", "œ", "🙂",
        "e\u0301",
        "Le pôle Minalogic livre 500 masques FFP2 à Lyon.", "Cluster Silver Valley (Île de France) helps seniors.",
        "Lire la suite", "CONTACT PRESSE", "contact@exemple.fr", "Page 2/5", "hyphen-\nated", "M. Durand", "Covid-19",
        "The plant in Brittany makes visors for hospitals", "appelle aux dons de gel", "---", "A", ".",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=300))
SESSION_FIXTURES = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(text=TEXTS)
@SESSION_FIXTURES
def test_blocks_lie_in_order_and_leave_only_markers_outside(text: str) -> None:
    document = read_text(text)
    position = 0
    for block in document.blocks:
        assert position <= block.start < block.end <= len(text)
        assert text[block.start : block.end] == text[block.start : block.end].strip()
        assert block.kind != "paragraph" or not any(c.isalpha() for c in text[position : block.start])
        position = block.end


@given(text=TEXTS)
@SESSION_FIXTURES
def test_items_and_entities_are_the_text_at_their_offsets(text: str, model: Model, finder: EntityFinder) -> None:
    document = read_text(text)
    end = 0
    for item in split(document, model.splitter):
        assert item.text == document.text[item.start : item.end]
        assert item.text == item.text.strip()
        assert item.start >= end
        end = item.end
        position = 0
        for entity in finder.find(item.text):
            assert entity.text == item.text[entity.start : entity.end] != ""
            assert entity.start >= position
            position = entity.end
