"""Outbreak detection: which counts of many series are out of the ordinary.

One published method a file; each takes counts (series, periods) and returns a `Detection`.
"""

from tocsin.epi.detect.bayes import bayes
from tocsin.epi.detect.cusum import cusum
from tocsin.epi.detect.detection import Detection, FarringtonDetection
from tocsin.epi.detect.ears import ears
from tocsin.epi.detect.farrington import farrington
from tocsin.epi.detect.farrington_flexible import farrington_flexible
from tocsin.epi.detect.fixed_rule import fixed_rule
from tocsin.epi.detect.glr_negative_binomial import glr_negative_binomial
from tocsin.epi.detect.glr_poisson import glr_poisson
from tocsin.epi.detect.rki import rki

__all__ = [
    "Detection",
    "FarringtonDetection",
    "bayes",
    "cusum",
    "ears",
    "farrington",
    "farrington_flexible",
    "fixed_rule",
    "glr_negative_binomial",
    "glr_poisson",
    "rki",
]
