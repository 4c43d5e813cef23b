"""Exceptions: what one says is masked once, for every place that says it; what a line of code says, once for all records."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from operator import is_not
from typing import Any

from logcorr.encoding.exceptions import LINKS, stacktrace
from logcorr.encoding.frames import Frames
from logcorr.masking.keys import THING, KeyRules
from logcorr.masking.masker import ERRORS, Masker
from logcorr.masking.text import WINDOW_CHARS
from logcorr.masking.walk import Walk
from logcorr.room import with_room

_REMEMBERED, _REMEMBERED_CHARS = 2048, 1024
_FAILED = f"[{ERRORS}:"


class Errors:
    """Masks exceptions, as ``describe`` gives them or as a record that was read has them, by one *masker*.

    What goes of a line of code is counted when that line is met first, and not with each record.
    """

    def __init__(self, masker: Masker, keys: KeyRules) -> None:
        self._masker = masker
        self._texts = masker._text  # noqa: SLF001  what finds hits, without which no text can be masked in part
        self._keys = keys
        # What tracebacks say of frames: what stays as it is, and of other texts what is left.
        self._plain: set[str] = set()
        self._shown: dict[str, str] = {}

    def mask(self, record: dict[str, Any]) -> None:
        """Mask the exception of *record*, and what it says wherever the message and the fields say it again."""
        raw = record["exception"]
        masked = record["exception"] = self.masked(raw, self._masker.walk())
        said, now = raw["message"], masked["message"]
        if said == now:
            return
        record["message"] = record["message"].replace(said, now)
        context = record.get("context", {})
        for name, value in context.items():
            if type(value) is str and said in value:
                context[name] = value.replace(said, now)

    def masked(self, described: Mapping[str, Any], walk: Walk) -> Mapping[str, Any]:
        """*described*, its messages, notes and traceback masked; types and places stay. The same where nothing had to go."""
        is_told = type(described.get("frames")) is Frames
        changed = self._told(described, walk) if is_told else self._read(described, walk)
        if "cause" in described or "context" in described or "group" in described:
            changed |= self._inner(described, walk)
        if not changed:
            return described
        changed = {**described, **changed}
        if is_told and "stacktrace" in changed:
            changed["stacktrace"] = stacktrace(changed)
        return changed

    def _inner(self, described: Mapping[str, Any], walk: Walk) -> dict[str, Any]:
        """What masking changed of the exceptions that *described* has in it."""
        changed: dict[str, Any] = {}
        for name in LINKS:
            earlier = described.get(name)
            if earlier is not None and isinstance(earlier, Mapping):
                masked = self.masked(earlier, walk)
                if masked is not earlier:
                    changed[name] = masked
        group = described.get("group")
        if isinstance(group, list):
            members = [self.masked(member, walk) for member in group]
            if any(map(is_not, members, group)):
                changed["group"] = members
        return changed

    def _told(self, described: Mapping[str, Any], walk: Walk) -> dict[str, Any]:
        """What masking changed of what an exception says itself, and of its frames; its traceback is put together of them."""
        message, notes, kind = described["message"], described.get("notes"), described["type"]
        frames, text = described["frames"], self._masker.text
        said = [message, *notes] if notes else [message]
        if notes or self._keys.entity(kind) not in (None, THING):
            said = self._severed(kind, said)
        changed: dict[str, Any] = {}
        masked = text(said[0], walk)
        if masked is not message:
            changed["message"] = masked
        if notes and (left := [text(note, walk) for note in said[1:]]) != notes:
            changed["notes"] = left
        if not self._plain.issuperset(frames.texts):
            shown = [self._line(line, walk) for line in frames.texts]
            if shown != frames.texts:
                changed["frames"] = frames.saying(shown)
        return changed

    def _read(self, described: Mapping[str, Any], walk: Walk) -> dict[str, Any]:
        """The texts of an exception that is known by its record alone, masked."""
        text = self._masker.text
        names = [name for name in ("message", "stacktrace") if isinstance(described.get(name), str)]
        masked: dict[str, Any] = {name: text(described[name], walk) for name in names}
        if isinstance(described.get("notes"), list):
            masked["notes"] = [text(note, walk) for note in described["notes"]]
        return masked

    def _line(self, text: str, walk: Walk) -> str:
        """What is shown of a frame, of which a traceback says *text*."""
        known = text if text in self._plain else self._shown.get(text)
        if known is not None:
            return known
        if len(text) > _REMEMBERED_CHARS:
            return self._masker.text(text, walk)
        shown = self._masker.text(text)
        if not shown.startswith(_FAILED):
            if shown == text:
                with_room(self._plain, _REMEMBERED).add(text)
            else:
                with_room(self._shown, _REMEMBERED)[text] = shown
        return shown

    def _severed(self, kind: str, said: list[str]) -> list[str]:
        """What an exception of *kind* and its notes have *said*, without what is told only by what stands before it."""
        begin, whole = len(kind) + 2, f"{kind}: " + "\n".join(said)
        hits = self._texts.hits(whole) if len(whole) <= WINDOW_CHARS else []
        if not hits:
            return said
        starts, ends, severed = [hit.start for hit in hits], [hit.end for hit in hits], []
        for one in said:
            end = begin + len(one)
            within = [
                hit._replace(start=max(hit.start, begin) - begin, end=min(hit.end, end) - begin)
                for hit in hits[bisect_right(ends, begin) : bisect_left(starts, end)]
            ]
            severed.append(self._texts.replace(one, within))
            begin = end + 1
        return severed
