"""Bringing other people's listings in, and settling by hand what they do not say."""

from groupsched.exchange.service.importing import Progress, Report, Row, import_listings
from groupsched.exchange.service.review import settle

__all__ = ["Progress", "Report", "Row", "import_listings", "settle"]
