"""Rows of duty. The roster itself is `alliance.DutyShift`."""

from tocsin.node.duty.models.acknowledgements import Acknowledgement
from tocsin.node.duty.models.alerts import Alert, Step
from tocsin.node.duty.models.drills import Drill
from tocsin.node.duty.models.log import Handover, LogEntry, NeverChanged
from tocsin.node.duty.models.subscriptions import PushSubscription

__all__ = ["Acknowledgement", "Alert", "Drill", "Handover", "LogEntry", "NeverChanged", "PushSubscription", "Step"]
