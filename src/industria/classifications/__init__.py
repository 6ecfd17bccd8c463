"""Bridges between classifications: stated weights, counted losses."""

from industria.core.room import open_room

open_room(__name__)
