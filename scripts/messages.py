#!/usr/bin/env python
"""Catalogues of translations, from the code to the translators and back (docs/languages.md).

    scripts/messages.py extract                every text of the code, one a line of JSON
    scripts/messages.py update                 bring both catalogues up to date with the code
    scripts/messages.py check                  what is missing or wrong; status 1 if anything is
    scripts/messages.py compile                make the files that Django reads
    scripts/messages.py todo LANG [--all]      texts to be translated, as JSON
    scripts/messages.py fill LANG FILE...      take translations: {"key or English": "text" or ["form", ...]}

LANG is ru or zh-hans.
"""

import argparse
import dataclasses
import json
import sys
from pathlib import Path

from tocsin.node.language import catalogue
from tocsin.node.language.compiled import compile_catalogues
from tocsin.node.language.extraction import texts
from tocsin.node.language.proofreading import problems


def extract(_: argparse.Namespace) -> int:
    for text in texts():
        print(json.dumps({k: v for k, v in dataclasses.asdict(text).items() if v}, ensure_ascii=False))
    return 0


def update(_: argparse.Namespace) -> int:
    for language in catalogue.TRANSLATED:
        left = catalogue.to_do(language)
        print(f"{language}: {len(catalogue.read(language))} texts, {len(left)} to be translated")
    return 0


def check(_: argparse.Namespace) -> int:
    found = [problem for language in catalogue.TRANSLATED for problem in problems(language)]
    for problem in found:
        print(problem)
    print(f"{len(found)} problems" if found else "The catalogues are complete.", file=sys.stderr)
    return 1 if found else 0


def compile_(_: argparse.Namespace) -> int:
    for written in compile_catalogues():
        print(written)
    return 0


def todo(wanted: argparse.Namespace) -> int:
    tasks = catalogue.to_do(wanted.language, everything=wanted.all)
    json.dump(tasks, sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 0


def fill(wanted: argparse.Namespace) -> int:
    status = 0
    for file in wanted.files:
        filled = catalogue.fill(wanted.language, json.loads(file.read_text("utf-8")))
        print(f"{file}: {filled.taken} taken, {len(filled.refused)} refused")
        for refusal in filled.refused:
            print(f"  {refusal}", file=sys.stderr)
            status = 1
    return status


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, act in {"extract": extract, "update": update, "check": check, "compile": compile_}.items():
        commands.add_parser(name).set_defaults(act=act)
    for name, act in {"todo": todo, "fill": fill}.items():
        command = commands.add_parser(name)
        command.set_defaults(act=act)
        command.add_argument("language", choices=tuple(catalogue.TRANSLATED))
        if act is fill:
            command.add_argument("files", type=Path, nargs="+")
        else:
            command.add_argument("--all", action="store_true", help="those that are translated too")
    wanted = parser.parse_args()
    return wanted.act(wanted)


if __name__ == "__main__":
    sys.exit(main())
