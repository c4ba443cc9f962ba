"""What the migrations of the house must never do to rows that are there already."""

import uuid
from datetime import datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField, RunSQL

from jikimi.people.actions import add_partner, digest_of
from jikimi.people.models import PartnerKey
from jikimi.people.partner_rules import Scope


def test_the_framework_finds_no_fault_in_how_the_house_is_built() -> None:
    call_command("check")  # raises SystemCheckError


def test_no_migration_gives_every_old_row_the_same_random_value() -> None:
    """A default is drawn once for all rows of a table that gets a new column."""
    drawn = [
        f"{app}.{name}: {step.model_name}.{step.name}"
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        for step in migration.operations
        if isinstance(step, AddField) and step.field.default in (uuid.uuid1, uuid.uuid4)
    ]
    assert drawn == []


@pytest.mark.django_db
def test_who_had_the_scope_fetch_while_it_opened_nothing_is_given_it_anew(now: datetime) -> None:
    only = add_partner("A platform", scopes=[Scope.FETCH], now=now)
    add_partner("A platform", scopes=[Scope.MATCH, Scope.FETCH], now=now)
    add_partner("A platform", scopes=[Scope.SHARE], now=now)
    migration = MigrationLoader(None).disk_migrations["people", "0002_fetch_is_given_anew"]
    with connection.cursor() as cursor:
        for step in migration.operations:
            assert isinstance(step, RunSQL)
            cursor.execute(step.sql)
    working = PartnerKey.objects.filter(ended_at=None).order_by("pk")
    assert list(working.values_list("scopes", flat=True)) == [["match"], ["share"]]
    ended = PartnerKey.objects.exclude(ended_at=None).get()
    assert bytes(ended.digest) == digest_of(only.text)
