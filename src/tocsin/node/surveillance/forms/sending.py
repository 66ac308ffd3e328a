"""What a request sends to a form. A POST without any field is a form that was sent empty, and is answered as one."""

from typing import Any

from django.http import HttpRequest, QueryDict

__all__ = ["fields_of", "files_of"]


def fields_of(request: HttpRequest) -> QueryDict | None:
    """The fields, or None where the form was only asked for."""
    return request.POST if request.method == "POST" else None


def files_of(request: HttpRequest) -> Any:
    return request.FILES if request.method == "POST" else None
