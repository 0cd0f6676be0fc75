"""The blueprint of the pages that join rooms."""

from flask import Blueprint

blueprint = Blueprint("home", __name__)
