"""{{ names|in_language }}: the one of three names that the reader's language asks for. {% load words_of %}"""

from django import template

from tocsin.node.events import words

register = template.Library()
register.filter("in_language", words.in_language)
