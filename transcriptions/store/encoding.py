"""Entities as JSON text with a schema number, and back; older schemas are brought up step by step."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from transcriptions.errors import StoreUnusable
from transcriptions.model import Entity
from transcriptions.revision import KINDS, Effect, EntityKind

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Brings the members of an entity from one schema number to the next."""

Upcasters = Mapping[EntityKind, tuple[Upcaster, ...]]


def _defaulted(members: dict[str, Any]) -> dict[str, Any]:
    """Leave members as they are: what is new has a default. The step keeps older programs from losing it."""
    return members


UPCASTERS: Upcasters = {
    EntityKind.DOCUMENT: (_defaulted,),
    EntityKind.LINK: (_defaulted,),
    EntityKind.MARK: (_defaulted,),
}
"""For each kind, the step from schema 1 to 2, from 2 to 3 and so on.

Documents got a register of hands and numbers of collections, marks the hand of that register, links whether their line
was moved.
"""

_encoder = msgspec.json.Encoder(order="deterministic")
_decoders = {kind: msgspec.json.Decoder(type_) for kind, type_ in KINDS.items()}


def schema_of(kind: EntityKind, upcasters: Upcasters = UPCASTERS) -> int:
    """Give the schema number in which entities of a kind are written now."""
    return len(upcasters.get(kind, ())) + 1


def encode(entity: Entity) -> str:
    """Write an entity's members as JSON text, in the schema of now; equal entities give equal text."""
    return _encoder.encode(entity).decode()


def decode(kind: EntityKind, schema: int, body: str | bytes, upcasters: Upcasters = UPCASTERS) -> Entity:
    """Read an entity that was written in some schema.

    Raises StoreUnusable where the schema is newer than this program, or the text does not fit it.
    """
    steps = upcasters.get(kind, ())
    if not 1 <= schema <= len(steps) + 1:
        raise StoreUnusable(f"a {kind} was stored in schema {schema}, which this version of Stroka does not know")
    try:
        if schema == len(steps) + 1:
            return _decoders[kind].decode(body)
        members = msgspec.json.decode(body)
        for step in steps[schema - 1 :]:
            members = step(members)
        return msgspec.convert(members, KINDS[kind])
    except msgspec.ValidationError as error:
        raise StoreUnusable(f"a stored {kind} does not fit its schema: {error}") from error


def encode_effects(effects: Sequence[Effect]) -> str:
    """Write effects as JSON text: a list of [kind, schema, before, after]."""
    return _encoder.encode([[e.kind, schema_of(e.kind), e.before, e.after] for e in effects]).decode()


def decode_effects(text: str, upcasters: Upcasters = UPCASTERS) -> tuple[Effect, ...]:
    """Read effects that were written in any schema."""
    listed = msgspec.json.decode(text, type=list[tuple[EntityKind, int, msgspec.Raw, msgspec.Raw]])
    return tuple(
        Effect(_optional(kind, schema, before, upcasters), _optional(kind, schema, after, upcasters))
        for kind, schema, before, after in listed
    )


def _optional(kind: EntityKind, schema: int, body: msgspec.Raw, upcasters: Upcasters) -> Entity | None:
    text = bytes(body)
    return None if text == b"null" else decode(kind, schema, text, upcasters)


def digest(effects: str) -> str:
    """Give the SHA-256 of encoded effects, in hexadecimal digits."""
    return hashlib.sha256(effects.encode()).hexdigest()
