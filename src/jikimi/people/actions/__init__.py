"""What is done for staff and partners: letting in, giving keys, noting a day, promising a view."""

from jikimi.people.actions.desk_time import forget_old_days, go_on, note_desk_time
from jikimi.people.actions.letting_in import is_setup_open, make_setup_link, set_up_account
from jikimi.people.actions.partners import GivenKey, add_partner, digest_of, end_partner
from jikimi.people.actions.revealing import end_reveal, promise_reveal, take_up_reveal

__all__ = [
    "GivenKey",
    "add_partner",
    "digest_of",
    "end_partner",
    "end_reveal",
    "forget_old_days",
    "go_on",
    "is_setup_open",
    "make_setup_link",
    "note_desk_time",
    "promise_reveal",
    "set_up_account",
    "take_up_reveal",
]
