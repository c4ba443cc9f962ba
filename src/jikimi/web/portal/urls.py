"""The survivor's addresses. The whole report happens at one of them."""

from django.urls import path

from jikimi.web.portal import pages, reporting, status

app_name = "portal"
urlpatterns = [
    path("", pages.start, name="start"),
    path("exit/", pages.leave_at_once, name="exit"),
    path("report/", reporting.report, name="report"),
    path("status/", status.status, name="status"),
    path("status/stop/", status.stop, name="stop"),
    path("status/leave/", status.leave, name="leave"),
]
