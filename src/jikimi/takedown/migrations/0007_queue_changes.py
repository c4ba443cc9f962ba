"""Every change of a case, its places or its notices notes the case, so that its line is counted anew.

In the database, so that no way of writing a notice can forget it; a statement notes a case once.
"""

from django.db import migrations

_CASES = {
    "cases_case": "SELECT id FROM changed",
    "cases_sighting": "SELECT DISTINCT case_id FROM changed",
    "takedown_notice": "SELECT DISTINCT case_id FROM changed JOIN cases_sighting"
    " ON cases_sighting.id = changed.sighting_id",
}
_WHEN = {
    "cases_case": ["INSERT", "UPDATE"],
    "cases_sighting": ["INSERT", "UPDATE", "DELETE"],
    "takedown_notice": ["INSERT", "UPDATE", "DELETE"],
}

_ONE_TABLE = """
CREATE FUNCTION {table}_changes_the_queue() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO takedown_queuechange (case_id) {cases};
    RETURN NULL;
END $$;
"""
_ONE_EVENT = """
CREATE TRIGGER queue_after_{event} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION {table}_changes_the_queue();
"""
_ALL_THERE_ARE = "INSERT INTO takedown_queuechange (case_id) SELECT id FROM cases_case;"

NOTE = "".join(
    [
        *(_ONE_TABLE.format(table=table, cases=cases) for table, cases in _CASES.items()),
        *(
            _ONE_EVENT.format(event=event, table=table, rows="OLD" if event == "DELETE" else "NEW")
            for table in _CASES
            for event in _WHEN[table]
        ),
        _ALL_THERE_ARE,
    ]
)
FORGET = "".join(
    [
        *(
            f"DROP TRIGGER queue_after_{one} ON {table};"
            for table in _CASES
            for one in _WHEN[table]
        ),
        *(f"DROP FUNCTION {table}_changes_the_queue();" for table in _CASES),
    ]
)


class Migration(migrations.Migration):
    dependencies = [("takedown", "0006_queue"), ("cases", "0001_initial")]
    operations = [migrations.RunSQL(NOTE, FORGET)]
