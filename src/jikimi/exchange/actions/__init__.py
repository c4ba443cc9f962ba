"""What is done with lists: following our reports, importing, letting entries rest, noting finds."""

from jikimi.exchange.actions.comparing import (
    forget_what_was_asked,
    match_backwards,
    note_new_changes,
)
from jikimi.exchange.actions.finding import forget_finds, note_on_cases
from jikimi.exchange.actions.holding_back import hold_back_near
from jikimi.exchange.actions.importing import Imported, import_prints
from jikimi.exchange.actions.keeping_off import see_what_is_kept_off
from jikimi.exchange.actions.looking_up import look_up_elsewhere
from jikimi.exchange.actions.minors import cases_near_minors, leave_minors_alone
from jikimi.exchange.actions.own_reports import keep_in_step
from jikimi.exchange.actions.removing import clear_ended_lists, end_list, withdraw_prints
from jikimi.exchange.actions.resting import let_floods_rest, let_rest, release
from jikimi.exchange.actions.returning import keep_out, let_return, stop_holding_back
from jikimi.exchange.actions.sharing import SharedPrint, open_partners_list, share_prints

__all__ = [
    "Imported",
    "SharedPrint",
    "cases_near_minors",
    "clear_ended_lists",
    "end_list",
    "forget_finds",
    "forget_what_was_asked",
    "hold_back_near",
    "import_prints",
    "keep_in_step",
    "keep_out",
    "leave_minors_alone",
    "let_floods_rest",
    "let_rest",
    "let_return",
    "look_up_elsewhere",
    "match_backwards",
    "note_new_changes",
    "note_on_cases",
    "open_partners_list",
    "release",
    "see_what_is_kept_off",
    "share_prints",
    "stop_holding_back",
    "withdraw_prints",
]
