"""Work: what technology touches, what jobs pay and offer, and where people can go from them."""

from industria.core.room import open_room

open_room(__name__)
