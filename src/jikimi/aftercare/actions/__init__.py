"""What she does behind her receipt, one module for each thing, and what the centre answers."""

from jikimi.aftercare.actions.adding import add_to_report
from jikimi.aftercare.actions.choices import (
    allow_recipient,
    give_choice,
    go_on,
    pause,
    stop_everything,
    stop_recipient,
    take_choice_back,
)
from jikimi.aftercare.actions.contact import change_contact, take_contact_back
from jikimi.aftercare.actions.erasing import erase_case
from jikimi.aftercare.actions.messages import (
    ReadMessage,
    answer_survivor,
    open_for_her,
    open_for_staff,
    write_to_centre,
)
from jikimi.aftercare.actions.recovering import (
    ask_for_recovery,
    make_spare_code,
    open_recovery,
    refuse_recovery,
    replace_code,
    use_spare_code,
)
from jikimi.aftercare.actions.speaking import stop_speaking_for_her

__all__ = [
    "ReadMessage",
    "add_to_report",
    "allow_recipient",
    "answer_survivor",
    "ask_for_recovery",
    "change_contact",
    "erase_case",
    "give_choice",
    "go_on",
    "make_spare_code",
    "open_for_her",
    "open_for_staff",
    "open_recovery",
    "pause",
    "refuse_recovery",
    "replace_code",
    "stop_everything",
    "stop_recipient",
    "stop_speaking_for_her",
    "take_choice_back",
    "take_contact_back",
    "use_spare_code",
    "write_to_centre",
]
