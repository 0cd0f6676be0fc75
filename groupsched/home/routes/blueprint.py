"""The blueprint of the pages that join rooms."""

from flask import Blueprint

from groupsched.core.web import own_pages_of
from groupsched.home.navigation import context

blueprint = Blueprint("home", __name__)
blueprint.app_context_processor(context)
own_pages_of(blueprint)
