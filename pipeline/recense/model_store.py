"""Model folders: complete or refused.

`manifest.json` names every file with its sha256, the library versions, the corpus, the settings, the
scores and a fingerprint of predictions. Nothing is unpickled before all of that is checked.
"""

import hashlib
import platform
import warnings
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from recense.errors import ModelDamaged, ModelIncompatible, ModelNotFound
from recense.taxonomy import Taxonomy

FORMAT = 1
MANIFEST = "manifest.json"
MODEL_FILE = "model.joblib"
LIBRARIES = ("joblib", "numpy", "python-crfsuite", "scikit-learn", "scipy", "spacy")
# A saved object may read wrongly under another minor version of these.
PINNED_MINOR = ("scikit-learn",)
RETRAIN = "Train it again (recense train), or restore the folder from where it came."


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a model folder says of itself.

    Attributes:
        format: version of this layout.
        name: the model's name, which is its folder's.
        recense: version of recense that trained it.
        python: version of Python that trained it.
        libraries: version of each library that the saved objects depend on.
        files: sha256 of every file of the folder but the manifest.
        corpus: digest of the corpus it was trained on.
        taxonomy: its categories.
        settings: how it was trained.
        cross_validation: scores on folds by document.
        fingerprint: hash of its predictions on fixed texts.
    """

    format: int
    name: str
    recense: str
    python: str
    libraries: dict[str, str]
    files: dict[str, str]
    corpus: str
    taxonomy: Taxonomy
    settings: dict[str, Any]
    cross_validation: dict[str, Any]
    fingerprint: str

    @property
    def model_id(self) -> str:
        """Name and hash of the trained stages: the same id means the same items and the same categories."""
        return f"{self.name}@{self.files[MODEL_FILE][:12]}"


class Model(msgspec.Struct, frozen=True):
    """A loaded model: the trained stages and their manifest."""

    classifier: Any
    splitter: Any
    recogniser: Any
    manifest: Manifest


def save_model(folder: Path, stages: Mapping[str, Any], extra_files: Mapping[str, bytes], **manifest: Any) -> Manifest:
    """Write a model folder; what else is in the folder is removed, so that the manifest is complete.

    Args:
        folder: the model's folder, created where it is missing.
        stages: the trained objects, by name.
        extra_files: further files, by name (card, metrics, plots).
        manifest: the fields of the manifest that only the training knows.
    """
    import joblib  # noqa: PLC0415 - the command line's help does without it

    folder.mkdir(parents=True, exist_ok=True)
    for path in _files(folder):
        path.unlink()
    joblib.dump(dict(stages), folder / MODEL_FILE, compress=("zlib", 6))
    for name, content in extra_files.items():
        (folder / name).write_bytes(content)
    written = Manifest(
        format=FORMAT,
        name=folder.name,
        recense=version("recense"),
        python=platform.python_version(),
        libraries={name: version(name) for name in LIBRARIES},
        files={path.name: file_digest(path) for path in _files(folder)},
        **manifest,
    )
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(written), indent=2) + b"\n")
    return written


def load_model(folder: Path) -> Model:
    """Check a model folder, then load it.

    Raises:
        ModelNotFound: there is no such folder or it has no manifest.
        ModelDamaged: a file is missing, changed or not listed.
        ModelIncompatible: it was saved with library versions that may read it wrongly.
    """
    import joblib  # noqa: PLC0415 - the command line's help does without it

    manifest = verify(folder)
    with warnings.catch_warnings():
        # scikit-learn only warns when an object was pickled by another version; here that is an error. Its warning is
        # a UserWarning; what a newer Python deprecates in joblib is not the model's fault.
        warnings.simplefilter("error", UserWarning)
        try:
            stages = joblib.load(folder / MODEL_FILE)
        except UserWarning as error:
            raise ModelIncompatible(str(folder), str(error).splitlines()[0], RETRAIN) from error
    stages["classifier"].attach(folder)
    return Model(stages["classifier"], stages["splitter"], stages["recogniser"], manifest)


def verify(folder: Path) -> Manifest:
    """Check a model folder without unpickling anything; the errors are those of `load_model`."""
    manifest = read_manifest(folder)
    listed, present = set(manifest.files), {path.name for path in _files(folder)} - {MANIFEST}
    for name in sorted(listed - present):
        raise ModelDamaged(str(folder), f"{name} is missing", RETRAIN)
    for name in sorted(present - listed):
        raise ModelDamaged(str(folder), f"{name} is not listed in {MANIFEST}", f"Remove it. {RETRAIN}")
    if MODEL_FILE not in listed:
        raise ModelDamaged(str(folder), f"{MANIFEST} does not list {MODEL_FILE}", RETRAIN)
    for name, digest in sorted(manifest.files.items()):
        if file_digest(folder / name) != digest:
            raise ModelDamaged(str(folder), f"{name} is not the file that was saved (its sha256 differs)", RETRAIN)
    for library in PINNED_MINOR:
        _check_minor(folder, library, manifest.libraries.get(library, "none"))
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a model folder, its files unchecked."""
    path = folder / MANIFEST
    if not path.is_file():
        next_step = "Name a model folder with --model, or train one: recense train"
        raise ModelNotFound(str(folder), f"there is no model here (no {MANIFEST})", next_step)
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ModelDamaged(str(folder), f"{MANIFEST} cannot be read: {error}", RETRAIN) from error
    if manifest.format != FORMAT:
        raise ModelIncompatible(str(folder), f"its format is {manifest.format}, not {FORMAT}", RETRAIN)
    return manifest


def _check_minor(folder: Path, library: str, saved: str) -> None:
    here = version(library)
    if here.split(".")[:2] != saved.split(".")[:2]:
        reason = f"it was saved with {library} {saved}, and {here} is installed"
        raise ModelIncompatible(str(folder), reason, f"Install {library} {saved}, or train it again: recense train")


def list_models(folder: Path) -> list[Path]:
    """The model folders below a folder, by name."""
    return sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))


def file_digest(path: Path) -> str:
    """sha256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    """Every file of a model folder; subfolders count as files that nobody listed."""
    return (path for path in sorted(folder.iterdir()) if not path.is_dir() or any(path.iterdir()))
