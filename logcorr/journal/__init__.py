"""The journal: an append-only file of records that any number of processes write and exactly one ships."""
