"""What a person sees while a batch runs and when it is done (on standard error)."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from recense.export import RunSummary
from recense.records import InventoryRow, Language
from recense.run import Progress as ProgressCallback

# More rows than this scroll away; the files hold them all.
MAX_ROWS_SHOWN = 40
LANGUAGES: tuple[Language, ...] = ("fr", "en", "und")


@contextmanager
def progress_bar(what: str) -> Iterator[ProgressCallback]:
    """A progress bar; nothing is drawn where standard error is not a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance


def show_inventory(summary: RunSummary) -> None:
    """The items, the counts by category and language, what needs a look, and where the files are."""
    console = Console(stderr=True, highlight=False, soft_wrap=False)
    if 0 < len(summary.rows) <= MAX_ROWS_SHOWN:
        console.print(item_table(summary))
    if summary.rows:
        console.print(count_table(summary))
    for notice in summary.notices:
        console.print(f"Note: {notice}", markup=False)
    for source, meter in summary.meters:
        if meter.unaccounted:
            console.print(f"Note: {source}: {meter.unaccounted} characters were not read", markup=False)
    for error in summary.errors:
        console.print(f"Error: {error.message}", markup=False, soft_wrap=True)
    console.print(closing_line(summary), markup=False, soft_wrap=True)


def item_table(summary: RunSummary) -> Table:
    """One line per item; a question mark stands before the category of a doubtful one."""
    table = Table(title="Inventory", title_justify="left", show_lines=False)
    for name, style in (("Item", ""), ("Category", "cyan"), ("p", ""), ("Clusters", "green"), ("Regions", "magenta")):
        table.add_column(name, style=style, overflow="fold")
    for row in summary.rows:
        best = max(row.scores, key=row.scores.__getitem__)
        category = ("" if row.category else "? ") + summary.taxonomy.label(best, row.language)
        table.add_row(row.title, category, f"{row.confidence:.2f}", _names(row, "CLUSTER"), _regions(row))
    return table


def _names(row: InventoryRow, label: str) -> str:
    return ", ".join(dict.fromkeys(e.name or e.text for e in row.entities if e.label == label))


def _regions(row: InventoryRow) -> str:
    return ", ".join(dict.fromkeys(e.id or e.text for e in row.entities if e.label == "REGION"))


def count_table(summary: RunSummary) -> Table:
    """Items by category and language."""
    counts = Counter((row.category, row.language) for row in summary.rows)
    languages: list[Language] = [name for name in LANGUAGES if any(row.language == name for row in summary.rows)]
    table = Table(title="Items by category and language", title_justify="left")
    for name in ("Catégorie", "Category", *languages, "all"):
        table.add_column(name, justify="left" if name.startswith("Cat") else "right")
    for category in summary.taxonomy.categories:
        own = [counts[category.id, language] for language in languages]
        if any(own):
            table.add_row(category.fr, category.en, *map(str, own), str(sum(own)))
    doubtful = [counts[None, language] for language in languages]
    table.add_row("à vérifier", "needs review", *map(str, doubtful), str(sum(doubtful)), style="yellow")
    return table


def closing_line(summary: RunSummary) -> str:
    """How much was done, and where it is."""
    failed = f", {len(summary.errors)} inputs failed (see errors.jsonl)" if summary.errors else ""
    return (
        f"{len(summary.rows)} items from {summary.documents} documents in {summary.seconds:.1f} s{failed}. "
        f"Written to {summary.out}"
    )
