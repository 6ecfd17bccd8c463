"""Did it work, for whom, by how much: designs and estimators."""

from industria.core.room import open_room

open_room(__name__)
