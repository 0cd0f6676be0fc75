"""/groups/{id}/guests: guests of clients."""

from typing import Any

from flask.views import MethodView

from groupsched.access.identity import current
from groupsched.access.policy import Permission, requires
from groupsched.api.routes.blueprint import NounBlueprint
from groupsched.api.routes.lists import of_rows
from groupsched.api.routes.refusing import refuse
from groupsched.api.schemas import GuestCreation, GuestSchema, GuestYes, PageQuery, paged
from groupsched.audit.rules import AuditAction
from groupsched.audit.service import saw
from groupsched.catalog.queries import get_group
from groupsched.core.i18n import _
from groupsched.enrolment.models import Guest
from groupsched.enrolment.queries import dates_of_group, get_guest, guests_of_group, person_in_reach
from groupsched.enrolment.rules import GuestRelation, GuestState
from groupsched.enrolment.service import GuestWish, ask_for_guest, confirm_guest, decline_guest, end_guest

blueprint = NounBlueprint("guests-api", __name__, description="Guests of clients")


def guest_json(guest: Guest) -> dict[str, Any]:
    """A guest, as their client named them."""
    return {
        "id": guest.uid,
        "client_id": guest.host.uid,
        "first_name": guest.person.first_name,
        "relation": guest.relation,
        "state": guest.state,
        "dates": [one.occurrence.uid for one in guest.dates],
    }


@blueprint.route("/groups/<group_id>/guests")
class Guests(MethodView):
    """The guests of a group's clients."""

    @requires(Permission.ROSTER_READ)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, paged(GuestSchema))
    def get(self, query: dict[str, Any], group_id: str) -> dict[str, Any]:
        """Those of whom their client's word stands; reading is written down."""
        group = get_group(current(), group_id, Permission.ROSTER_READ, to_show=False)
        page = of_rows(guests_of_group(current(), group), query["limit"], query["cursor"])
        saw(current(), AuditAction.ROSTER_OPENED, [one.host_id for one in page.items], group)
        return {"items": [guest_json(one) for one in page.items], "next_cursor": page.next_cursor}

    @requires(Permission.ENROL_OTHERS)
    @blueprint.arguments(GuestCreation)
    @blueprint.response(201, GuestSchema)
    def post(self, data: dict[str, Any], group_id: str) -> dict[str, Any]:
        """Write down that a client brings somebody; staff confirm it."""
        group = get_group(current(), group_id, Permission.ENROL_OTHERS, to_show=False)
        client = person_in_reach(current(), group, data["client_id"])
        found = dates_of_group(group, data["dates"])
        for number, uid in enumerate(data["dates"]):
            if uid not in found:
                refuse({f"dates.{number}": [_("This date is not of this group.")]})
        wish = GuestWish(
            data["first_name"],
            GuestRelation(data["relation"]),
            list(found.values()),
            data["word"],
            data["adult"],
        )
        return guest_json(ask_for_guest(current(), group, client, wish))


@blueprint.route("/guests/<guest_id>/confirm")
class GuestConfirmation(MethodView):
    """The yes of the house to a guest."""

    @requires(Permission.ENROL_OTHERS)
    @blueprint.arguments(GuestYes)
    @blueprint.response(200, GuestSchema)
    def post(self, data: dict[str, Any], guest_id: str) -> dict[str, Any]:
        """Say yes: the client was asked alone, and the guest agreed to confidentiality; both have to be true and are noted."""
        guest = get_guest(current(), guest_id)
        confirm_guest(current(), guest, asked_alone=data["asked_alone"], agreed=data["agreed"])
        return guest_json(guest)


@blueprint.route("/guests/<guest_id>/end")
class GuestEnd(MethodView):
    """The end of a client's word for a guest."""

    @requires(Permission.ENROL_OTHERS)
    @blueprint.response(200, GuestSchema)
    def post(self, guest_id: str) -> dict[str, Any]:
        """The guest gets no more dates, and their seats go on; one who waits for a yes gets a no. Doing it twice has one effect."""
        guest = get_guest(current(), guest_id)
        (decline_guest if guest.state is GuestState.ASKED else end_guest)(current(), guest)
        return guest_json(guest)
