"""Metrics: what logcorr counts of itself, as instruments of OpenTelemetry."""
