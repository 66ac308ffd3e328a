from tocsin.node.hospitals.models.clinicians import Clinician
from tocsin.node.hospitals.models.hospitals import Hospital, ServiceLine
from tocsin.node.hospitals.models.versions import HospitalVersion

__all__ = ["Clinician", "Hospital", "HospitalVersion", "ServiceLine"]
