"""The doctor: what is wrong with logging here and now, found by trying everything, and what to do about it."""

from logcorr.doctor.check import Check
from logcorr.doctor.examination import examine

__all__ = ["Check", "examine"]
