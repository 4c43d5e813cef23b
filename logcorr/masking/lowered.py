"""Lower case, character by character: each stays where it is in the text."""

__all__ = ["lowered"]


def lowered(text: str) -> str:
    """*text* in lower case, and as long as it is."""
    lower = text.lower()
    # "İ" becomes two characters.
    return lower if len(lower) == len(text) else text.replace("\u0130", "I").lower()
