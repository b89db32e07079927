"""Shared fixtures: the shipped model and corpus, and the command line as a user runs it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from recense.corpus import Corpus, load_corpus
from recense.entities import EntityFinder, load_gazetteer
from recense.model_store import Model, load_model
from recense.settings import PROJECT_ROOT, Settings

CommandLine = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def root() -> Path:
    return PROJECT_ROOT


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings()


@pytest.fixture(scope="session")
def model(settings: Settings) -> Model:
    return load_model(settings.model)


@pytest.fixture(scope="session")
def corpus(settings: Settings) -> Corpus:
    return load_corpus(settings.corpus)


@pytest.fixture(scope="session")
def finder(settings: Settings) -> EntityFinder:
    return EntityFinder(load_gazetteer(settings.corpus / "gazetteers"))


@pytest.fixture(scope="session")
def recense() -> CommandLine:
    """Runs `recense` in a process of its own: (arguments) -> the finished process."""

    def run(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).parent / "recense"), *arguments]
        env = os.environ | {"COLUMNS": "200"} | environment
        return subprocess.run(command, input=stdin, capture_output=True, text=True, env=env, check=False)

    return run
