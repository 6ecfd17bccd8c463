"""Ecosystems: who can make it, by when, and what holds them back."""

from industria.core.room import open_room

open_room(__name__)
