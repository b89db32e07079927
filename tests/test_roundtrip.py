"""One newsletter in every layout, format and encoding gives the same initiatives."""

import re
from functools import cache

import pytest

from recense.model_store import Model
from recense.reading import ReadResult, read_bytes
from recense.segmentation import split
from recense.settings import Settings
from tests.rendering import (
    ENCODINGS,
    FORMATS,
    LAYOUTS,
    SELF_CONTAINED,
    Newsletter,
    lay_out,
    load_newsletter,
    to_pdf,
)

MIN_KEPT = 0.995


@pytest.fixture(scope="module")
def newsletter() -> Newsletter:
    return load_newsletter()


@cache
def _rendered(layout: str, form: str, encoding: str) -> bytes:
    return FORMATS[form](lay_out(load_newsletter(), layout), layout, encoding)


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_thirteen_items_stay_thirteen(
    newsletter: Newsletter, model: Model, layout: str, form: str, encoding: str
) -> None:
    # What says in itself how it is encoded is the same in each encoding.
    data = _rendered(layout, form, ENCODINGS[0] if form in SELF_CONTAINED else encoding)
    results = list(read_bytes(data, f"newsletter.{form}", Settings()))
    read = [result for result in results if isinstance(result, ReadResult)]
    assert read == results
    items = [item for result in read for item in split(result.document, model.splitter)]
    found = _squeezed(" ".join(item.text for item in items))
    kept = sum(len(item.text) for item in newsletter.items if _squeezed(item.text) in found)
    assert kept >= MIN_KEPT * sum(len(item.text) for item in newsletter.items)
    assert len(items) == len(newsletter.items) == 13
    assert all(result.meter.unaccounted == 0 for result in read)


@pytest.mark.parametrize("layout", ["paragraphs", "headings", "bullets"])
def test_two_columns_are_read_one_after_the_other(newsletter: Newsletter, layout: str) -> None:
    (result,) = read_bytes(to_pdf(lay_out(newsletter, layout), columns=2), "newsletter.pdf", Settings())
    assert isinstance(result, ReadResult)
    text = result.document.text
    positions = [text.find(item.text) for item in newsletter.items]
    assert -1 not in positions
    assert positions == sorted(positions)
