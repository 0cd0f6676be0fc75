"""The blueprint of run sheets."""

from flask import Blueprint

blueprint = Blueprint("facilitation", __name__)
