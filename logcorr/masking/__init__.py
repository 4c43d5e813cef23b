"""Masking: secrets out of every record, and people's data out of those that policy names, before anything is written."""

from logcorr.masking.policy import Masking
from logcorr.masking.rules import Reveal, Rule

__all__ = ["Masking", "Reveal", "Rule"]
