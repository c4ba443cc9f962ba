"""Notices, letters, replies, watches, the queue, and everything else between a place and its end.

Every change of a case, its places or its notices notes the case, so that its line in the queue is
counted anew. In the database, so that no way of writing a notice can forget it; a statement notes a
case once.
"""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

CASES = {
    "cases_case": "SELECT id FROM changed",
    "cases_sighting": "SELECT DISTINCT case_id FROM changed",
    "takedown_notice": "SELECT DISTINCT case_id FROM changed JOIN cases_sighting"
    " ON cases_sighting.id = changed.sighting_id",
}
WHEN = {
    "cases_case": ["INSERT", "UPDATE"],
    "cases_sighting": ["INSERT", "UPDATE", "DELETE"],
    "takedown_notice": ["INSERT", "UPDATE", "DELETE"],
}
ONE_TABLE = """
CREATE FUNCTION {table}_changes_the_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO takedown_queuechange (case_id) {cases};
    RETURN NULL;
END $$;
"""
ONE_EVENT = """
CREATE TRIGGER queue_after_{event} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION {table}_changes_the_queue();
"""
NOTE = "".join(
    [
        *(ONE_TABLE.format(table=table, cases=cases) for table, cases in CASES.items()),
        *(
            ONE_EVENT.format(event=event, table=table, rows="OLD" if event == "DELETE" else "NEW")
            for table in CASES
            for event in WHEN[table]
        ),
    ]
)
# With a function go the triggers that call it.
FORGET = "".join(f"DROP FUNCTION {table}_changes_the_queue CASCADE;" for table in CASES)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0001_initial"),
        ("evidence", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OtherCopy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="other_copies",
                        to="cases.case",
                    ),
                ),
                (
                    "sighting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="other_copies",
                        to="cases.sighting",
                    ),
                ),
                ("address", models.CharField(max_length=2000)),
                ("name", models.CharField(help_text="In whose keeping.", max_length=60)),
                ("is_archive", models.BooleanField()),
                ("named_at", models.DateTimeField()),
                ("looked_at", models.DateTimeField(null=True)),
                ("verdict", models.CharField(blank=True, max_length=12)),
                ("because", models.CharField(blank=True, max_length=300)),
                ("distance", models.PositiveSmallIntegerField(null=True)),
                ("quality", models.PositiveSmallIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("case", "address"), name="an_address_is_named_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict", ""), ("looked_at__isnull", False), _connector="OR"
                        ),
                        name="a_verdict_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QueueEntry",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="queue_entry",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                (
                    "urgency",
                    models.PositiveSmallIntegerField(
                        help_text="Live link before minor before threat, 0 first; empty if the case is not open.",
                        null=True,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("places", models.PositiveIntegerField()),
                ("live_links", models.PositiveIntegerField()),
                ("down", models.PositiveIntegerField()),
                (
                    "hosts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=260),
                        help_text="The first three by name.",
                        size=None,
                    ),
                ),
                ("host_count", models.PositiveIntegerField()),
                ("notices", models.PositiveIntegerField()),
                ("drafts", models.PositiveIntegerField()),
                ("on_its_way", models.PositiveIntegerField()),
                ("unknown", models.PositiveIntegerField()),
                ("undeliverable", models.PositiveIntegerField()),
                ("overdue", models.PositiveIntegerField()),
                ("running", models.PositiveIntegerField()),
                ("came_back", models.PositiveIntegerField()),
                ("reminded", models.BooleanField()),
                (
                    "first_clock",
                    models.DateTimeField(help_text="Of those that run or have run out.", null=True),
                ),
                ("next_due", models.DateTimeField(help_text="Of those that run.", null=True)),
                ("last_due", models.DateTimeField(help_text="Of those that run.", null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("urgency__isnull", False)),
                        fields=["urgency", "first_clock", "opened_at", "case"],
                        name="queue_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QueueChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("case_id", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name="SwitchChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "switch",
                    models.CharField(
                        choices=[
                            ("platform", "platform"),
                            ("operator", "operator"),
                            ("cdn", "cdn"),
                            ("host", "host"),
                            ("registrar", "registrar"),
                            ("search", "search"),
                            ("regulator", "regulator"),
                            ("first_notice", "first_notice"),
                            ("complaint", "complaint"),
                        ],
                        max_length=12,
                    ),
                ),
                ("turns_on", models.BooleanField()),
                ("why", models.CharField(max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("confirmed", "confirmed"),
                            ("refused", "refused"),
                        ],
                        max_length=9,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("switch",),
                        name="one_wish_for_each_switch",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "confirmed"), ("turns_on", True), _negated=True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="switching_on_takes_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("state", "proposed"),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("state__in", ["confirmed", "refused"]),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="what_is_decided_says_by_whom",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Watch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("address", models.CharField(max_length=2000)),
                (
                    "scope",
                    models.CharField(
                        choices=[("page", "page"), ("below", "below"), ("channel", "channel")],
                        max_length=7,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        help_text="Whose pictures are looked for; empty for every case that may take part.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="watches",
                        to="cases.case",
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        help_text="The caseworker's reason. Never her words.", max_length=500
                    ),
                ),
                ("every_hours", models.PositiveSmallIntegerField()),
                (
                    "named_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("named_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "active"), ("paused", "paused"), ("ended", "ended")],
                        default="active",
                        max_length=6,
                    ),
                ),
                (
                    "because",
                    models.CharField(
                        blank=True,
                        help_text="Why it rests or has ended, if nobody chose that.",
                        max_length=200,
                    ),
                ),
                ("next_visit_at", models.DateTimeField(null=True)),
                (
                    "idle",
                    models.PositiveIntegerField(
                        default=0, help_text="Visits in a row without a match."
                    ),
                ),
                (
                    "failures",
                    models.PositiveIntegerField(
                        default=0, help_text="Visits in a row for nothing."
                    ),
                ),
                (
                    "robots_reason",
                    models.CharField(
                        blank=True,
                        help_text="Why robots.txt should not count here.",
                        max_length=500,
                    ),
                ),
                (
                    "robots_asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "robots_allowed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("robots_allowed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "active")),
                        fields=["next_visit_at"],
                        name="visits_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "ended"), _negated=True),
                        fields=("address", "case"),
                        name="one_watch_per_address_and_case",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "active"), _negated=True),
                            ("next_visit_at__isnull", False),
                            _connector="OR",
                        ),
                        name="an_active_watch_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("robots_asked_by__isnull", True),
                            models.Q(("robots_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="who_would_ignore_robots_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("robots_allowed_by__isnull", True),
                            models.Q(
                                ("robots_asked_by__isnull", False),
                                models.Q(
                                    ("robots_allowed_by", models.F("robots_asked_by")),
                                    _negated=True,
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="robots_are_ignored_by_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WatchRun",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "watch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="takedown.watch",
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("beat_at", models.DateTimeField(help_text="When its worker was last heard of.")),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("done", "done"),
                            ("limit", "limit"),
                            ("robots", "robots"),
                            ("back_off", "back_off"),
                            ("unreachable", "unreachable"),
                            ("closed", "closed"),
                            ("gone", "gone"),
                            ("refused", "refused"),
                            ("stopped", "stopped"),
                            ("nothing", "nothing"),
                            ("broke_off", "broke_off"),
                        ],
                        max_length=11,
                    ),
                ),
                ("pages", models.PositiveIntegerField(default=0)),
                (
                    "pictures",
                    models.PositiveIntegerField(default=0, help_text="Fingerprinted and compared."),
                ),
                (
                    "matches",
                    models.PositiveIntegerField(default=0, help_text="Pictures within the radius."),
                ),
                (
                    "sightings",
                    models.PositiveIntegerField(default=0, help_text="New places among them."),
                ),
                (
                    "unread",
                    models.PositiveIntegerField(
                        default=0, help_text="Pictures that could not be read."
                    ),
                ),
                (
                    "forbidden",
                    models.PositiveIntegerField(default=0, help_text="Left alone for robots.txt."),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("watch",),
                        name="one_visit_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at__isnull", True),
                            models.Q(("outcome", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="an_ended_visit_says_how",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecipientWithdrawal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("case_ref", models.UUIDField()),
                ("recipient_id", models.CharField(max_length=60)),
                ("recipient_name", models.CharField(max_length=120)),
                (
                    "references",
                    models.CharField(
                        blank=True,
                        help_text="Of the notices it got. Empty if it got nothing.",
                        max_length=500,
                    ),
                ),
                ("withdrawn_at", models.DateTimeField()),
                (
                    "asked_at",
                    models.DateTimeField(help_text="When it was asked to forget it.", null=True),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(help_text="When it said that it has.", null=True),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "cannot",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("law", "law"),
                            ("refused", "refused"),
                            ("silent", "silent"),
                            ("gone", "gone"),
                        ],
                        help_text="Why it is given up, or may be.",
                        max_length=8,
                    ),
                ),
                (
                    "given_up_by",
                    models.ForeignKey(
                        help_text="Who wants to give it up; somebody else has to agree.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "given_up_at",
                    models.DateTimeField(help_text="When the second person agreed.", null=True),
                ),
                (
                    "allowed_at",
                    models.DateTimeField(help_text="When she allowed it again.", null=True),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("allowed_at__isnull", True)),
                        fields=("case_ref", "recipient_id"),
                        name="a_recipient_is_withdrawn_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_at__isnull", True),
                            ("asked_at__isnull", False),
                            _connector="OR",
                        ),
                        name="who_confirms_was_asked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("cannot", ""),
                                ("given_up_at__isnull", True),
                                ("given_up_by__isnull", True),
                            ),
                            models.Q(
                                models.Q(("cannot", ""), _negated=True),
                                ("confirmed_at__isnull", True),
                                ("given_up_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="who_gives_up_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboundLetter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="letters",
                        to="cases.case",
                    ),
                ),
                ("recipient_id", models.CharField(max_length=60)),
                (
                    "channel",
                    models.CharField(blank=True, help_text="Empty if by hand.", max_length=20),
                ),
                ("message_id", models.CharField(max_length=200, unique=True)),
                ("address", models.CharField(max_length=500)),
                (
                    "sealed",
                    models.BinaryField(
                        help_text="What leaves, for the dispatcher's key alone; erased once it is out.",
                        null=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "ready"),
                            ("sending", "sending"),
                            ("sent", "sent"),
                            ("unknown", "unknown"),
                            ("refused", "refused"),
                            ("stopped", "stopped"),
                        ],
                        default="ready",
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("not_before", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, max_length=200)),
                (
                    "their_reference",
                    models.CharField(
                        blank=True, help_text="What the recipient calls it.", max_length=120
                    ),
                ),
                (
                    "ask_at",
                    models.DateTimeField(
                        help_text="When its interface is asked what became of it; empty if never.",
                        null=True,
                    ),
                ),
                ("asked", models.PositiveIntegerField(default=0)),
                (
                    "standing",
                    models.CharField(
                        blank=True,
                        help_text="Where it stands, by the recipient's own word.",
                        max_length=9,
                    ),
                ),
                (
                    "their_word",
                    models.CharField(
                        blank=True,
                        help_text="The code that the recipient gave for it.",
                        max_length=120,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "ready")),
                        fields=["channel", "not_before"],
                        name="letters_ready",
                    ),
                    models.Index(
                        condition=models.Q(("state", "sending")),
                        fields=["claimed_at"],
                        name="letters_sending",
                    ),
                    models.Index(
                        django.db.models.functions.text.Upper("their_reference"),
                        name="letters_by_their_number",
                    ),
                    models.Index(
                        condition=models.Q(("ask_at__isnull", False)),
                        fields=["ask_at"],
                        name="letters_to_ask_about",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["sent", "stopped"]), _negated=True),
                            ("sealed__isnull", True),
                            _connector="OR",
                        ),
                        name="what_is_sent_or_stopped_is_erased",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sent"), _negated=True),
                            ("sent_at__isnull", False),
                            _connector="OR",
                        ),
                        name="a_sent_letter_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "sighting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="cases.sighting",
                    ),
                ),
                ("recipient_id", models.CharField(max_length=60)),
                ("recipient_name", models.CharField(max_length=120)),
                ("law_id", models.CharField(blank=True, max_length=60)),
                ("route_type", models.CharField(max_length=12)),
                (
                    "address",
                    models.CharField(help_text="Mail address, form or number.", max_length=500),
                ),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        help_text="What carries it out; empty if a person does.",
                        max_length=20,
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        help_text="The letter it stands in, once approved; it may stand there with others.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="notices",
                        to="takedown.outboundletter",
                    ),
                ),
                ("because", models.TextField(help_text="Why this route, as a sentence.")),
                (
                    "why_not",
                    models.TextField(
                        blank=True, help_text="Why it may only be drafted; empty if it may be sent."
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("approved", "approved"),
                            ("sending", "sending"),
                            ("unknown", "unknown"),
                            ("undeliverable", "undeliverable"),
                            ("sent", "sent"),
                            ("acknowledged", "acknowledged"),
                            ("overdue", "overdue"),
                            ("refused", "refused"),
                            ("removed", "removed"),
                            ("cancelled", "cancelled"),
                        ],
                        default="draft",
                        max_length=14,
                    ),
                ),
                ("drafted_at", models.DateTimeField()),
                (
                    "chosen_by",
                    models.ForeignKey(
                        help_text="Who chose this route instead of the rules' first; empty if nobody did.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        help_text="A caseworker's own words to this recipient.",
                        max_length=600,
                    ),
                ),
                (
                    "english_first",
                    models.BooleanField(
                        default=False,
                        help_text="Whether English stands before the recipient's language.",
                    ),
                ),
                ("approved_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "approved_by_rule",
                    models.CharField(
                        blank=True,
                        help_text="What said yes where nobody did, as on the trail.",
                        max_length=20,
                    ),
                ),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "acknowledged_at",
                    models.DateTimeField(
                        help_text="When it was first noted that the recipient has it.", null=True
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("due_reason", models.CharField(blank=True, max_length=200)),
                (
                    "rung",
                    models.CharField(
                        default="platform",
                        help_text="How high on the ladder its recipient stands.",
                        max_length=10,
                    ),
                ),
                (
                    "remind_at",
                    models.DateTimeField(
                        help_text="When to say that the clock runs out soon; empty once it was said.",
                        null=True,
                    ),
                ),
                ("reminded_at", models.DateTimeField(null=True)),
                (
                    "escalated_at",
                    models.DateTimeField(
                        help_text="When the next rung was thought about, after it led nowhere.",
                        null=True,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "reply",
                    models.CharField(
                        blank=True, help_text="What the recipient said.", max_length=300
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["sent", "acknowledged"])),
                        fields=["due_at"],
                        name="clocks_running",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("remind_at__isnull", False), ("state__in", ["sent", "acknowledged"])
                        ),
                        fields=["remind_at"],
                        name="reminders_due",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("escalated_at__isnull", True), ("state__in", ["overdue", "refused"])
                        ),
                        fields=["sighting"],
                        name="led_nowhere",
                    ),
                    models.Index(
                        condition=models.Q(("state", "overdue")),
                        fields=["due_at"],
                        name="clocks_run_out",
                    ),
                    models.Index(
                        condition=models.Q(("state", "draft")),
                        fields=["recipient_id", "law_id"],
                        name="drafts_alike",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "acknowledged",
                                    "approved",
                                    "draft",
                                    "overdue",
                                    "sending",
                                    "sent",
                                    "undeliverable",
                                    "unknown",
                                ],
                            )
                        ),
                        fields=("sighting", "recipient_id", "law_id"),
                        name="one_open_notice_per_route",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["sent", "acknowledged", "overdue", "refused"]),
                                _negated=True,
                            ),
                            ("sent_at__isnull", False),
                            _connector="OR",
                        ),
                        name="what_was_sent_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by_rule", ""),
                            models.Q(("approved_at__isnull", False), ("approved_by__isnull", True)),
                            _connector="OR",
                        ),
                        name="a_person_or_a_rule_says_yes",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SendingGate",
            fields=[
                (
                    "recipient_id",
                    models.CharField(max_length=60, primary_key=True, serialize=False),
                ),
                ("faults", models.PositiveIntegerField(default=0, help_text="In a row.")),
                ("last_fault", models.CharField(blank=True, max_length=200)),
                ("rest_until", models.DateTimeField(null=True)),
                ("hour_full_until", models.DateTimeField(null=True)),
                ("day_full_until", models.DateTimeField(null=True)),
                (
                    "held_until",
                    models.DateTimeField(
                        help_text="When the dispatcher asks again whether it may go.", null=True
                    ),
                ),
                ("held_because", models.CharField(blank=True, max_length=200)),
                ("paused_at", models.DateTimeField(null=True)),
                (
                    "paused_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("paused_because", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("paused_at__isnull", True),
                            ("paused_by__isnull", False),
                            _connector="OR",
                        ),
                        name="who_paused_is_named",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RegistryAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "host",
                    models.CharField(
                        help_text="As a sighting has it.", max_length=253, unique=True
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("trouble", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="FoundContact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="takedown.registryanswer",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("host", "its host"), ("registrar", "its registrar")], max_length=9
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("email", models.EmailField(max_length=254)),
                (
                    "source",
                    models.CharField(
                        help_text="The registry's address that said so.", max_length=300
                    ),
                ),
                ("found_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("answer", "kind", "email"), name="one_contact_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_at__isnull", True),
                            ("confirmed_by__isnull", False),
                            _connector="OR",
                        ),
                        name="what_is_confirmed_says_by_whom",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceivedReply",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replies",
                        to="takedown.notice",
                    ),
                ),
                (
                    "matched_by",
                    models.CharField(
                        choices=[
                            ("message_id", "message_id"),
                            ("plus_address", "plus_address"),
                            ("reference", "reference"),
                            ("their_number", "their_number"),
                            ("person", "person"),
                            ("nothing", "nothing"),
                        ],
                        default="nothing",
                        max_length=12,
                    ),
                ),
                (
                    "contradicted",
                    models.BooleanField(default=False, help_text="It names another notice, too."),
                ),
                ("uid_validity", models.BigIntegerField()),
                ("uid", models.BigIntegerField(help_text="Where it lies in the mailbox.")),
                ("message_id", models.CharField(blank=True, max_length=252)),
                (
                    "digest",
                    models.CharField(
                        help_text="SHA-256 of what was read of it, in hex.",
                        max_length=64,
                        unique=True,
                    ),
                ),
                ("came_at", models.DateTimeField()),
                ("sender_domain", models.CharField(blank=True, max_length=253)),
                (
                    "proof",
                    models.CharField(
                        choices=[
                            ("verified", "verified"),
                            ("failed", "failed"),
                            ("not_verified", "not_verified"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("bounce", "bounce"),
                            ("auto_reply", "auto_reply"),
                            ("acknowledgement", "acknowledgement"),
                            ("refusal", "refusal"),
                            ("request", "request"),
                            ("removal", "removal"),
                            ("other", "other"),
                        ],
                        max_length=15,
                    ),
                ),
                ("confidence", models.PositiveSmallIntegerField()),
                (
                    "decided_by",
                    models.TextField(
                        blank=True, help_text="Our own phrases and signs, one a line."
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=60)),
                ("unreadable", models.BooleanField(default=False)),
                (
                    "cut",
                    models.BooleanField(default=False, help_text="Only its beginning was read."),
                ),
                (
                    "left_out",
                    models.PositiveIntegerField(default=0, help_text="Attachments, never opened."),
                ),
                (
                    "sealed",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="evidence.sealeditem",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("by_itself", "by_itself"),
                            ("confirmed", "confirmed"),
                            ("set_aside", "set_aside"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["came_at"],
                        name="replies_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message_id", "uid_validity", "uid"), name="a_mail_is_taken_in_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confidence__lte", 100)),
                        name="confidence_is_at_most_100",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "waiting"), ("settled_at__isnull", False), _connector="OR"
                        ),
                        name="a_settled_reply_says_when",
                    ),
                ],
            },
        ),
        migrations.RunSQL(NOTE, FORGET),
    ]
