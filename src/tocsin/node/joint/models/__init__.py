from tocsin.node.joint.models.acts import JointAct
from tocsin.node.joint.models.objects import SKEW, JointObject, gated_by

__all__ = ["SKEW", "JointAct", "JointObject", "gated_by"]
