"""Looking at tables: queries, summaries, balance between groups."""

from industria.core.room import open_room

open_room(__name__)
