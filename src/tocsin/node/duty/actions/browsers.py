"""Registering the browsers in which a person wishes to be called, and taking them out."""

import base64
import binascii
import hashlib

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.duty.channels import vapid
from tocsin.node.duty.channels.push import BadEndpoint, check_endpoint
from tocsin.node.duty.models import PushSubscription

__all__ = ["register_browser", "remove_browser"]

MOST = 10  # browsers of one person


@transaction.atomic
def register_browser(*, endpoint: str, p256dh: str, auth: str, by: Person, browser: str = "") -> PushSubscription:
    """Call `by` in this browser from now on. The same browser again, also by another person, takes the row over."""
    check(by, Ability.STAND_DUTY)
    try:
        check_endpoint(endpoint)
        _check_keys(p256dh, auth)
    except (BadEndpoint, ValueError):
        raise ActRefused(_("This browser gave an address that may not be called.")) from None
    digest = hashlib.sha256(endpoint.encode()).hexdigest()
    others = PushSubscription.objects.filter(person=by).exclude(endpoint_digest=digest)
    if others.count() >= MOST:
        raise ActRefused(_("You are called in %(n)d browsers already: take one out first.") % {"n": MOST})
    said = {"endpoint": endpoint, "p256dh": p256dh, "auth": auth, "browser": browser[:120], "person": by}
    said["server_key"] = vapid.public_key(settings.HOME)
    made, is_new = PushSubscription.objects.update_or_create(endpoint_digest=digest, defaults=said)
    if is_new:
        audit.record("browser.registered", by, by=by, browser=made.browser)
    return made


@transaction.atomic
def remove_browser(subscription: PushSubscription, *, by: Person) -> None:
    """Call `by` there no more."""
    audit.record("browser.removed", by, by=by, browser=subscription.browser)
    subscription.delete()


def _check_keys(p256dh: str, auth: str) -> None:
    """Raises ValueError: what could not be encrypted for would fail at night, when it is needed."""
    try:
        point, secret = (base64.urlsafe_b64decode(one + "=" * (-len(one) % 4)) for one in (p256dh, auth))
    except binascii.Error as problem:
        raise ValueError("not base64url") from problem
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    if len(secret) != 16 or len(p256dh) > 100 or len(auth) > 40:
        raise ValueError("not the keys of a browser")
