from tocsin.node.correspondence.models.drafts import LetterDraft, LetterGroup, LetterPreference
from tocsin.node.correspondence.models.letters import Letter, LetterCopy, MachineRendering
from tocsin.node.correspondence.models.readings import LetterReading, ReadReceipt
from tocsin.node.correspondence.models.threads import Participant, Thread

__all__ = [
    "Letter", "LetterCopy", "LetterDraft", "LetterGroup", "LetterPreference", "LetterReading", "MachineRendering",
    "Participant", "ReadReceipt", "Thread",
]  # fmt: skip
