"""The blueprint of the register."""

from flask import Blueprint

blueprint = Blueprint("register", __name__)
