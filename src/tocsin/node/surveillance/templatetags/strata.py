"""{{ series.stratum|group }}: a group's name in the reader's language."""

from django import template

from tocsin.node.surveillance.pages.strata import group_text

register = template.Library()
register.filter("group", group_text)
