"""The meaning of a whole text as one vector, from a static embedding (a model2vec model).

A text's vector is the mean of the vectors of its word pieces, of length 1. The two languages share the space, so a
French example teaches English too. Where the vectors come from: `embedding_distillation`.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from recense.errors import SettingsError
from recense.features import SparseRow, Vector
from recense.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model2vec import StaticModel

# What a model2vec model consists of; a trained classifier's folder holds its own copy.
FILES = ("config.json", "model.safetensors", "tokenizer.json")


@cache
def load_embedding(name: str) -> "StaticModel":
    """A model2vec model.

    Args:
        name: its folder, also relative to the checkout, or its name on the Hugging Face hub.

    Raises:
        SettingsError: there is no such folder and no such model on the hub.
    """
    from model2vec import StaticModel  # noqa: PLC0415 - loaded with the first text, not with the command line's help

    folder = PROJECT_ROOT / name
    try:
        return _plain_model(folder) or StaticModel.from_pretrained(folder if folder.is_dir() else name)
    except Exception as error:
        next_step = (
            "Name a folder with a model2vec model or one on the hub, such as minishlab/potion-multilingual-128M."
        )
        raise SettingsError(name, f"no embedding can be loaded: {error}", next_step) from error


def _plain_model(folder: Path) -> "StaticModel | None":
    """A model in a folder that is no more than a table and a tokenizer, None for any other.

    model2vec's own loader also knows repositories, cards and older layouts, and takes three times as long.
    """
    if not all((folder / name).is_file() for name in FILES):
        return None
    from model2vec import StaticModel  # noqa: PLC0415 - as above
    from safetensors.numpy import load_file  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415

    config = msgspec.json.decode((folder / "config.json").read_bytes())
    arrays = load_file(folder / "model.safetensors")
    if set(arrays) != {"embeddings"}:
        return None
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return StaticModel(arrays["embeddings"], tokenizer, config=config, normalize=config.get("normalize", False))


def embedding_files(name: str) -> dict[str, bytes]:
    """The files of an embedding, to be kept beside what was trained with it."""
    from tempfile import TemporaryDirectory  # noqa: PLC0415 - only in training

    folder = PROJECT_ROOT / name
    if all((folder / file).is_file() for file in FILES):
        return {file: (folder / file).read_bytes() for file in FILES}
    with TemporaryDirectory() as saved:
        load_embedding(name).save_pretrained(saved)
        return {file: (Path(saved) / file).read_bytes() for file in FILES}


class EmbeddingBlock:
    """The columns of a text's vector among the features of a classifier.

    Saved without the embedding: `attach` says where it is.

    Args:
        name: the embedding, as for `load_embedding`.
    """

    # The dimensions mean nothing one by one; in the reasons of a prediction they count as one feature.
    name = "meaning of the whole text"

    def __init__(self, name: str) -> None:
        self._embedding = name
        self.width = int(load_embedding(name).dim)

    def __getstate__(self) -> dict[str, Any]:
        return {"width": self.width, "_embedding": ""}

    def attach(self, folder: Path) -> None:
        """Name the folder that holds the embedding; it is loaded with the first text."""
        self._embedding = str(folder)

    def names(self) -> list[str]:
        """The same name for every column."""
        return [self.name] * self.width

    def vectors(self, texts: "Sequence[str]") -> Vector:
        """The vectors of some texts (texts x dimensions); zeros for a text without a known piece."""
        return np.asarray(load_embedding(self._embedding).encode(list(texts)), dtype=np.float64)

    def row(self, text: str) -> SparseRow:
        """The text's vector."""
        return SparseRow(np.arange(self.width, dtype=np.int64), self.vectors([text])[0])
