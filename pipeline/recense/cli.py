"""The command line: thin commands over plain functions.

Data goes to files or standard output, progress and messages to standard error. Exit codes: 0 all done;
1 some input failed or a gate failed; 2 wrong use. The stages are imported inside the commands, so that
`recense --help` answers at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from recense.errors import RecenseError
from recense.settings import Settings

app = typer.Typer(
    help="French and English press releases in, an inventory of initiatives out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
corpus_app = typer.Typer(help="Look at the labelled corpus.", no_args_is_help=True, rich_markup_mode=None)
gazetteer_app = typer.Typer(help="Keep the lists of names.", no_args_is_help=True, rich_markup_mode=None)
embeddings_app = typer.Typer(help="Make the table of word meanings.", no_args_is_help=True, rich_markup_mode=None)
models_app = typer.Typer(help="Look at trained models.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(corpus_app, name="corpus")
app.add_typer(gazetteer_app, name="gazetteer")
app.add_typer(embeddings_app, name="embeddings")
app.add_typer(models_app, name="models")

DEFAULTS = Settings()
WRONG_USE, FAILED = 2, 1

ModelOption = Annotated[
    Path, typer.Option("--model", help="Folder of the trained model.", show_default="models/default")
]
CorpusOption = Annotated[Path, typer.Option("--corpus", help="Folder of the labelled corpus.", show_default="corpus")]


@contextmanager
def _errors_as_messages() -> Iterator[None]:
    """An error of ours becomes one line on standard error and exit code 2."""
    try:
        yield
    except RecenseError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(WRONG_USE) from error


def _tell_problems(problems: list[str]) -> None:
    """A line each on standard output; exit code 1 where there are any."""
    for problem in problems:
        typer.echo(problem)
    typer.echo(f"{len(problems)} problems", err=True)
    if problems:
        raise typer.Exit(FAILED)


@app.command()
def classify(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, or - for standard input.")],
    out: Annotated[Path, typer.Option(help="Folder to write the inventory to.")],
    model: ModelOption = DEFAULTS.model,
    formats: Annotated[str, typer.Option("--format", help="Any of jsonl,csv,parquet,geojson.")] = "jsonl,csv",
    jobs: Annotated[int, typer.Option(min=-1, help="Processes to use; -1 for all cores.")] = 1,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")] = False,
    text_column: Annotated[str | None, typer.Option(help="Column of the texts in CSV and JSON lines files.")] = None,
) -> None:
    """Turn press releases into an inventory.

    Example: recense classify releases/ --out inventory
    """
    from recense.run import classify as run_classify
    from recense.terminal import progress_bar, show_inventory

    if jobs == 0:
        raise typer.BadParameter("use 1 or more, or -1 for all cores", param_hint="--jobs")
    settings = Settings(model=model, jobs=jobs, text_column=text_column)
    wanted = [name.strip() for name in formats.split(",") if name.strip()]
    with _errors_as_messages(), progress_bar("documents") as progress:
        summary = run_classify(paths, out, settings, formats=wanted, resume=resume, progress=progress)
    show_inventory(summary)
    if summary.errors:
        raise typer.Exit(FAILED)


@app.command()
def explain(
    text: Annotated[str, typer.Argument(help="The text of one item; - reads standard input.")],
    model: ModelOption = DEFAULTS.model,
) -> None:
    """Say which category a text gets, and why.

    Example: recense explain "The plant now makes 5,000 visors a day for hospitals."
    """
    from recense.run import explain_text

    with _errors_as_messages():
        content = typer.get_text_stream("stdin").read() if text == "-" else text
        typer.echo(explain_text(content, Settings(model=model)))


@app.command()
def train(
    corpus: CorpusOption = DEFAULTS.corpus,
    out: Annotated[Path, typer.Option(help="Model folder to write.", show_default="models/default")] = DEFAULTS.model,
    embedding: Annotated[
        str, typer.Option(help="A model2vec model, a folder or a name on the hub; empty for none.")
    ] = "models/embedding",
) -> None:
    """Train splitter, recogniser and classifier on the labelled corpus.

    Example: recense train --corpus corpus --out models/mine
    """
    from recense.training import TrainingSettings
    from recense.training import train as run_train

    with _errors_as_messages():
        settings = TrainingSettings(embedding=embedding or None)
        manifest = run_train(corpus, out, settings, report=lambda line: typer.echo(line, err=True))
    typer.echo(f"{out}: {manifest.model_id}")


@app.command()
def evaluate(
    corpus: CorpusOption = DEFAULTS.corpus,
    model: ModelOption = DEFAULTS.model,
    gate: Annotated[bool, typer.Option("--gate", help="Fail (exit 1) below the floors in models/floors.json.")] = False,
) -> None:
    """Measure a model on the test split; the report is JSON on standard output.

    Example: recense evaluate --model models/mine --gate
    """
    import msgspec

    from recense.gate import below_floors, evaluate_model

    with _errors_as_messages():
        report = evaluate_model(corpus, model)
        failures = below_floors(report, model.parent / "floors.json") if gate else []
    typer.echo(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
    for line in failures:
        typer.echo(line, err=True)
    if failures:
        raise typer.Exit(FAILED)


@embeddings_app.command("distill")
def embeddings_distill(out: Annotated[Path, typer.Option(help="Folder to write the model2vec model to.")]) -> None:
    """Make the static embedding that `recense train` uses; needs the extra [distill].

    Example: recense embeddings distill --out models/embedding
    """
    from recense.embedding_distillation import distill

    with _errors_as_messages():
        pieces = distill(out)
    typer.echo(f"{out}: vectors of {pieces} word pieces")


@corpus_app.command("check")
def corpus_check(corpus: CorpusOption = DEFAULTS.corpus) -> None:
    """List what is wrong with the corpus; exit 1 where anything is.

    Example: recense corpus check --corpus corpus
    """
    from recense.corpus_checks import check_corpus

    with _errors_as_messages():
        problems = check_corpus(corpus)
    _tell_problems(problems)


@corpus_app.command("stats")
def corpus_stats(corpus: CorpusOption = DEFAULTS.corpus) -> None:
    """Show what the corpus is made of.

    Example: recense corpus stats
    """
    from recense.corpus_stats import corpus_tables

    with _errors_as_messages():
        typer.echo(corpus_tables(corpus))


ExchangeFormat = Annotated[str, typer.Option("--format", help="prodigy, doccano, label-studio or spacy.")]


@corpus_app.command("export")
def corpus_export(
    file: Annotated[Path, typer.Argument(help="File to write.")],
    name: ExchangeFormat,
    corpus: CorpusOption = DEFAULTS.corpus,
) -> None:
    """Write the corpus in the format of an annotation tool.

    Example: recense corpus export tasks.jsonl --format prodigy
    """
    from recense.corpus import load_corpus
    from recense.corpus_exchange import export_corpus

    with _errors_as_messages():
        documents = load_corpus(corpus).documents
        file.write_bytes(export_corpus(documents, name))
    typer.echo(f"{len(documents)} documents written to {file}", err=True)


@corpus_app.command("import")
def corpus_import(
    file: Annotated[Path, typer.Argument(help="File that an annotation tool exported.")],
    name: ExchangeFormat,
    out: Annotated[Path, typer.Option(help="File of labelled documents (JSON lines) to write.")],
) -> None:
    """Turn an annotation tool's export into labelled documents.

    Example: recense corpus import annotated.jsonl --format prodigy --out corpus/documents/new.jsonl
    """
    from recense.corpus import write_documents
    from recense.corpus_exchange import import_corpus

    with _errors_as_messages():
        documents = import_corpus(file, name)
        write_documents(out, documents)
    typer.echo(f"{len(documents)} documents written to {out}", err=True)


@corpus_app.command("agreement")
def corpus_agreement(corpus: CorpusOption = DEFAULTS.corpus) -> None:
    """Show how well the two readers of the corpus agree.

    Example: recense corpus agreement
    """
    from recense.agreement import agreement_table

    with _errors_as_messages():
        typer.echo(agreement_table(corpus))


@gazetteer_app.command("check")
def gazetteer_check(corpus: CorpusOption = DEFAULTS.corpus) -> None:
    """Name every double, gap and unknown region of the lists; exit code 1 if there is any.

    Example: recense gazetteer check
    """
    from recense.gazetteer_checks import check_gazetteers

    with _errors_as_messages():
        problems = check_gazetteers(corpus / "gazetteers")
    _tell_problems(problems)


@gazetteer_app.command("add")
def gazetteer_add(
    label: Annotated[str, typer.Argument(help="cluster or material.")],
    name: Annotated[str, typer.Option(help="Name of a cluster, or French name of a good.")],
    en: Annotated[str, typer.Option(help="English name of a good.")] = "",
    alias: Annotated[list[str] | None, typer.Option(help="Another name; of a good in French. May be repeated.")] = None,
    alias_en: Annotated[list[str] | None, typer.Option(help="Another English name of a good.")] = None,
    kind: Annotated[str, typer.Option(help="What it is: federation, technopole, drug...")] = "",
    region: Annotated[str, typer.Option(help="Code of a cluster's region: FR-ARA.")] = "",
    country: Annotated[str, typer.Option(help="Country code of a cluster.")] = "FR",
    parent: Annotated[str, typer.Option(help="Id of the wider good.")] = "",
    source: Annotated[str, typer.Option(help="Where a cluster's facts come from.")] = "",
    corpus: CorpusOption = DEFAULTS.corpus,
) -> None:
    """Add a cluster or a good to the lists; refused where they would no longer pass their check.

    Example: recense gazetteer add cluster --name "Pôle Exemple" --region FR-ARA --source https://exemple.example
    """
    from recense.gazetteer_checks import add_cluster, add_material, joined

    if label not in ("cluster", "material"):
        typer.echo("Error: the label is cluster or material.", err=True)
        raise typer.Exit(WRONG_USE)
    aliases, folder = joined(alias or []), corpus / "gazetteers"
    with _errors_as_messages():
        if label == "cluster":
            row = {"name": name, "aliases": aliases, "kind": kind, "region": region, "country": country}
            added = add_cluster(folder, row | {"source": source})
        else:
            row = {"fr": name, "en": en, "aliases_fr": aliases, "aliases_en": joined(alias_en or []), "kind": kind}
            added = add_material(folder, row | {"parent": parent})
    typer.echo(f"added {added} to {folder}", err=True)


@models_app.command("list")
def models_list(
    folder: Annotated[Path, typer.Argument(help="Folder that holds model folders.")] = DEFAULTS.model.parent,
) -> None:
    """List the models of a folder.

    Example: recense models list
    """
    from recense.model_store import list_models, read_manifest

    with _errors_as_messages():
        for path in list_models(folder):
            manifest = read_manifest(path)
            score = manifest.cross_validation.get("macro_f1")
            typer.echo(f"{path}\t{manifest.model_id}\tcross-validated macro-F1 {score}")


@models_app.command("show")
def models_show(model: Annotated[Path, typer.Argument(help="A model folder.")] = DEFAULTS.model) -> None:
    """Print a model's manifest.

    Example: recense models show models/default
    """
    import msgspec

    from recense.model_store import read_manifest

    with _errors_as_messages():
        typer.echo(msgspec.json.format(msgspec.json.encode(read_manifest(model)), indent=2).decode())


@models_app.command("verify")
def models_verify(model: Annotated[Path, typer.Argument(help="A model folder.")] = DEFAULTS.model) -> None:
    """Check a model's files, versions and predictions; exit 2 where it must not be used.

    Example: recense models verify models/default
    """
    from recense.gate import verify_predictions

    with _errors_as_messages():
        typer.echo(verify_predictions(model))
