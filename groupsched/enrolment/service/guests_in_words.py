"""What clients read of whom they asked to bring. No message names the guest, a group, a place or a kind of care."""

from groupsched.core import clock
from groupsched.core.regions import speaking
from groupsched.enrolment.models import Guest
from groupsched.enrolment.rules import GuestState
from groupsched.enrolment.service.dates_in_words import named
from groupsched.enrolment.service.replanned_words import bullets
from groupsched.outbox.service import MessageDraft, enqueue_all, withdraw


def tell_host(guest: Guest) -> None:
    """The client hears what somebody else answered: that their guest comes, and when, or does not. Of what they did themselves
    there is no message, and one that has not gone out is taken back."""
    withdraw([_about(guest)])
    comes, now = guest.state is GuestState.COMES, clock.now()
    dates = [one.occurrence for one in guest.dates if one.occurrence.end > now]
    if not dates if comes else guest.ended_by_id == guest.host_id:
        return
    fields = {"link": "/my"}
    if comes:
        with speaking(guest.host.language, guest.host.program_id):
            fields["dates"] = bullets(named(one, guest.group.reached_online) for one in dates)
    draft = MessageDraft(
        "guest_comes" if comes else "guest_not",
        guest.host,
        f"guest:{guest.uid}:{guest.state}",
        fields,
        useful_until=max((one.end for one in dates), default=None),
        about=_about(guest),
        group_id=guest.group_id,
        news=True,
    )
    enqueue_all([draft])


def _about(guest: Guest) -> str:
    return f"guest/{guest.uid}"
