"""Every exception that the transcriptions package raises, under one base.

TranscriptionsError
├── Unreadable         a text or file cannot be read in its format
├── EntityUnknown      no entity with that id
├── VersionConflict    an entity changed since it was read
└── StoreUnusable      the database cannot be used as it is
"""

from collections.abc import Sequence


class TranscriptionsError(Exception):
    """Work on texts failed."""


class Unreadable(TranscriptionsError):
    """The file cannot be read in the format it claims; `line` counts from 1 where one is known."""

    def __init__(self, detail: str, *, line: int | None = None) -> None:
        super().__init__(detail)
        self.line = line


class EntityUnknown(TranscriptionsError):
    """There is no such entity."""


class VersionConflict(TranscriptionsError):
    """What was to be changed has changed since it was read; `stale` lists the ids."""

    def __init__(self, stale: Sequence[str]) -> None:
        super().__init__("changed since it was read: " + ", ".join(stale))
        self.stale = tuple(stale)


class StoreUnusable(TranscriptionsError):
    """The database cannot be used as it is; the message says what to do."""
