"""Every refusal of the HTTP contract has a status and a sentence in both languages."""

from __future__ import annotations

import pytest

from realtime.wire.http import ROUTES, STATUS
from realtime.wire.words import SENTENCES, message_of


@pytest.mark.parametrize("code", sorted({c for r in ROUTES for c in r.refusals} | set(STATUS)))
def test_a_refusal_has_a_status_and_words(code):
    assert code in STATUS
    assert code in SENTENCES


def test_a_message_never_fails_for_want_of_a_field():
    for code in SENTENCES:
        assert message_of(code, "fr")
        assert message_of(code, "en", {"unexpected": 1})
