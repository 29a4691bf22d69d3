"""Slow or broken: how long starts take here, and after what waiting is pointless. Facts in, words out."""

from troubleshooter.checks.starts.judged import Subject, judged
from troubleshooter.checks.starts.limits import Pool, limits
from troubleshooter.checks.starts.measured import measured
from troubleshooter.checks.starts.shortly import shortly
from troubleshooter.checks.starts.usual import usual

__all__ = ["Pool", "Subject", "judged", "limits", "measured", "shortly", "usual"]
