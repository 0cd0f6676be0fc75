"""Run sheets to read, to write and to print: those of a program, of a group, and of a date."""

from groupsched.facilitation.routes import date, group, paper, program
from groupsched.facilitation.routes.blueprint import blueprint

blueprints = [blueprint]

__all__ = ["blueprints", "date", "group", "paper", "program"]
