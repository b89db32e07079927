"""The entities in spaCy's own terms: `nlp.add_pipe("recense_entities")` in anybody's pipeline.

    import spacy
    nlp = spacy.blank("fr")
    nlp.add_pipe("recense_entities")
    doc = nlp("Le pôle Medicen, à Paris, cherche des masques FFP2.")
    [(ent.text, ent.label_, ent.kb_id_, ent._.rule) for ent in doc.ents]

Nothing needs to be imported: the package registers the component as an entry point.
"""

from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from recense import model_store
from recense.entities import EntityFinder, load_gazetteer
from recense.records import Entity
from recense.settings import Settings

NAME = "recense_entities"
# Under this key `doc.spans` has every entity, also where another component's entity stands in `doc.ents`.
SPANS_KEY = "recense"
EXTENSIONS = ("name", "rule", "latitude", "longitude")


@Language.factory(
    NAME,
    default_config={"model": None, "corpus": None},
    assigns=["doc.ents", "doc.spans", *(f"span._.{name}" for name in EXTENSIONS)],
    retokenizes=False,
)
def make_entities(nlp: Language, name: str, model: str | None, corpus: str | None) -> "RecenseEntities":
    """The component, as spaCy makes it from a pipeline's configuration.

    Args:
        nlp: the pipeline.
        name: the component's name in it.
        model: folder of the trained model; None for the one that `recense classify` uses.
        corpus: folder of the corpus with the gazetteers; None likewise.

    Raises:
        ModelError: the model cannot be used.
        CorpusError: the gazetteers cannot be read.
    """
    settings = Settings()
    recogniser = model_store.load_model(Path(model or settings.model)).recogniser
    gazetteer = load_gazetteer(Path(corpus or settings.corpus) / "gazetteers")
    return RecenseEntities(EntityFinder(gazetteer, recogniser))


class RecenseEntities:
    """Marks clusters, places and goods of a text: `doc.ents`, `doc.spans["recense"]`, and notes in `span._`.

    A span has the linked id in `kb_id_`, and `_.name` (the preferred name), `_.rule` (what found it) and for a place
    `_.latitude` and `_.longitude`; what is not known is None. Entities that other components have set stay.

    Args:
        finder: finds the entities.
    """

    def __init__(self, finder: EntityFinder) -> None:
        self._finder = finder
        for extension in EXTENSIONS:
            if not Span.has_extension(extension):
                Span.set_extension(extension, default=None)

    def __call__(self, doc: Doc) -> Doc:
        """The same document, with its entities marked."""
        spans = [span for entity in self._finder.find(doc.text) if (span := _span(doc, entity)) is not None]
        doc.spans[SPANS_KEY] = spans
        doc.ents = tuple(filter_spans([*doc.ents, *(span for span in spans if not _taken(doc, span))]))
        return doc


def _span(doc: Doc, entity: Entity) -> Span | None:
    """The entity as a span of whole tokens."""
    span: Any = doc.char_span(
        entity.start, entity.end, label=entity.label, kb_id=entity.id or "", alignment_mode="expand"
    )
    if span is None:
        return None
    span._.name, span._.rule = entity.name, entity.rule
    if isinstance(entity.latitude, float):
        span._.latitude, span._.longitude = entity.latitude, entity.longitude
    return span  # type: ignore[no-any-return]


def _taken(doc: Doc, span: Span) -> bool:
    """Whether another component's entity stands there."""
    return any(ent.start < span.end and span.start < ent.end for ent in doc.ents)
