"""Encoding: from the parts of a record to one line, of JSON for machines or of text for a person."""
