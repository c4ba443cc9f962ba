"""What a mail says: by whose words, in six languages, and never by our own."""

import json
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jikimi.takedown.replies.bodies import text_of_html
from jikimi.takedown.replies.errors import MailUnreadable
from jikimi.takedown.replies.isolating import read_apart
from jikimi.takedown.replies.mail_values import ReadMail
from jikimi.takedown.replies.our_sentences import our_sentences
from jikimi.takedown.replies.phrases import marks, phrasebook
from jikimi.takedown.replies.reading import read_mail
from jikimi.takedown.replies.stripping import own_words
from jikimi.takedown.rules.reply import (
    SURE,
    JudgedReply,
    ReplyKind,
    ReplySigns,
    SenderProof,
    acts_by_itself,
    judge_reply,
)
from jikimi.venues.packs import load_packs

K = ReplyKind
OURS = "mx.centre.example"

MAILS = [
    (
        K.ACKNOWLEDGEMENT,
        (
            "Hi there,\n\nThanks for reaching out. We have received your report and a "
            "specialist will look into it. Your ticket number is 4410.\n\nKind regards,\nSafety"
        ),
    ),
    (
        K.REMOVAL,
        (
            "Hello,\n\nFollowing your notice we looked at it and it has been\nremoved from "
            "our service for breaking our rules.\n\nThe Safety Team"
        ),
    ),
    (K.REMOVAL, "We've taken down the content you reported."),
    (
        K.REFUSAL,
        (
            "Thank you for your report. We reviewed it and found that the post does not violate "
            "our Community Guidelines."
        ),
    ),
    (K.REFUSAL, "Unfortunately we are unable to remove this content without a court order."),
    (
        K.REQUEST,
        (
            "We have received your request. In order to proceed, please provide the exact URL of "
            "each item."
        ),
    ),
    (K.AUTO_REPLY, "I am out of the office until Monday."),
    (K.OTHER, "Who is this?"),
    (K.OTHER, "We will let you know once the content has been removed."),
    (
        K.ACKNOWLEDGEMENT,
        (
            "안녕하세요.\n신고해 주셔서 감사합니다. 귀하의 신고가 정상적으로 접수되었습니다.\n"
            "검토 후 답변드리겠습니다."
        ),
    ),
    (K.REMOVAL, "안녕하세요, 고객센터입니다.\n요청하신 게시물은 오늘 오전 삭제 조치하였습니다."),
    (
        K.REFUSAL,
        "검토 결과 해당 게시물은 운영정책을 위반하지 않아 삭제할 수 없음을 알려 드립니다.",
    ),
    (K.REQUEST, "접수된 건의 처리를 위해 위임장과 신분증 사본을 제출해 주시기 바랍니다."),
    (K.AUTO_REPLY, "본 메일은 발신 전용입니다."),
    (K.OTHER, "게시물이 삭제되는 경우 다시 연락드리겠습니다."),
    (
        K.ACKNOWLEDGEMENT,
        "お問い合わせいただきありがとうございます。\nご報告を受け付けました。順次確認いたします。",
    ),
    (K.REMOVAL, "ご連絡いただいた投稿につきまして、確認のうえ削除いたしました。"),
    (K.REFUSAL, "確認の結果、当該投稿は利用規約に違反していないため、削除いたしかねます。"),
    (K.REQUEST, "お手続きを進めるため、委任状および本人確認書類をお送りください。"),
    (K.AUTO_REPLY, "ただいま不在にしております。来週ご返信いたします。"),
    (K.ACKNOWLEDGEMENT, "您好：\n感謝您的檢舉，我們已收到您的通知，正在審查中。"),
    (K.REMOVAL, "您好，您檢舉的影像經查屬實，本公司已將其下架。"),
    (K.REFUSAL, "經審查，該貼文並未違反社群守則，故不予移除。"),
    (K.REQUEST, "為辦理您的申請，請補充完整網址並檢附委託書。"),
    (K.AUTO_REPLY, "此為系統自動發送之信件，請勿直接回覆。"),
    (
        K.ACKNOWLEDGEMENT,
        "Terima kasih atas laporan Anda. Laporan Anda telah kami terima dan sedang kami tinjau.",
    ),
    (K.REMOVAL, "Konten yang Anda laporkan telah kami hapus dari platform."),
    (K.REFUSAL, "Setelah kami tinjau, konten tersebut tidak melanggar Pedoman Komunitas."),
    (K.REQUEST, "Untuk memproses permintaan ini, mohon lampirkan surat kuasa dan bukti identitas."),
    (K.AUTO_REPLY, "Ini adalah balasan otomatis."),
    (K.OTHER, "Kami akan memberi kabar jika konten telah dihapus."),
    (
        K.ACKNOWLEDGEMENT,
        (
            "Bonjour,\n\nNous accusons réception de votre signalement, qui est en cours "
            "d’examen par nos équipes.\n\nCordialement"
        ),
    ),
    (K.REMOVAL, "Bonjour, les publications que vous nous avez signalées ont bien été supprimées."),
    (K.REFUSAL, "Après examen, ce contenu n’enfreint pas nos conditions d’utilisation."),
    (K.REFUSAL, "La vidéo n’a pas été supprimée."),
    (K.REQUEST, "Afin de traiter votre demande, veuillez nous transmettre une pièce d’identité."),
    (K.AUTO_REPLY, "Réponse automatique : je suis absente du bureau jusqu’au 3."),
]


def judge(text: str, proof: SenderProof = SenderProof.VERIFIED, **signs: object) -> JudgedReply:
    """A text as a verified sender's own, judged."""
    read = ReplySigns(words=own_words(text, marks()), proof=proof, **signs)  # type: ignore[arg-type]
    return judge_reply(read, phrasebook())


def a_mail(text: str = "We have removed it.", **headers: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    for name, value in {"From": "Safety <safety@site.example>", **headers}.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def read(mail: EmailMessage | bytes, authserv: str = OURS) -> ReadMail:
    raw = mail if isinstance(mail, bytes) else mail.as_bytes()
    return read_mail(raw, authserv=authserv, cut=False)


@pytest.mark.parametrize(("kind", "text"), MAILS, ids=lambda one: str(one)[:40])
def test_a_mail_is_taken_for_what_it_says(kind: ReplyKind, text: str) -> None:
    assert judge(text).kind is kind


@pytest.mark.parametrize(("kind", "text"), MAILS, ids=lambda one: str(one)[:40])
def test_what_decided_is_told_in_phrases_of_our_own_lists(kind: ReplyKind, text: str) -> None:
    ours = {phrase.words for phrase in phrasebook().phrases}
    assert set(judge(text).decided_by) <= ours
    assert bool(judge(text).decided_by) == (kind is not K.OTHER)


def test_a_refusal_gives_its_reason() -> None:
    assert judge("This does not violate our rules.").reason == "finds no breach of its rules"
    assert judge("우리는 법원의 명령 없이는 삭제할 수 없습니다.").reason == "will not remove it"


def test_every_language_tells_every_kind() -> None:
    told = {(phrase.language, phrase.kind) for phrase in phrasebook().phrases}
    languages = {language for language, _ in told}
    assert languages == {"ko", "en", "ja", "zh-Hant", "id", "fr"}
    kinds = set(ReplyKind) - {K.BOUNCE, K.OTHER}
    assert told == {(language, kind) for language in languages for kind in kinds}


def test_no_phrase_speaks_for_two_kinds() -> None:
    words = [(phrase.language, phrase.words) for phrase in phrasebook().phrases]
    assert len(words) == len(set(words))


QUOTED = "Please remove it. The copy at the other link has been removed already."


@pytest.mark.parametrize(
    "mail",
    [
        f"Hello\n\nOn Mon, 2 Mar 2026 at 10:01, Centre <c@centre.example> wrote:\n\n> {QUOTED}",
        f"Hello\n\nOn Mon, 2 Mar 2026 at 10:01, Centre\n<c@centre.example> wrote:\n{QUOTED}",
        f"Hello\n\n-----Original Message-----\nFrom: Centre\n\n{QUOTED}",
        f"Hello\n\nFrom: Centre <c@centre.example>\nSent: Monday\nTo: Safety\n\n{QUOTED}",
        f"Hello\n\n*From:* Centre\n*Date:* Monday\n\n{QUOTED}",
        f"Hello\n\n보낸 사람: 센터\n받는 사람: 고객센터\n제목: 신고\n\n{QUOTED}",
        f"Hello\n\n2026년 3월 2일 (월) 오전 10:01, 센터 <c@centre.example>님이 작성:\n\n> {QUOTED}",
        f"Hello\n\n-----원본 메시지-----\n{QUOTED}",
        f"Hello\n\n差出人: センター\n件名: 削除\n\n{QUOTED}",
        f"Hello\n\n寄件者：中心\n主旨：移除\n\n{QUOTED}",
        f"Hello\n\nPada tanggal 2 Mar 2026, Centre menulis:\n{QUOTED}",
        f"Hello\n\nLe lun. 2 mars 2026 à 10:01, Centre <c@centre.example> a écrit :\n{QUOTED}",
        f"Hello\n\nDe : Centre\nEnvoyé : lundi\nObjet : retrait\n\n{QUOTED}",
        f"Hello\n-- \nSafety\n{QUOTED}",
        f"Hello\n\nBest regards,\nSafety\n{QUOTED}",
        f"Hello\n\nThis e-mail and any attachment is confidential. {QUOTED}",
    ],
)
def test_quoted_words_and_signatures_do_not_decide(mail: str) -> None:
    assert judge(mail).kind is K.OTHER
    assert own_words(mail, marks()) == "Hello"
    assert judge(mail.replace("Hello", "It does not violate our rules.")).kind is K.REFUSAL


def test_an_answer_between_quoted_lines_is_read() -> None:
    mail = (
        "On Mon, 2 Mar 2026 at 10:01, Centre <c@centre.example> wrote:\n"
        "> Please remove it.\nThis does not violate our rules.\n> Yours faithfully"
    )
    assert judge(mail).kind is K.REFUSAL


def test_our_own_letters_do_not_decide_even_where_nothing_marks_them_as_quoted() -> None:
    packs = load_packs()
    ours = our_sentences(packs)
    wordings = [one.sentences.values() for one in packs.wordings.values()]
    elements = [law.elements for law in packs.laws.values()]
    letters = ["\n".join(one) for one in wordings]
    letters += [
        "\n".join(text for one in law for text in one.template.values()) for law in elements
    ]
    assert len(letters) >= 5
    for letter in letters:
        signs = ReplySigns(words=letter, proof=SenderProof.VERIFIED)
        assert judge_reply(signs, phrasebook(), ours).kind is K.OTHER
        answered = replace(signs, words=f"This does not violate our rules.\n\n{letter}")
        assert judge_reply(answered, phrasebook(), ours).kind is K.REFUSAL


def test_doubts_lower_the_confidence() -> None:
    sure = judge("We have removed it.").confidence
    assert judge("We have removed it.", SenderProof.NOT_VERIFIED).confidence < sure
    assert judge("We have removed it.", SenderProof.FAILED).confidence < sure - 30
    assert judge("We have removed it.", cut=True).confidence < sure
    both = judge("We have removed one post. The other does not violate our rules.")
    assert both.confidence < sure - 20
    assert judge("It was resolved, has been resolved.").confidence < sure


def test_a_machines_answer_about_the_notice_still_counts_and_any_other_does_not() -> None:
    assert judge("We have received your report.", automatic="Auto-Submitted").kind is (
        K.ACKNOWLEDGEMENT
    )
    assert judge("Lovely weather.", automatic="Auto-Submitted").kind is K.AUTO_REPLY


@pytest.mark.parametrize(
    ("change", "acts"),
    [
        ({}, True),
        ({"sender_domain": "mail.site.example"}, True),
        ({"sender_domain": "site.example.evil.example"}, False),
        ({"sender_domain": "othersite.example"}, False),
        ({"sender_domain": ""}, False),
        ({"domains": ()}, False),
        ({"proof": SenderProof.NOT_VERIFIED}, False),
        ({"proof": SenderProof.FAILED}, False),
        ({"confidence": SURE - 1}, False),
        *(({"kind": kind}, False) for kind in set(ReplyKind) - {K.ACKNOWLEDGEMENT}),
    ],
)
def test_only_a_sure_acknowledgement_of_the_recipient_itself_acts_alone(
    change: dict[str, object], acts: bool
) -> None:
    facts: dict[str, object] = {
        "kind": K.ACKNOWLEDGEMENT,
        "confidence": SURE,
        "proof": SenderProof.VERIFIED,
        "sender_domain": "site.example",
        "domains": ("site.example",),
        **change,
    }
    judged = JudgedReply(kind=facts.pop("kind"), confidence=facts.pop("confidence"), decided_by=())  # type: ignore[arg-type]
    assert acts_by_itself(judged, **facts) is acts  # type: ignore[arg-type]


PASSED = f"{OURS}; dkim=pass header.d=site.example; dmarc=pass header.from=site.example"


@pytest.mark.parametrize(
    ("results", "proof"),
    [
        ([PASSED], "verified"),
        ([f"{OURS} 1; dkim=pass (2048-bit key; unprotected) header.d=site.example"], "verified"),
        ([f"{OURS}; spf=pass", f"{OURS}; dmarc=pass header.from=site.example"], "verified"),
        (
            [f"{OURS}; dmarc=fail header.from=site.example; dkim=pass header.d=site.example"],
            "failed",
        ),
        ([f"{OURS}; dkim=pass header.d=other.example"], "not_verified"),
        ([f"{OURS}; dkim=pass header.d=example"], "not_verified"),
        ([f"{OURS}; spf=pass smtp.mailfrom=site.example"], "not_verified"),
        ([f"{OURS}; dmarc=pass header.from=other.example"], "not_verified"),
        ([PASSED.replace(OURS, "mx.evil.example")], "not_verified"),
        (["mx.evil.example; none", PASSED], "not_verified"),
        ([f"{OURS}; none", "", PASSED], "not_verified"),
        ([f"{OURS}; dmarc=fail header.from=site.example", PASSED], "failed"),
        (
            [f'{OURS}; spf=fail smtp.mailfrom="x; dkim=pass header.d=site.example "@e.e'],
            "not_verified",
        ),
        ([f"{OURS}; spf=fail (x; dkim=pass header.d=site.example) smtp.helo=e.e"], "not_verified"),
        ([f'{OURS}; spf=fail smtp.mailfrom="x; dkim=pass header.d=site.example'], "not_verified"),
        (
            [f"{OURS}; spf=fail x==?utf-8?q?=3B_dkim=3Dpass_header=2Ed=3Dsite=2Eexample?="],
            "not_verified",
        ),
        ([], "not_verified"),
    ],
)
def test_a_sender_is_verified_by_our_own_server_alone(results: list[str], proof: str) -> None:
    """An empty entry stands for the hop before ours: what is below came from outside."""
    head = "".join(
        f"Authentication-Results: {one}\r\n" if one else "Received: from elsewhere\r\n"
        for one in results
    )
    raw = (head + "From: Safety <safety@site.example>\r\n\r\nHello\r\n").encode()
    assert read(raw).proof == proof
    assert read(raw, authserv="").proof == "not_verified"


@pytest.mark.parametrize(
    "sender",
    ["a@site.example, b@evil.example", "", "nobody", '"safety@site.example" <x@evil.example>'],
)
def test_who_writes_under_two_names_or_none_is_not_verified(sender: str) -> None:
    raw = f"Authentication-Results: {PASSED}\r\nFrom: {sender}\r\n\r\nHello\r\n".encode()
    assert read(raw).proof == "not_verified"


@pytest.mark.parametrize(
    ("headers", "says_so"),
    [
        ({"Auto_Submitted": "auto-replied"}, "Auto-Submitted"),
        ({"Auto_Submitted": "no"}, ""),
        ({"X_Autoreply": "yes"}, "X-Autoreply"),
        ({"Precedence": "bulk"}, "Precedence"),
        ({"Precedence": "first-class"}, ""),
    ],
)
def test_a_machine_says_that_it_is_one(headers: dict[str, str], says_so: str) -> None:
    assert read(a_mail(**headers)).automatic == says_so


def test_attachments_and_pictures_are_counted_and_nothing_of_them_is_taken() -> None:
    mail = a_mail("See the picture.")
    mail.add_attachment(b"\x89PNG secret", maintype="image", subtype="png", filename="a.png")
    mail.add_attachment("has been removed", filename="secret.txt")
    inner = a_mail("has been removed")
    mail.add_attachment(inner)
    got = read(mail)
    assert (got.text.strip(), got.left_out) == ("See the picture.", 3)
    assert "secret" not in json.dumps(got.text)


def test_a_picture_written_as_text_is_left_out() -> None:
    assert "iVBOR" not in read(a_mail("Look: data:image/png;base64,iVBORw0KGgo=")).text


def test_html_becomes_what_a_reader_sees() -> None:
    html = (
        "<head><title>t</title><style>p{}</style></head><body><p>We have <b>removed</b> it.</p>"
        "<img src='https://track.example/1.png' alt='has been removed'><script>x()</script>"
        "<div style='display:none'>does not violate</div>"
        "<p><a href='https://help.example/form'>the form</a></p>"
        "<blockquote>quoted <p>words</p></blockquote><div class='gmail_quote'>more</div>"
    )
    text = text_of_html(html)
    assert "We have removed it." in text
    assert "the form (https://help.example/form)" in text
    for unseen in ("track.example", "x()", "does not violate", "has been removed", "p{}"):
        assert unseen not in text
    assert own_words(text, marks()).split() == [
        "We", "have", "removed", "it.", "the", "form", "(https://help.example/form)",
    ]  # fmt: skip


def test_plain_text_is_preferred_to_html() -> None:
    mail = a_mail("plain words")
    mail.add_alternative("<p>other words</p>", subtype="html")
    assert read(mail).text.strip() == "plain words"


REPORT = """From: MAILER-DAEMON@mx.site.example
To: centre@jikimi.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
MIME-Version: 1.0

--b
Content-Type: text/plain

The mail could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.site.example

Final-Recipient: rfc822; abuse@site.example
Action: {action}
Status: {status}

--b
Content-Type: {enclosed}

Message-ID: <0123@jikimi.example>
Subject: Notice

--b--
"""


@pytest.mark.parametrize("enclosed", ["message/rfc822", "text/rfc822-headers"])
def test_a_delivery_report_tells_which_mail_came_back(enclosed: str) -> None:
    raw = REPORT.format(action="failed", status="5.1.1", enclosed=enclosed).encode()
    returned = read(raw).returned
    assert returned is not None
    assert (returned.permanent, returned.status) == (True, "5.1.1")
    assert returned.message_ids == ("<0123@jikimi.example>",)


def test_a_delay_is_no_bounce_and_a_receipt_is_none_either() -> None:
    late = read(REPORT.format(action="delayed", status="4.4.1", enclosed="message/rfc822").encode())
    assert late.returned is not None
    assert not late.returned.permanent
    done = REPORT.format(action="delivered", status="2.0.0", enclosed="message/rfc822").encode()
    assert read(done).returned is None


def test_a_bounce_without_a_report_is_known_by_its_wording() -> None:
    raw = (
        b"From: MAILER-DAEMON@mx.site.example\nSubject: failure notice\n\n"
        b"Hi. This is the qmail-send program at mx.site.example.\n"
        b"I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
        b"<abuse@site.example>:\nSorry, no mailbox here by that name.\n\n"
        b"--- Below this line is a copy of the message.\n"
    )
    returned = read(raw).returned
    assert returned is not None
    assert returned.permanent


def test_the_answered_mails_come_with_the_nearest_first() -> None:
    mail = a_mail(In_Reply_To="<b@x>", References="<a@x> <b@x> <c@x>")
    assert read(mail).answers == ("<b@x>", "<c@x>", "<a@x>")


def test_control_and_direction_marks_do_not_get_through() -> None:
    raw = "From: a@site.example\nSubject: a\u202eb\n\nx\x00y\u2066z\ud800\n"
    got = read(raw.encode("utf-8", errors="surrogatepass"))
    assert not set("\x00\u202e\u2066") & set(got.text + got.subject)
    got.text.encode()


NASTY = [
    b"",
    b"\n\n",
    b"From:\n To:\nContent-Type: multipart/mixed; boundary=\n\n--\n",
    b"From: =?utf-8?b?//8=?= <a@b>\nSubject: =?x?y?z?=\n\nx",
    b"Content-Type: text/plain; charset=nonsense\n\n\xff\xfe",
    b"Content-Type: text/plain; charset*=%00''x\nContent-Transfer-Encoding: base64\n\n====",
    b'From: <\nTo: "\nReferences: <<<>>><a@b><\nIn-Reply-To: []\n\nx',
    b"Content-Type: message/delivery-status\n\nAction: failed\n",
    (
        b"Content-Type: multipart/report; boundary=b\n\n--b\n"
        b"Content-Type: message/delivery-status\n\n--b--"
    ),
    b"Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\n" * 30,
    b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 500,
    b"Content-Type: text/html\n\n" + b"<div><blockquote>" * 3000 + b"x",
    b"Subject: " + b"=?utf-8?q?a?= " * 2000 + b"\n\nx",
    b"Authentication-Results: mx.centre.example; " + b"(" * 5000 + b"\n\nx",
    b"\x00" * 1000,
]


@pytest.mark.parametrize("raw", NASTY, ids=range(len(NASTY)))
def test_a_malformed_mail_is_read_or_refused_and_never_more(raw: bytes) -> None:
    try:
        mail = read_apart(raw, authserv=OURS, cut=False)
    except MailUnreadable:
        return
    judge(mail.text)


def test_reading_apart_gives_what_reading_here_gives() -> None:
    mail = a_mail(
        "Wir haben es 삭제했습니다 🙂", In_Reply_To="<b@x>", To="c+jk-0123456789@x.example"
    )
    assert read_apart(mail.as_bytes(), authserv=OURS, cut=False) == read(mail)
    raw = REPORT.format(action="failed", status="5.1.1", enclosed="message/rfc822").encode()
    assert read_apart(raw, authserv=OURS, cut=False) == read(raw)


def test_a_mail_that_needs_more_than_its_share_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jikimi.takedown.replies.isolating.ISOLATED_SECONDS", 0.0)
    with pytest.raises(MailUnreadable):
        read_apart(a_mail().as_bytes(), authserv=OURS, cut=False)


PIECES = [
    *b'From: a@site.example|Subject: =?utf-8?q?|?=|MAILER-DAEMON@|To: "x|;;;|> |-- |&#x;'.split(
        b"|"
    ),
    *b"Content-Type: multipart/|report; boundary=b|mixed; boundary=b|--b|--b--".split(b"|"),
    *b"Content-Type: text/html|Content-Type: text/plain; charset=|utf-8|x-none".split(b"|"),
    *b"Content-Transfer-Encoding: base64|Content-Transfer-Encoding: quoted-printable".split(b"|"),
    *b"Content-Type: message/delivery-status|Action: failed|Status: 5.1.1".split(b"|"),
    *b"Content-Type: message/rfc822|Message-ID: <a@b>|References: <a@b> <".split(b"|"),
    *b'Content-Disposition: attachment; filename="|<div>|<a href=|</p>|<blockquote>'.split(b"|"),
    *b"Authentication-Results: mx.centre.example;| dkim=pass header.d=site.example".split(b"|"),
    *b"\n|\n\n|\xff\xfe|=3D=|has been removed. |On Monday 3 he wrote:".split(b"|"),
]


@settings(max_examples=400)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=12)), max_size=40))
def test_whatever_comes_is_read_and_judged(pieces: list[bytes]) -> None:
    mail = read(b"\n".join(pieces))
    judged = judge(mail.text, mail.proof)
    assert 0 <= judged.confidence <= 100
    (mail.text + mail.subject + mail.sender + mail.message_id).encode()


@settings(max_examples=300)
@given(st.text(max_size=400))
def test_own_words_are_never_more_than_the_text(text: str) -> None:
    kept = own_words(text, marks()).splitlines()
    assert set(kept) <= set(text.splitlines()) | {line.strip() for line in text.splitlines()}
    judge(text)
