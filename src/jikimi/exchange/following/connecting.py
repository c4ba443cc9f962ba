"""Connections for who follows and answers: outside Django's, and in the role that knows no case."""

import logging

import psycopg
from django.db import connection
from psycopg import sql

from jikimi.exchange.match_role import NAME

log = logging.getLogger(__name__)


def connect_in_match_role() -> psycopg.Connection:
    """A connection of its own to the database in use, each statement a transaction.

    It takes on the role that knows no case, where the server has it. Raises psycopg.Error.
    """
    known = connection.settings_dict
    made = psycopg.connect(
        dbname=str(known["NAME"]),
        user=str(known["USER"]) or None,
        password=str(known["PASSWORD"]) or None,
        host=str(known["HOST"]) or None,
        port=str(known["PORT"]) or None,
        autocommit=True,
        connect_timeout=5,
        # Who listens sends nothing for long: without these a dead server is noticed after hours.
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
        application_name="jikimi lists",
    )
    try:
        made.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(NAME)))
    except psycopg.Error as trouble:
        if made.closed:
            raise
        log.warning("the role %s cannot be taken on (%s)", NAME, type(trouble).__name__)
    return made
