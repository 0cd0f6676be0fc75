"""Bringing other people's listings in, and settling by hand what they do not say."""

from groupsched.exchange.service.importing import SHRUNK, ImportReport, ImportRow, Progress, import_listings
from groupsched.exchange.service.settling import settle

__all__ = ["SHRUNK", "ImportReport", "ImportRow", "Progress", "import_listings", "settle"]
