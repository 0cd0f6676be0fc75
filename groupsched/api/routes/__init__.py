"""The JSON interface under /api/v1, a file for each noun, and the page that describes it."""

from groupsched.api.routes import attendance, enrolments, feeds, groups, occurrences, page, people

NOUNS = (groups, occurrences, enrolments, attendance, people, feeds)
"""What flask-smorest registers, in the order of the description (startup.py)."""

blueprints = (page.blueprint,)
