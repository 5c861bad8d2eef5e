"""What is done to documents: load values, make one pure call, save. Plain functions, no HTTP and no command line."""

from __future__ import annotations

from images.layout.page import Layout
from server.services import Services
from transcriptions import analysis
from transcriptions.alignment.evidence import Readable
from transcriptions.errors import EntityUnknown
from transcriptions.identity import DocumentId, PageId, PartId
from transcriptions.model import Part
from transcriptions.realign import Evidence, realign, stale
from transcriptions.revision import Author, AuthorKind, Effect, Revision, Snapshot, held_fields
from transcriptions.supplied import SuppliedDocument
from transcriptions.supply import Reconciled, reconcile

ANALYSER = "stroka-layout/5"
ALIGNER = "stroka-align/5"
IMPORTER = Author(AuthorKind.IMPORT, "stroka-ingest/1")


def find(services: Services, supplied: SuppliedDocument) -> Snapshot | None:
    """Give the stored document that a supplied one is: by its id, else by where it came from."""
    if supplied.id:
        try:
            return services.store.snapshot(DocumentId(supplied.id))
        except EntityUnknown:
            pass
    known = services.store.find(supplied.description.origin)
    return None if known is None else services.store.snapshot(known)


def take(services: Services, supplied: SuppliedDocument) -> Reconciled:
    """Bring a document to what was supplied, in one revision, or none where nothing changed."""
    before = find(services, supplied)
    held = held_fields(_revisions(services, before.document.id)) if before else {}
    outcome = reconcile(before, supplied, held=held, mint=services.mint)
    services.store.append(
        outcome.document,
        outcome.effects,
        author=IMPORTER,
        note="ingested" if before is None else "ingested again",
        time=services.clock(),
    )
    return outcome


def _revisions(services: Services, document: DocumentId) -> list[Revision]:
    revisions: list[Revision] = []
    while more := services.store.revisions(after=revisions[-1].number if revisions else 0, document=document):
        revisions.extend(more)
    return revisions


def unanalysed(snapshot: Snapshot) -> tuple[PageId, ...]:
    """List the pages with a pack of ours on which no analysis of this version has run."""
    done = {order.page for order in snapshot.orders if order.generator == ANALYSER or _imported(order.generator)}
    return tuple(page.id for page in snapshot.ordered_pages() if page.id not in done and page.placements[0].pack)


def _imported(generator: str) -> bool:
    return generator.startswith("import/")


def record_layout(services: Services, document: DocumentId, page: PageId, found: Layout) -> None:
    """Save what an analysis found on a page, as one revision."""
    before = services.store.snapshot(document)
    known = before.page(page)
    if known is None:
        return
    effects = analysis.settle(found, known, before, generator=ANALYSER, mint=services.mint)
    _append_run(services, document, effects, ANALYSER, "lines found")


def _append_run(services: Services, document: DocumentId, effects: tuple[Effect, ...], program: str, note: str) -> None:
    author = Author(AuthorKind.PROGRAM, program)
    services.store.append(document, effects, author=author, note=note, time=services.clock())


def align_part(services: Services, document: DocumentId, part: PartId, evidence: Evidence, *, ocr: Readable) -> None:
    """Align the texts of a part with its lines and with each other, as one revision."""
    before = services.store.snapshot(document)
    known = before.part(part)
    if known is None:
        return
    held = held_fields(_revisions(services, document))
    effects = realign(before, known, evidence, held=held, ocr=ocr, generator=ALIGNER, mint=services.mint)
    _append_run(services, document, effects, ALIGNER, "aligned")


def unaligned(snapshot: Snapshot, *, ocr: Readable) -> tuple[Part, ...]:
    """List the parts whose texts were not aligned from what is there now."""
    return tuple(part for part in snapshot.parts if stale(snapshot, part, ocr=ocr, generator=ALIGNER))
