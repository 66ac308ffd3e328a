from tocsin.node.joint.models.acts import JointAct
from tocsin.node.joint.models.objects import SKEW, JointObject

__all__ = ["SKEW", "JointAct", "JointObject"]
