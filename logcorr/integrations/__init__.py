"""Adapters, one file a framework, built on logcorr's public names alone."""
