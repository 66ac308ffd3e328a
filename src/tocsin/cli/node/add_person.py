"""`tocsin node add-person`: somebody who may sign in."""

import json
from typing import TYPE_CHECKING

import click

from tocsin.cli.node import opened

if TYPE_CHECKING:
    from tocsin.node.running.newcomers import Newcomer

__all__ = ["add_person", "tell"]


@click.command("add-person", short_help="Let somebody in.")
@click.option("--email", required=True, help="Address with which they sign in.")
@click.option("--name", required=True, help="As others will read it.")
@click.option("--role", "roles", multiple=True, required=True, help="What they may do; may be repeated.")
@click.option(
    "--language", type=click.Choice(["en", "ru", "zh-hans"]), default="en", help="In which pages open; en unless said."
)
@click.option("--organisation", default="", help="English name; the state's service unless said.")
@click.option("--totp", is_flag=True, help="Set an authenticator up now, and print its secret.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print.")
def add_person(
    email: str, name: str, roles: tuple[str, ...], language: str, organisation: str, totp: bool, form: str
) -> None:
    """Let somebody in with a password made by chance. It is printed once and kept nowhere.

    Roles: epidemiologist, duty_officer, laboratory, border_post, council_delegate, clinician, hospital_manager,
    contact_tracer, logistics, translator, secretariat, administrator, auditor.
    """
    opened()
    from tocsin.node.running import newcomers

    tell(
        newcomers.welcome(email, name=name, roles=roles, language=language, organisation=organisation, totp=totp), form
    )


def tell(newcomer: "Newcomer", form: str = "text") -> None:
    """Print what the newcomer must know; to stdout, since it is the result."""
    person = newcomer.person
    if form == "json":
        told = {"email": person.email, "password": newcomer.password, "totp": newcomer.totp_secret}
        click.echo(json.dumps({**told, "name": person.name, "roles": person.roles}, ensure_ascii=False))
        return
    click.echo(f"{person.name}, {', '.join(map(str, person.role_names))}")
    click.echo(f"  address   {person.email}\n  password  {newcomer.password}")
    if newcomer.totp_secret:
        click.echo(f"  secret for an authenticator (TOTP)  {newcomer.totp_secret}")
    if newcomer.second_factor_to_come:
        click.echo("  At the first sign-in they are asked to set up a second factor: an authenticator or a passkey.")
