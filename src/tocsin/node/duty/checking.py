"""Whether the table [duty] of node.toml can be used. No models, no Django: it is looked at before there are settings.

contact   an address under which whoever runs a push service finds this node's operator
repeat, [[duty.ladder]]   duty/ladder.py
[duty.gateway]            duty/channels/gateway.py
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tocsin.node.duty.ladder import read

__all__ = ["LONGEST", "USUAL_SECONDS", "BadGateway", "BadTable", "check_gateway", "check_table"]

TABLE = {"contact", "gateway", "ladder", "repeat"}
GATEWAY = {"ca", "command", "secret_file", "timeout", "url"}
USUAL_SECONDS, LONGEST = 10, 60


class BadTable(ValueError):
    """[duty] of node.toml sets what nobody knows."""


class BadGateway(ValueError):
    """[duty.gateway] of node.toml cannot be used; the message says what of it."""


def check_table(given: Mapping[str, Any]) -> None:
    """Raises BadTable, BadGateway, ladder.BadLadder."""
    if unknown := set(given) - TABLE:
        raise BadTable(f"[duty] sets {', '.join(sorted(unknown))}; known are {', '.join(sorted(TABLE))}")
    if "@" not in str(given.get("contact", "@")):
        raise BadTable("[duty]: contact is an address of e-mail")
    read(given)
    if "gateway" in given:
        check_gateway(given["gateway"])


def check_gateway(given: Mapping[str, Any]) -> None:
    """Raises BadGateway."""
    if unknown := set(given) - GATEWAY:
        raise BadGateway(f"[duty.gateway] sets {', '.join(sorted(unknown))}; known are {', '.join(sorted(GATEWAY))}")
    command, url, timeout = given.get("command"), given.get("url"), given.get("timeout", USUAL_SECONDS)
    if (command is None) == (url is None):
        raise BadGateway("[duty.gateway] names a command or a url, one of them")
    if command is not None and not (isinstance(command, list) and command and all(isinstance(c, str) for c in command)):
        raise BadGateway('[duty.gateway]: command is a list, as ["/usr/local/bin/send-sms"]')
    if url is not None and not (urlsplit(str(url)).scheme == "https" and urlsplit(str(url)).hostname):
        raise BadGateway("[duty.gateway]: url begins with https://")
    if type(timeout) is not int or not 1 <= timeout <= LONGEST:
        raise BadGateway(f"[duty.gateway]: timeout is from 1 to {LONGEST} seconds")
