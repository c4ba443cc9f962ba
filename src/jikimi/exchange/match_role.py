"""The database role that answers partners: it reads lists and keys, and knows no case.

Roles belong to the whole server and not to one database, and a restored backup may come to a server
without it. So it is made and given its rights at every start, what else it may do with a table of
ours is taken back, and a repeat changes nothing.
"""

from typing import Final

from django.db import DatabaseError, connection, transaction

NAME: Final = "jikimi_match"
READS: Final = (
    "exchange_printlist",
    "exchange_change",
    "exchange_entry",
    "exchange_withdrawal",
    "exchange_reststep",
    "exchange_latematch",
    "people_partner",
    "people_partnerkey",
)
WRITES: Final = "exchange_foundbypartner"
ONLY_ADDS_TO: Final = "exchange_askedprint"
_MAY: Final = (
    *((table, "SELECT") for table in READS),
    *((WRITES, right) for right in ("SELECT", "INSERT", "UPDATE")),
    (ONLY_ADDS_TO, "INSERT"),
)
# What an earlier version gave it, or somebody by hand.
_PAIRS: Final = ", ".join(f"('{table}', '{right}')" for table, right in _MAY)
_TAKE_BACK: Final = f"""
DO $$
DECLARE held record;
BEGIN
    FOR held IN
        SELECT DISTINCT c.oid::regclass AS what, given.privilege_type AS may_do
        FROM pg_class AS c CROSS JOIN LATERAL (
            SELECT whole.grantee, whole.privilege_type FROM aclexplode(c.relacl) AS whole
            UNION ALL
            SELECT one.grantee, one.privilege_type
            FROM pg_attribute AS a CROSS JOIN LATERAL aclexplode(a.attacl) AS one
            WHERE a.attrelid = c.oid
        ) AS given
        -- What belongs to others is theirs to take back.
        WHERE given.grantee = '{NAME}'::regrole AND pg_has_role(c.relowner, 'USAGE')
            AND (c.oid::regclass::text, given.privilege_type) NOT IN ({_PAIRS})
    LOOP
        EXECUTE 'REVOKE ' || held.may_do || ' ON ' || held.what || ' FROM {NAME}';
    END LOOP;
END $$
"""  # noqa: S608  # names of ours
_STEPS: Final = (
    f"""
    DO $$ BEGIN
        CREATE ROLE {NAME} NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;  -- somebody else made it, perhaps at this moment
    END $$
    """,
    f"GRANT {NAME} TO CURRENT_USER",
    _TAKE_BACK,
    f"GRANT USAGE ON SCHEMA public TO {NAME}",
    f"GRANT SELECT ON {', '.join(READS)} TO {NAME}",
    f"GRANT SELECT, INSERT, UPDATE ON {WRITES} TO {NAME}",
    f"GRANT INSERT ON {ONLY_ADDS_TO} TO {NAME}",
)


def make_match_role() -> bool:
    """Make the role, take it on, and give it its rights; whether it is there afterwards.

    Where this server does not let us, somebody else may have made it for us. Without it the match
    service answers with the rights of the application, and `jikimi doctor` says so.
    """
    for step in _STEPS:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(step)
        except DatabaseError:
            continue
    return has_match_role()


def has_match_role() -> bool:
    """Whether the role is there, we may take it on, and it may read the lists."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(oid, 'SET')"
            " AND has_table_privilege(oid, 'exchange_entry', 'SELECT')"
            " FROM pg_roles WHERE rolname = %s",
            [NAME],
        )
        row = cursor.fetchone()
    return bool(row and row[0])
