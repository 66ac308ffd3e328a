"""The ways in which a person is called, behind one interface: browser, e-mail, and the operator's way to telephones.

None of them says what it is about: that something waits, where, and whether it is an exercise or a drill.
"""

from tocsin.node.duty.channels.gateway import Gateway
from tocsin.node.duty.channels.mail import Mail
from tocsin.node.duty.channels.outcome import Channel, Job, Outcome
from tocsin.node.duty.channels.push import Push

__all__ = ["CHANNELS", "Channel", "Job", "Outcome"]

CHANNELS: dict[str, Channel] = {"push": Push(), "mail": Mail(), "gateway": Gateway()}
