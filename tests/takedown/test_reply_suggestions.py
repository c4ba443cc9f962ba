"""What is suggested beside an open mail: the recipient's number, and what the mail lacks."""

import pytest

from jikimi.takedown.replies.answer_words import account_words, answer_words, number_cues
from jikimi.takedown.rules.reply import ReplyKind
from jikimi.takedown.rules.reply_checklist import SaidInReply, checklist
from jikimi.takedown.rules.reply_numbers import numbers_in
from jikimi.venues.pack_values import LawId
from jikimi.venues.packs import load_packs


@pytest.mark.parametrize(
    ("subject", "words", "found"),
    [
        ("", "Your ticket number is SR-20418.", ("SR-20418",)),
        ("", "Ticket number: 2026. We answer your ticket 24/7, ticket 1.2.3.4", ()),
        ("", "Case number: 2026/11-44871, thank you", ("2026/11-44871",)),
        ("[#881204] Your report", "Thank you.", ("881204",)),
        ("Re: JK-0123456789 [SR_77-A1]", "", ("SR_77-A1",)),
        ("", "접수번호: KR-2026-000123 입니다.", ("KR-2026-000123",)),
        ("", "受付番号：JP2026001 にて承りました", ("JP2026001",)),
        ("", "受付番号：JP2026001にて承りました", ("JP2026001",)),
        ("", "案件編號：TW-5567", ("TW-5567",)),
        ("", "Nomor tiket Anda: ID99871", ("ID99871",)),
        ("", "Numéro de dossier : FR-8812", ("FR-8812",)),
        ("", "Our reference: JK-0123456789.", ()),
        ("", "Ticket opened on 2026-11-21 at noon", ()),
        ("", "Your ticket: https://site.example/t/4711", ()),
        ("", "ticket for somebody1@site.example", ()),
        ("", "We will answer your ticket soon.\n12345678", ()),
        ("[update] hello", "", ()),
        ("", "Ticket A-1001. Ticket A-1002. Ticket A-1003. Ticket A-1004.", None),
    ],
)
def test_the_recipients_number_is_found_where_it_is_named(
    subject: str, words: str, found: tuple[str, ...] | None
) -> None:
    told = numbers_in(subject, words, number_cues())
    assert told == (("A-1001", "A-1002", "A-1003") if found is None else found)


@pytest.mark.parametrize("flood", ["ticket " * 20_000, "[#" * 50_000, "a1" * 50_000])
def test_a_flood_of_words_is_read_in_no_time_and_suggests_nothing(flood: str) -> None:
    assert numbers_in(flood[:300], flood, number_cues()) == ()


def said(kind: ReplyKind, **changes: str) -> SaidInReply:
    return SaidInReply(kind=kind, **{"reason": "", "number": "", "asks_for_account": "", **changes})


def lacks(law: str, reply: SaidInReply) -> list[str]:
    expected = load_packs().laws[LawId(law)].reply_expected
    return [one.id for one in checklist(expected, reply) if one.lacks]


def test_what_an_answer_lacks_is_what_its_law_expects_and_it_does_not_hold() -> None:
    law = "us-take-it-down"
    assert lacks(law, said(ReplyKind.REQUEST)) == ["tracking_number", "outcome"]
    assert lacks(law, said(ReplyKind.REMOVAL, number="SR-1")) == []
    assert lacks(law, said(ReplyKind.REFUSAL, number="SR-1")) == ["reasoned_refusal"]
    assert lacks(law, said(ReplyKind.REFUSAL, number="SR-1", reason="finds no breach")) == []
    asks = said(ReplyKind.REMOVAL, number="SR-1", asks_for_account="create an account")
    assert lacks(law, asks) == ["no_account"]


def test_every_language_says_what_a_number_stands_behind_and_how_an_account_is_asked_for() -> None:
    assert {"ticket number", "접수번호", "受付番号", "案件編號"} <= set(number_cues())
    assert "create an account" in account_words()


def test_what_may_be_said_is_there_in_the_six_languages_of_letters() -> None:
    assert set(answer_words()) == {"en", "fr", "id", "ja", "ko", "zh-TW"}
    for say in answer_words().values():
        assert all(sentence.strip() for sentence in say.values())
        assert not any("{" in sentence for sentence in say.values())
