"""A model folder is complete or refused, before a byte of it is unpickled."""

import json
import pickle
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import pytest

from recense.errors import ModelDamaged, ModelError, ModelIncompatible, ModelNotFound
from recense.gate import verify_predictions
from recense.model_store import MANIFEST, file_digest, list_models, load_model


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(root / "models/default", tmp_path / "model"))


def _edit(folder: Path, **changes: Any) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(manifest | changes))


def _flip_byte(folder: Path) -> None:
    data = bytearray((folder / "model.joblib").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "model.joblib").write_bytes(data)


def _other_scikit_learn(folder: Path) -> None:
    libraries = json.loads((folder / MANIFEST).read_text())["libraries"]
    _edit(folder, libraries=libraries | {"scikit-learn": "0.24.2"})


TAMPERINGS: dict[str, tuple[Callable[[Path], object], type[ModelError]]] = {
    "a changed byte": (_flip_byte, ModelDamaged),
    "a missing model file": (lambda f: (f / "model.joblib").unlink(), ModelDamaged),
    "a missing card": (lambda f: (f / "README.md").unlink(), ModelDamaged),
    "a changed card": (lambda f: (f / "README.md").write_text("best model ever"), ModelDamaged),
    "an unlisted file": (lambda f: (f / "extra.py").write_text("print()"), ModelDamaged),
    "an unlisted folder": (lambda f: shutil.copytree(f, f / "sub"), ModelDamaged),
    "an empty model file": (lambda f: (f / "model.joblib").write_bytes(b""), ModelDamaged),
    "no manifest": (lambda f: (f / MANIFEST).unlink(), ModelNotFound),
    "a manifest that is no JSON": (lambda f: (f / MANIFEST).write_text("{"), ModelDamaged),
    "a manifest that lacks fields": (lambda f: (f / MANIFEST).write_text("{}"), ModelDamaged),
    "a manifest that lists nothing": (lambda f: _edit(f, files={}), ModelDamaged),
    "a format of the future": (lambda f: _edit(f, format=99), ModelIncompatible),
    "another scikit-learn": (_other_scikit_learn, ModelIncompatible),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_tampered_folder_is_refused(name: str, copy: Path) -> None:
    tamper, error = TAMPERINGS[name]
    tamper(copy)
    with pytest.raises(error) as caught:
        load_model(copy)
    assert str(copy) in str(caught.value)
    assert "recense train" in str(caught.value)


class _Malicious:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return (Path.touch, (self.path,))  # type: ignore[return-value]


def test_a_malicious_pickle_never_runs(copy: Path, tmp_path: Path) -> None:
    trace = tmp_path / "it-ran"
    joblib.dump(_Malicious(trace), copy / "model.joblib")
    with pytest.raises(ModelDamaged):
        load_model(copy)
    assert not trace.exists()
    with (copy / "model.joblib").open("rb") as file:  # the bait itself works
        pickle.load(file)
    assert trace.exists()


def test_a_warning_while_loading_is_an_error(copy: Path) -> None:
    joblib.dump(_Warning(), copy / "model.joblib")
    files = json.loads((copy / MANIFEST).read_text())["files"]
    _edit(copy, files=files | {"model.joblib": file_digest(copy / "model.joblib")})
    with pytest.raises(ModelIncompatible, match="other version"):
        load_model(copy)


class _Warning:
    def __setstate__(self, state: object) -> None:
        warnings.warn("other version", UserWarning, stacklevel=1)

    def __getstate__(self) -> dict[str, int]:
        return {"x": 1}


def test_an_untouched_copy_loads_and_predicts_as_saved(copy: Path) -> None:
    assert "complete" in verify_predictions(copy)
    assert list_models(copy.parent) == [copy]
