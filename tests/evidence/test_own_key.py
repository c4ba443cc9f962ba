"""Her own key: what is sealed to her opens with her code alone, and with no other."""

from datetime import datetime

import pytest

from jikimi.evidence.actions import open_own, seal_for_case
from jikimi.evidence.errors import WillNotOpen
from jikimi.evidence.lookups import items_of
from jikimi.evidence.models import KeyLock, Purpose, SurvivorKey
from jikimi.evidence.own_key import carried, carry, make_own_key, unlock_own_key
from jikimi.evidence.stretching import Unlocking, stretch
from jikimi.intake.actions import receive_report
from jikimi.intake.errors import WrongReceipt
from jikimi.intake.models import Receipt
from jikimi.intake.receipts import give_spare_code, open_with, rotate_receipt
from jikimi.trail.lookups import entries_of
from tests.reports import A_REPORT

pytestmark = pytest.mark.django_db


def test_her_code_opens_what_she_wrote_and_no_entry_is_made(now: datetime) -> None:
    received = receive_report(A_REPORT, now=now)
    opened = open_with(received.code.spelled(), now=now)
    assert opened.key is not None
    entries = len(list(entries_of(received.case.pk)))
    (item,) = items_of(received.case.pk, Purpose.STATEMENT)
    assert open_own(item, opened.key) == A_REPORT.statement
    assert len(list(entries_of(received.case.pk))) == entries


def test_another_cases_key_opens_nothing(now: datetime) -> None:
    hers = receive_report(A_REPORT, now=now)
    other = open_with(receive_report(A_REPORT, now=now).code.spelled(), now=now)
    assert other.key is not None
    (item,) = items_of(hers.case.pk, Purpose.STATEMENT)
    with pytest.raises(WillNotOpen):
        open_own(item, other.key)


def test_a_wrong_code_and_a_moved_lock_unlock_nothing(now: datetime) -> None:
    one, two = receive_report(A_REPORT, now=now), receive_report(A_REPORT, now=now)
    salt = Receipt.objects.get(case=two.case).salt
    by_two = stretch(two.code.secret, bytes(salt)).unlocking
    assert unlock_own_key(two.case.pk, "receipt", by_two) is not None
    assert unlock_own_key(one.case.pk, "receipt", by_two) is None
    stolen = KeyLock.objects.get(key__case_ref=two.case.pk)
    KeyLock.objects.filter(key__case_ref=one.case.pk).update(locked=stolen.locked)
    assert unlock_own_key(one.case.pk, "receipt", by_two) is None


def test_what_checks_a_code_does_not_unlock_by_it(now: datetime) -> None:
    received = receive_report(A_REPORT, now=now)
    kept = Receipt.objects.get(case=received.case)
    assert unlock_own_key(received.case.pk, "receipt", Unlocking(bytes(kept.verifier))) is None


def test_the_same_secret_gives_other_values_with_another_salt() -> None:
    one, other = stretch("A SECRET", bytes(16)), stretch("A SECRET", bytes(15) + b"1")
    assert one == stretch("A SECRET", bytes(16))
    assert len({one.verifier, one.unlocking, other.verifier, other.unlocking}) == 4
    assert one.unlocking.hex() not in repr(one)
    assert repr(one.unlocking) not in repr(one)


def test_what_the_outbox_holds_is_not_wrapped_to_her(now: datetime) -> None:
    case = receive_report(A_REPORT, now=now).case
    letter = seal_for_case(case.pk, Purpose.LETTER, "A letter.", now=now)
    assert letter.case_key.wraps.count() == 1


def test_the_session_and_the_cookie_open_only_together(now: datetime) -> None:
    key = make_own_key(receive_report(A_REPORT, now=now).case.pk, now=now)
    kept, secret = carry(key)
    back = carried(kept, secret)
    assert back is not None
    assert back.owner == key.owner
    for wrong in ("", "x", "AAAA", carry(key)[1]):
        assert carried(kept, wrong) is None
    assert carried("", secret) is None
    assert "private" not in repr(key)


def test_a_new_code_ends_the_old_one_and_still_reads(now: datetime) -> None:
    received = receive_report(A_REPORT, now=now)
    opened = open_with(received.code.spelled(), now=now)
    fresh = rotate_receipt(received.case, opened.key, now=now)
    with pytest.raises(WrongReceipt):
        open_with(received.code.spelled(), now=now)
    again = open_with(fresh.spelled(), now=now)
    (item,) = items_of(received.case.pk, Purpose.STATEMENT)
    assert again.key is not None
    assert open_own(item, again.key) == A_REPORT.statement


def test_without_her_key_a_new_code_reads_nothing_older(now: datetime) -> None:
    received = receive_report(A_REPORT, now=now)
    opened = open_with(received.code.spelled(), now=now)
    assert opened.key is not None
    spare = give_spare_code(received.case, opened.key)
    assert open_with(spare.spelled(), now=now).is_spare
    fresh = rotate_receipt(received.case, None, now=now)
    (item,) = items_of(received.case.pk, Purpose.STATEMENT)
    again = open_with(fresh.spelled(), now=now)
    assert again.key is not None
    with pytest.raises(WillNotOpen):
        open_own(item, again.key)
    with pytest.raises(WrongReceipt):
        open_with(spare.spelled(), now=now)
    assert SurvivorKey.objects.count() == 1
