"""Productivity: of firms, industries, regions and nations, with frontiers, gaps and intervals."""

from industria.core.room import open_room

open_room(__name__)
