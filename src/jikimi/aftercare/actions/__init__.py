"""What she does behind her receipt, one module for each thing, and what the centre answers."""

from jikimi.aftercare.actions.adding import add_to_report
from jikimi.aftercare.actions.choices import (
    give_choice,
    go_on,
    pause,
    stop_everything,
    stop_recipient,
    take_choice_back,
)
from jikimi.aftercare.actions.messages import (
    ReadMessage,
    answer_survivor,
    open_for_her,
    open_for_staff,
    write_to_centre,
)

__all__ = [
    "ReadMessage",
    "add_to_report",
    "answer_survivor",
    "give_choice",
    "go_on",
    "open_for_her",
    "open_for_staff",
    "pause",
    "stop_everything",
    "stop_recipient",
    "take_choice_back",
    "write_to_centre",
]
