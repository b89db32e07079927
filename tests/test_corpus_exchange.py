import json
from pathlib import Path

import msgspec
import pytest

from recense.corpus import Corpus, LabelledDocument
from recense.corpus_exchange import FORMATS, export_corpus, import_corpus
from recense.errors import CorpusError


def _without_ids(document: LabelledDocument) -> LabelledDocument:
    items = tuple(
        msgspec.structs.replace(i, entities=tuple(msgspec.structs.replace(e, id=None) for e in i.entities))
        for i in document.items
    )
    return msgspec.structs.replace(document, items=items)


@pytest.mark.parametrize("name", FORMATS)
def test_every_document_survives_the_round_trip(name: str, corpus: Corpus, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes(export_corpus(corpus.documents, name))
    expected = [_without_ids(d) if name == "doccano" else d for d in corpus.documents]
    assert import_corpus(path, name) == expected


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("content", [b"[1, 2]\n", b"\x00\x01", b'{"text": "a"}\n'])
def test_a_file_of_another_kind_is_refused(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes(content)
    with pytest.raises(CorpusError):
        import_corpus(path, name)


def test_missing_files_and_unknown_formats_are_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="cannot be read"):
        import_corpus(tmp_path / "none", "prodigy")
    with pytest.raises(CorpusError, match="label-studio"):
        export_corpus([], "brat")
    with pytest.raises(CorpusError, match="label-studio"):
        import_corpus(tmp_path, "brat")


def test_newer_doccano_exports_are_read(corpus: Corpus, tmp_path: Path) -> None:
    line = json.loads(export_corpus(corpus.documents[:1], "doccano"))
    line["entities"] = [{"start_offset": s, "end_offset": e, "label": x} for s, e, x in line.pop("label")]
    path = tmp_path / "export"
    path.write_text(json.dumps(line))
    assert import_corpus(path, "doccano") == [_without_ids(corpus.documents[0])]
