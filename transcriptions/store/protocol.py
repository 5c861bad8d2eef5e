"""What a store of documents offers. `transcriptions.store.sql` is the one implementation, on two databases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from images.geometry import Size
from transcriptions.identity import DocumentId, PageId
from transcriptions.model import Document, Origin, Placement
from transcriptions.revision import Author, Effect, Read, Revision, Snapshot


@dataclass(frozen=True, slots=True)
class Summary:
    """A document in a list: itself, how much it holds, its first page's first image, its latest revision."""

    document: Document
    pages: int
    placement: Placement | None
    number: int
    modified: str


@dataclass(frozen=True, slots=True)
class Placed:
    """An Image API identifier's placement, with the page and document that decide on access."""

    document: DocumentId
    page: PageId
    placement: Placement

    @property
    def size(self) -> Size:
        """The size of what is shown."""
        return self.placement.size


class Store(Protocol):
    """Documents and their history. Every read is one transaction; every append is one, or none."""

    def append(
        self,
        document: DocumentId,
        effects: Sequence[Effect],
        *,
        author: Author,
        note: str,
        time: str,
        read: Iterable[Read] = (),
    ) -> Revision | None:
        """Record a revision and bring the tables along; None where there are no effects.

        Raises VersionConflict where an entity that is changed is not as `before` says, or one of `read` has
        another version; nothing is written then.
        """
        ...

    def snapshot(self, document: DocumentId) -> Snapshot:
        """Give everything about a document. Raises EntityUnknown."""
        ...

    def find(self, origin: Origin) -> DocumentId | None:
        """Give the document that was ingested from there."""
        ...

    def summaries(
        self, *, collection: str | None = None, after: DocumentId | None = None, limit: int = 100
    ) -> tuple[Summary, ...]:
        """List documents by id, a page at a time."""
        ...

    def count(self) -> int:
        """Say how many documents there are."""
        ...

    def collections(self) -> tuple[str, ...]:
        """List the names of collections that hold documents; "" is the collection of those that name none."""
        ...

    def document_of(self, page: PageId) -> DocumentId | None:
        """Say which document a page belongs to."""
        ...

    def version(self, document: DocumentId) -> tuple[int, str] | None:
        """Give the number and time of a document's latest revision, or None where there is no such document."""
        ...

    def placed(self, identifier: str) -> Placed | None:
        """Give what an Image API identifier stands for."""
        ...

    def newest_images(self, limit: int) -> tuple[str, ...]:
        """List the Image API identifiers of the pages that were made last and can be shown, the newest first."""
        ...

    def packs(self) -> frozenset[str]:
        """List the names of all tile packs that pages use."""
        ...

    def revisions(
        self, *, after: int = 0, document: DocumentId | None = None, limit: int = 100
    ) -> tuple[Revision, ...]:
        """List revisions newer than a number, oldest first."""
        ...

    def latest(self) -> int:
        """Give the number of the newest revision, 0 where there is none."""
        ...

    def expunge(self, number: int, *, reason: str) -> None:
        """Remove the contents of a revision for good; its number, hash and the reason stay. Raises EntityUnknown."""
        ...

    def rebuild(self) -> None:
        """Empty the tables of current state and fill them again from the revisions."""
        ...
