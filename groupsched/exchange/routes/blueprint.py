"""The blueprint of the room."""

from flask import Blueprint

blueprint = Blueprint("exchange", __name__)
