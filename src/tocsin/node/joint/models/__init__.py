from tocsin.node.joint.models.acts import JointAct
from tocsin.node.joint.models.objects import JointObject

__all__ = ["JointAct", "JointObject"]
