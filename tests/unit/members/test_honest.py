"""Names that would be taken for an office or written to be mistaken are told from honest ones."""

from __future__ import annotations

import pytest

from realtime.members.honest import is_honest


@pytest.mark.parametrize(
    "name",
    ["Camille Le Goff", "Zoé", "Anne-Cécile D’Arc", "Guitare du palier", "Palier du 3e étage",
     "Жанна", "山田 太郎", "Gardes de chats 🐈", "Amis de la police montée", "👩‍👧 parents", "🎸"],
)  # fmt: skip
def test_honest_names_are_kept(name: str) -> None:
    assert is_honest(name)


@pytest.mark.parametrize(
    "name",
    ["Mairie de Rennes", "MAIRIE", "La Mairie", "Votre police", "L’Administration", "Les P0mpiers",
     "Polícé", "P0lice municipale", "Admin", "Palier", "pal1er",
     "Guitаre", "Cаmille", "Cam\u200bille", "Cam\u202eille", "Cam\u200dille"],
)  # fmt: skip
def test_names_that_pretend_are_refused(name: str) -> None:
    assert not is_honest(name)
