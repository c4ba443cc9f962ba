"""The scope `fetch` is given anew to whoever had it.

It opened nothing until now, so that nobody who has it was ever given lists to take away.
"""

from django.db import migrations

_END_WHAT_HAS_NOTHING_ELSE = """
UPDATE people_partnerkey SET ended_at = now()
WHERE ended_at IS NULL AND scopes = ARRAY['fetch']::varchar[]
"""
_TAKE_IT_OFF_THE_OTHERS = """
UPDATE people_partnerkey SET scopes = array_remove(scopes, 'fetch')
WHERE ended_at IS NULL AND 'fetch' = ANY(scopes)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(_END_WHAT_HAS_NOTHING_ELSE, migrations.RunSQL.noop),
        migrations.RunSQL(_TAKE_IT_OFF_THE_OTHERS, migrations.RunSQL.noop),
    ]
