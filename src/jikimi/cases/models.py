"""A case, its fingerprints, its sightings."""

import uuid
from enum import StrEnum

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from jikimi.cases.frames import FRAME_BYTES, MOST_FRAMES, PDQ_BYTES, VideoFrame, read_frames
from jikimi.cases.rules import (
    AgeGroup,
    Authority,
    ClosedBecause,
    Ground,
    Liveness,
    Origin,
    Relation,
    SightingKind,
    Situation,
    is_minor_path,
    may_speak_for_her,
)


def _choices(of: type[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, member.value.replace("_", " ")) for member in of]


class CaseStatus(models.TextChoices):
    """Where a case stands."""

    OPEN = "open", "open"
    WITHDRAWN = "withdrawn", "withdrawn by the survivor"
    CLOSED = "closed", "closed"


class Case(models.Model):
    """One survivor's matter, from the first report to the last verified removal."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    nickname = models.CharField(max_length=40, unique=True)
    status = models.CharField(max_length=10, choices=CaseStatus, default=CaseStatus.OPEN)
    situation = models.CharField(max_length=12, choices=_choices(Situation))
    age_group = models.CharField(max_length=10, choices=_choices(AgeGroup))
    origin = models.CharField(
        max_length=10,
        choices=_choices(Origin),
        blank=True,
        help_text="How the picture came about, once she told a caseworker.",
    )
    country = models.CharField(
        max_length=2,
        blank=True,
        help_text="ISO 3166 of where she lives, once she told a caseworker.",
    )
    told_at = models.DateTimeField(
        null=True, help_text="When her country or the origin was last noted, or taken back."
    )
    language = models.CharField(max_length=10)
    declared_no_consent = models.BooleanField(
        default=False, help_text="She states that she did not agree to this being made or shared."
    )
    helper = models.CharField(
        max_length=10,
        choices=_choices(Relation),
        blank=True,
        help_text="Who reported for her; empty if she did herself.",
    )
    authority = models.CharField(
        max_length=10, choices=_choices(Authority), default=Authority.OWN.value
    )
    authority_ground = models.CharField(max_length=12, choices=_choices(Ground), blank=True)
    authority_confirmed_at = models.DateTimeField(
        null=True, help_text="When a caseworker confirmed that a helper's report may be acted on."
    )
    copyright_confirmed_at = models.DateTimeField(
        null=True, help_text="When she confirmed that the pictures are her own work, if she has."
    )
    paused_at = models.DateTimeField(
        null=True, help_text="Since when nothing new goes out, because she says so."
    )
    narrowed_at = models.DateTimeField(
        null=True, help_text="When she last took back a single choice or recipient."
    )
    erase_asked_at = models.DateTimeField(
        null=True, help_text="When she asked for it to be erased; done once nothing is being sent."
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_because = models.CharField(
        max_length=10,
        choices=_choices(ClosedBecause),
        blank=True,
        help_text="Why a caseworker closed it; empty if everything known was down.",
    )
    closed_words = models.CharField(
        max_length=300, blank=True, help_text="The caseworker's own words to that."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(copyright_confirmed_at__isnull=True) | Q(age_group="adult"),
                name="copyright_is_for_adults_only",
            ),
            models.CheckConstraint(
                condition=Q(helper="", authority=Authority.OWN.value)
                | (~Q(helper="") & ~Q(authority=Authority.OWN.value)),
                name="a_helper_says_by_what_right",
            ),
            models.CheckConstraint(
                condition=Q(authority_ground="", authority_confirmed_at__isnull=True)
                | (~Q(authority_ground="") & Q(authority_confirmed_at__isnull=False)),
                name="a_confirmed_right_says_why",
            ),
            models.CheckConstraint(
                condition=Q(status=CaseStatus.OPEN) | Q(closed_at__isnull=False),
                name="an_ended_case_says_when",
            ),
            models.CheckConstraint(
                condition=Q(country="") | Q(country__regex="^[A-Z]{2}$"),
                name="a_country_has_two_letters",
            ),
            models.CheckConstraint(
                condition=Q(closed_because="", closed_words="") | Q(status=CaseStatus.CLOSED),
                name="only_a_closed_case_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.nickname

    @property
    def is_minor(self) -> bool:
        return is_minor_path(AgeGroup(self.age_group))

    @property
    def may_be_acted_on(self) -> bool:
        """Whether anything may go out: she reported or agrees, or a caseworker confirmed it."""
        return self.authority_confirmed_at is not None or may_speak_for_her(
            Authority(self.authority),
            Relation(self.helper) if self.helper else None,
            AgeGroup(self.age_group),
        )


class Fingerprint(models.Model):
    """PDQ of one picture, made on the survivor's device: 32 bytes and a quality of 0-100."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="fingerprints")
    pdq = models.BinaryField(max_length=32)
    quality = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "pdq"], name="a_case_holds_a_fingerprint_once"),
            models.CheckConstraint(condition=Q(quality__lte=100), name="quality_is_at_most_100"),
            # Minors' are read joined: one of another length would shift all that come after it.
            models.CheckConstraint(
                condition=Exact(Length("pdq"), PDQ_BYTES), name="a_fingerprint_is_whole"
            ),
        ]

    @property
    def hex(self) -> str:
        return bytes(self.pdq).hex()


class VideoFingerprint(models.Model):
    """PDQ of a video's frames, made on the survivor's device, packed as `jikimi.cases.frames` says.

    `mark` is the SHA-256 of the frames: a case holds the same video once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="videos")
    frames = models.BinaryField(max_length=MOST_FRAMES * FRAME_BYTES)
    frame_count = models.PositiveSmallIntegerField()
    mark = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "mark"], name="a_case_holds_a_video_once"),
            models.CheckConstraint(
                condition=Q(frame_count__gte=1, frame_count__lte=MOST_FRAMES),
                name="a_video_has_up_to_1200_frames",
            ),
            models.CheckConstraint(
                condition=Exact(Length("frames"), F("frame_count") * FRAME_BYTES),
                name="a_videos_frames_are_whole",
            ),
        ]

    def read(self) -> tuple[VideoFrame, ...]:
        """Its frames, in order."""
        return read_frames(bytes(self.frames))


class Sighting(models.Model):
    """A place where a copy was seen, and what the last look there found."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Found by `a_case_holds_a_place_once`, too, which begins with it.
    case = models.ForeignKey(
        Case, on_delete=models.CASCADE, related_name="sightings", db_index=False
    )
    kind = models.CharField(max_length=8, choices=_choices(SightingKind))
    address = models.CharField(max_length=2000)
    page = models.CharField(
        max_length=64, help_text="Mark of where it leads, however it is written."
    )
    host = models.CharField(max_length=260, blank=True)
    reported_at = models.DateTimeField()
    liveness = models.CharField(
        max_length=12, choices=_choices(Liveness), default=Liveness.UNKNOWN.value
    )
    because = models.TextField(blank=True, help_text="Why the last look says so.")
    distance = models.PositiveSmallIntegerField(null=True)
    quality = models.PositiveSmallIntegerField(null=True)
    seen_there = models.BooleanField(default=False, help_text="A look once found the picture here.")
    looks = models.PositiveIntegerField(
        default=0, help_text="Since the last notice about it went out."
    )
    last_look_at = models.DateTimeField(null=True)
    next_look_at = models.DateTimeField(null=True)
    claimed_gone_at = models.DateTimeField(
        null=True,
        help_text="Since when a claim that it is gone waits for a look or a person to decide.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "address"], name="a_case_holds_a_place_once"),
            # Without its mark a minor's place would be fetched for somebody else's case.
            models.CheckConstraint(condition=~Q(page=""), name="every_place_is_marked"),
        ]
        indexes = [
            models.Index(
                fields=["next_look_at"],
                name="looks_due",
                condition=Q(next_look_at__isnull=False),
            ),
            models.Index(fields=["page"], name="places_by_page"),
        ]
