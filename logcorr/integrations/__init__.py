"""Adapters, one file a framework, built on logcorr's public names; Celery's reaches for the scope itself."""
