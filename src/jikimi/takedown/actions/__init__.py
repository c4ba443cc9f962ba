"""What is done with notices, one module for each thing a person or a clock does."""

from jikimi.takedown.actions.approving import (
    approve_notice,
    approve_notices,
    hand_over_notices,
)
from jikimi.takedown.actions.asking_back import ask_what_became, questions_due
from jikimi.takedown.actions.asking_registries import ask_registries_about, ask_registries_again
from jikimi.takedown.actions.clocks import remind_of_clocks, sweep_clocks
from jikimi.takedown.actions.correcting import take_answer_back
from jikimi.takedown.actions.dispatching import (
    channels_with_letters,
    dispatch_ready,
    mark_interrupted,
)
from jikimi.takedown.actions.drafting import draft_all_the_same, draft_for_sighting
from jikimi.takedown.actions.escalating import ask_to_climb, escalate_due
from jikimi.takedown.actions.found_contacts import confirm_contact, deny_contact, enter_contact
from jikimi.takedown.actions.looking import (
    ask_for_due_looks,
    ask_for_look,
    look_at,
    look_at_due,
)
from jikimi.takedown.actions.ordering import note_order
from jikimi.takedown.actions.owning import confirm_copyright, take_back_copyright
from jikimi.takedown.actions.replying import (
    note_their_number,
    record_replies,
    record_reply,
    settle_unknown,
)
from jikimi.takedown.actions.speaking import confirm_authority, take_back_authority
from jikimi.takedown.actions.starting import take_up_new_places
from jikimi.takedown.actions.stopping import cancel_notice, stop_notices_of
from jikimi.takedown.actions.switching import (
    confirm_switch,
    propose_switch,
    refuse_switch,
    switch_off,
)
from jikimi.takedown.actions.telling import note_country, note_origin

__all__ = [
    "approve_notice",
    "approve_notices",
    "ask_for_due_looks",
    "ask_for_look",
    "ask_registries_about",
    "ask_registries_again",
    "ask_to_climb",
    "ask_what_became",
    "cancel_notice",
    "channels_with_letters",
    "confirm_authority",
    "confirm_contact",
    "confirm_copyright",
    "confirm_switch",
    "deny_contact",
    "dispatch_ready",
    "draft_all_the_same",
    "draft_for_sighting",
    "enter_contact",
    "escalate_due",
    "hand_over_notices",
    "look_at",
    "look_at_due",
    "mark_interrupted",
    "note_country",
    "note_order",
    "note_origin",
    "note_their_number",
    "propose_switch",
    "questions_due",
    "record_replies",
    "record_reply",
    "refuse_switch",
    "remind_of_clocks",
    "settle_unknown",
    "stop_notices_of",
    "sweep_clocks",
    "switch_off",
    "take_answer_back",
    "take_back_authority",
    "take_back_copyright",
    "take_up_new_places",
]
