"""The survivor's addresses. The whole report happens at one of them."""

from django.urls import path

from jikimi.web.portal import (
    guide_pages,
    own_additions,
    own_choices,
    own_codes,
    own_contact,
    own_copy,
    own_erasure,
    own_messages,
    pages,
    reporting,
    status,
    tips,
)

app_name = "portal"
urlpatterns = [
    path("", pages.start, name="start"),
    path("before/", pages.before, name="before"),
    path("exit/", pages.leave_at_once, name="exit"),
    path("help/", guide_pages.help_now, name="help"),
    path("help/<int:number>/", guide_pages.guide, name="guide"),
    path("report/", reporting.report, name="report"),
    path("tip/", tips.tip, name="tip"),
    path("tip/answer/", tips.answer, name="tip_answer"),
    path("status/", status.status, name="status"),
    path("status/stop/", status.stop, name="stop"),
    path("status/choice/", own_choices.choose, name="choice"),
    path("status/messages/", own_messages.messages, name="messages"),
    path("status/add/", own_additions.add, name="add"),
    path("status/contact/", own_contact.contact, name="contact"),
    path("status/code/", own_codes.codes, name="codes"),
    path("status/copy/", own_copy.copy, name="copy"),
    path("status/erase/", own_erasure.erase, name="erase"),
    path("kept/", own_erasure.kept, name="kept"),
    path("status/leave/", status.leave, name="leave"),
]
