"""Every address of the desk, and who is let in to it."""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from django.urls import path
from django.views.decorators.http import require_POST

from jikimi.web.desk.answer_page import addresses as _answers
from jikimi.web.desk.case_page import no_such_page, open_sealed, show_case
from jikimi.web.desk.contact_page import addresses as _contacts
from jikimi.web.desk.copyright_acts import confirm_own_work, take_back_own_work
from jikimi.web.desk.correcting_acts import addresses as _corrections
from jikimi.web.desk.edit_page import addresses as _edits
from jikimi.web.desk.elsewhere_acts import addresses as _elsewhere
from jikimi.web.desk.ending_acts import addresses as _endings
from jikimi.web.desk.enrolment import ConnectApp, set_up
from jikimi.web.desk.forget_page import addresses as _to_forget
from jikimi.web.desk.form_page import note_number, show_form, submitted
from jikimi.web.desk.guard import signed_in_at_all, staff_required
from jikimi.web.desk.lists_page import addresses as _lists
from jikimi.web.desk.message_acts import addresses as _conversations
from jikimi.web.desk.meter import counts_as_desk_time, opens_a_case
from jikimi.web.desk.notice_acts import (
    approve,
    cancel,
    draft_again,
    hand_over,
    look_again,
    note_reply,
    order_given,
    settle,
)
from jikimi.web.desk.notice_page import show_notice
from jikimi.web.desk.other_route_page import addresses as _other_routes
from jikimi.web.desk.overdue_page import addresses as _overdue
from jikimi.web.desk.pack_acts import addresses as _packs
from jikimi.web.desk.queue_page import show_queue
from jikimi.web.desk.recipient_page import show_recipient, show_recipients
from jikimi.web.desk.recovery_acts import addresses as _ways_back
from jikimi.web.desk.reply_page import addresses as _replies
from jikimi.web.desk.reveal_page import addresses as _reveals
from jikimi.web.desk.rule_page import addresses as _rules
from jikimi.web.desk.sending_page import addresses as _sending
from jikimi.web.desk.speaking_acts import addresses as _speaking
from jikimi.web.desk.telling_acts import addresses as _telling
from jikimi.web.desk.tip_hand_page import addresses as _hands
from jikimi.web.desk.tip_page import addresses as _tips
from jikimi.web.desk.together_page import addresses as _together
from jikimi.web.desk.watch_page import addresses as _watches
from jikimi.web.desk.wellbeing_page import addresses as _wellbeing

_CASE = "case/<slug:nickname>/"
_NOTICE = "notice/<uuid:notice_id>/"
_SIGHTING = "sighting/<uuid:sighting_id>/"

# Doors: they show no data, and whoever stands before them is not in yet.
_doors = [
    path("setup/<str:token>/", set_up, name="desk_setup"),
    path("account/login/", account.login, name="account_login"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/2fa/", factors.authenticate, name="mfa_authenticate"),
    path("account/logout/", require_POST(account.logout), name="account_logout"),
]
# Signed in; perhaps still without a second factor.
_threshold = [
    path("account/app/", signed_in_at_all(ConnectApp.as_view()), name="mfa_activate_totp"),
    path("account/again/", signed_in_at_all(account.reauthenticate), name="account_reauthenticate"),
]
_inside = [
    path("", staff_required(show_queue), name="desk_queue"),
    path(_CASE, staff_required(opens_a_case(show_case)), name="desk_case"),
    path(
        _CASE + "sealed/",
        staff_required(counts_as_desk_time(open_sealed)),
        name="desk_open_sealed",
    ),
    path(_CASE + "copyright/", staff_required(confirm_own_work), name="desk_own_work"),
    path(
        _CASE + "copyright/back/",
        staff_required(take_back_own_work),
        name="desk_take_back_own_work",
    ),
    path(_NOTICE, staff_required(counts_as_desk_time(show_notice)), name="desk_notice"),
    path(_NOTICE + "approve/", staff_required(approve), name="desk_approve"),
    path(_NOTICE + "hand-over/", staff_required(hand_over), name="desk_hand_over"),
    path(_NOTICE + "form/", staff_required(show_form), name="desk_form"),
    path(_NOTICE + "form/submitted/", staff_required(submitted), name="desk_submitted"),
    path(_NOTICE + "number/", staff_required(note_number), name="desk_note_number"),
    path(_NOTICE + "cancel/", staff_required(cancel), name="desk_cancel"),
    path(_NOTICE + "reply/", staff_required(note_reply), name="desk_reply"),
    path(_NOTICE + "settle/", staff_required(settle), name="desk_settle"),
    path(_NOTICE + "order/", staff_required(order_given), name="desk_order_given"),
    path(_SIGHTING + "look/", staff_required(look_again), name="desk_look"),
    path(_SIGHTING + "draft/", staff_required(draft_again), name="desk_draft"),
    path("recipients/", staff_required(show_recipients), name="desk_recipients"),
    path(
        "recipients/<slug:recipient_id>/",
        staff_required(show_recipient),
        name="desk_recipient",
    ),
    path("account/", staff_required(factors.index), name="mfa_index"),
    path("account/2fa/again/", staff_required(factors.reauthenticate), name="mfa_reauthenticate"),
    path(
        "account/codes/",
        staff_required(recovery.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/codes/new/",
        staff_required(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
]
urlpatterns = [
    *_doors,
    *_threshold,
    *_inside,
    *_replies,
    *_answers,
    *_corrections,
    *_reveals,
    *_wellbeing,
    *_packs,
    *_sending,
    *_watches,
    *_tips,
    *_hands,
    *_elsewhere,
    *_endings,
    *_rules,
    *_together,
    *_overdue,
    *_other_routes,
    *_edits,
    *_contacts,
    *_conversations,
    *_to_forget,
    *_speaking,
    *_telling,
    *_ways_back,
    *_lists,
    # The last: an address that is none keeps whoever mistyped it at the desk.
    path("<path:mistyped>/", staff_required(no_such_page), name="desk_no_such_page"),
]
