"""Every text that a person can see exists in Russian and in Chinese, by the glossary."""

import pytest

from tocsin.node.language.catalogue import TRANSLATED
from tocsin.node.language.proofreading import problems


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_is_complete_and_without_a_visible_mistake(language):
    found = problems(language)
    shown = "\n".join(map(str, found[:40]))
    assert not found, f"{len(found)} problems; see docs/languages.md and scripts/messages.py check:\n{shown}"
