"""The structured part of a clinical note: what it may say, put in form, and in one line. docs/clinical.md.

content = normalised(typed)                       what a form gave, as documents have it
problems = problems_of(content, today=today)      what of it cannot be, and what is worth a second look
"""

from tocsin.clinical.content.checking import problems_of
from tocsin.clinical.content.lacking import lacking
from tocsin.clinical.content.normalising import EMPTY, normalised
from tocsin.clinical.content.problems import Problem
from tocsin.clinical.content.schema import SCHEMA
from tocsin.clinical.content.scoring import news2_of
from tocsin.clinical.content.summary import age_words, summary_line

__all__ = [
    "EMPTY",
    "SCHEMA",
    "Problem",
    "age_words",
    "lacking",
    "news2_of",
    "normalised",
    "problems_of",
    "summary_line",
]
