"""Sealing a text for a case, opening it for a caseworker, and carrying one notice outside.

Nothing else in the house opens the vault.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from jikimi.evidence import vault
from jikimi.evidence.errors import WillNotOpen
from jikimi.evidence.keyring import KeyOwner, private_key, public_key
from jikimi.evidence.models import (
    CaseKey,
    KeyWrap,
    Purpose,
    SealedItem,
    SealedWhere,
    SurvivorKey,
)
from jikimi.evidence.own_key import OwnKey, public_half
from jikimi.trail.actions import record

HERS_TOO = frozenset({Purpose.STATEMENT, Purpose.CONTACT, Purpose.MESSAGE})
"""What she may read again with her own code."""
_LONGEST_SHORT = 256


def seal_for_case(case_ref: UUID, purpose: Purpose, text: str, *, now: datetime) -> SealedItem:
    """Seal one text: `seal_all_for_case` with one."""
    return seal_all_for_case(case_ref, purpose, [text], now=now)[0]


@transaction.atomic
def seal_all_for_case(
    case_ref: UUID, purpose: Purpose, texts: Sequence[str], *, now: datetime
) -> list[SealedItem]:
    """Seal texts under a fresh epoch of the case's key; the key is then forgotten here.

    A process that only receives reports holds public keys, so it cannot reuse an older epoch.
    What is hers (HERS_TOO) is wrapped to her own key as well, where she has one.
    """
    case_key = _next_epoch(case_ref, now)
    key = vault.new_case_key()
    owners = {str(KeyOwner.CENTRE): public_key(_keys(), KeyOwner.CENTRE)}
    if purpose in HERS_TOO and (hers := SurvivorKey.objects.filter(case_ref=case_ref).first()):
        owners[str(hers.pk)] = public_half(hers)
    KeyWrap.objects.bulk_create(
        KeyWrap(
            case_key=case_key,
            recipient=owner,
            wrapped=vault.wrap(key, _epoch(case_key), owner, public),
        )
        for owner, public in owners.items()
    )
    items = [SealedItem(case_key=case_key, purpose=purpose, sealed_at=now) for _ in texts]
    for item, text in zip(items, texts, strict=True):
        item.sealed = vault.seal(key, text, item=item.pk, purpose=purpose)
        item.sealed_where = SealedWhere.SERVER
    return SealedItem.objects.bulk_create(items)


@transaction.atomic
def open_item(item: SealedItem, *, actor: str, now: datetime) -> str:
    """The plain text, for a caseworker's request; that it was opened goes on the trail."""
    wrapped = item.case_key.wraps.filter(recipient=KeyOwner.CENTRE).first()
    if wrapped is None:
        raise WillNotOpen
    key = vault.unwrap(
        bytes(wrapped.wrapped),
        _epoch(item.case_key),
        KeyOwner.CENTRE,
        private_key(_keys(), KeyOwner.CENTRE),
    )
    text = vault.unseal(key, bytes(item.sealed), item=item.id, purpose=item.purpose)
    record(
        "sealed text opened",
        at=now,
        case_ref=item.case_ref,
        actor=actor,
        item=str(item.id),
        purpose=item.purpose,
    )
    return text


def open_own(item: SealedItem, key: OwnKey) -> str:
    """The plain text for the survivor herself, with the key that her code unlocked.

    It is hers and not the centre's reading of it, so no entry is made. Raises WillNotOpen.
    """
    wrapped = item.case_key.wraps.filter(recipient=str(key.owner)).first()
    if wrapped is None:
        raise WillNotOpen
    case_key = vault.unwrap(
        bytes(wrapped.wrapped), _epoch(item.case_key), str(key.owner), key.private
    )
    return vault.unseal(case_key, bytes(item.sealed), item=item.id, purpose=item.purpose)


@transaction.atomic
def erase_sealed(case_ref: UUID) -> int:
    """Erase every sealed text of a case with its keys, hers too; return how many there were."""
    items = SealedItem.objects.filter(case_key__case_ref=case_ref)
    erased, _each = items.delete()
    CaseKey.objects.filter(case_ref=case_ref).delete()
    SurvivorKey.objects.filter(case_ref=case_ref).delete()
    return erased


@transaction.atomic
def destroy_sealed(case_ref: UUID, purpose: Purpose, *, actor: str, now: datetime) -> int:
    """Destroy a case's sealed texts of one purpose, and every wrap of the keys that open them.

    Returns how many there were; that they are gone goes on the trail. Epochs stay, so that none is
    ever another key's.
    """
    items = SealedItem.objects.filter(case_key__case_ref=case_ref, purpose=purpose)
    epochs = list(items.values_list("case_key", flat=True).distinct())
    destroyed, _each = items.delete()
    KeyWrap.objects.filter(case_key__in=epochs, case_key__items=None).delete()
    if destroyed:
        record(
            "sealed text destroyed",
            at=now,
            case_ref=case_ref,
            actor=actor,
            purpose=purpose.value,
            items=destroyed,
        )
    return destroyed


def seal_for_centre(ref: UUID, text: str) -> bytes:
    """A short text that belongs to no case, for the centre alone and for this one row.

    Padded to 256 bytes, so that its length tells nothing.
    """
    padded = text.encode()[:_LONGEST_SHORT].ljust(_LONGEST_SHORT, b"\0")
    return vault.seal_to(public_key(_keys(), KeyOwner.CENTRE), padded, info=_centre_info(ref))


@transaction.atomic
def open_for_centre(ref: UUID, sealed: bytes, *, what: str, actor: str, now: datetime) -> str:
    """What `seal_for_centre` sealed; that it was opened goes on the trail. Raises WillNotOpen."""
    content = vault.unseal_from(
        private_key(_keys(), KeyOwner.CENTRE), sealed, info=_centre_info(ref)
    )
    record("sealed text opened", at=now, actor=actor, item=str(ref), purpose=what)
    return content.rstrip(b"\0").decode(errors="replace")


def seal_for_dispatch(outbound_id: UUID, content: bytes) -> bytes:
    """An approved notice, for the dispatcher alone and for this one outbox row."""
    return vault.seal_to(
        public_key(_keys(), KeyOwner.DISPATCHER), content, info=_dispatch_info(outbound_id)
    )


def open_for_dispatch(outbound_id: UUID, sealed: bytes) -> bytes:
    """What `seal_for_dispatch` sealed. Raises WillNotOpen for another row's bytes."""
    return vault.unseal_from(
        private_key(_keys(), KeyOwner.DISPATCHER), sealed, info=_dispatch_info(outbound_id)
    )


def _next_epoch(case_ref: UUID, now: datetime) -> CaseKey:
    latest = CaseKey.objects.filter(case_ref=case_ref).aggregate(latest=Max("epoch"))["latest"]
    return CaseKey.objects.create(case_ref=case_ref, epoch=(latest or 0) + 1, made_at=now)


def _epoch(case_key: CaseKey) -> vault.Epoch:
    return vault.Epoch(case_ref=case_key.case_ref, number=case_key.epoch)


def _dispatch_info(outbound_id: UUID) -> bytes:
    return f"jikimi dispatch/1|{outbound_id}".encode()


def _centre_info(ref: UUID) -> bytes:
    return f"jikimi short text/1|{ref}".encode()


def _keys() -> Path:
    folder: Path = settings.DATA_DIR / "keys"
    return folder
