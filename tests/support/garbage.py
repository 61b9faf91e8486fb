"""What no client of ours would send: any JSON, and shapes that are nearly right."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel

from realtime.wire import Shape

WORDS = st.text(max_size=40)
NASTY = st.sampled_from(
    [
        "",
        "\0",
        "a\0b",
        "' OR 1=1 --",
        "%s %(name)s {0} {name}",
        ":name",
        "\u202e",
        "street",
        "neighbourhood",
        "street:gbwc9z1",
        "account:00000000000000000000",
        "group:01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
        "1.01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "999999999999999.7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
        "2026-02-31T25:61:00Z",
        "0001-01-01T00:00:00-23:59",
        "2026-11-23T12:00:00+01:00",
        "lost_cat",
        "theft",
        "official",
    ]
)
# Over every limit of a text, and small enough that a packet of several keeps to 64 KiB.
LONG = st.sampled_from(["x" * 4_001, "é" * 501])
NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0, -1, 1, 50, 100, 2**31, 2**53, 2**63, 1e308]),
)
SCALARS = st.none() | st.booleans() | NUMBERS | WORDS | NASTY


def _around(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    lists = st.lists(inner, max_size=4)
    return inner | lists | st.dictionaries(WORDS | NASTY, inner, max_size=4)


# Three deep: what is nested deeper than eight is a broken packet, the engine's affair.
ANY_JSON: st.SearchStrategy[Any] = _around(_around(SCALARS))
POSITIONS = st.dictionaries(
    NASTY | WORDS, st.tuples(NASTY, NUMBERS).map(list) | ANY_JSON, max_size=3
)
PLACES = st.fixed_dictionaries({"lon": NUMBERS, "lat": NUMBERS})


def nearly(shape: type[Shape]) -> st.SearchStrategy[Any]:
    """Some of the fields, each with something that may or may not be one, and now and then more."""
    fields = {field.alias or name: _value(field) for name, field in shape.model_fields.items()}
    own = st.fixed_dictionaries({}, optional=fields)
    everything = st.fixed_dictionaries(fields)
    more = st.builds(lambda a, b: {**b, **a}, own, st.dictionaries(WORDS, ANY_JSON, max_size=2))
    return st.one_of(own, everything, everything, more, ANY_JSON)


def _value(field: Any) -> st.SearchStrategy[Any]:
    plain = st.one_of(NASTY, NASTY, LONG, NUMBERS, POSITIONS, PLACES, ANY_JSON)
    inner = field.annotation
    if isinstance(inner, type) and issubclass(inner, BaseModel) and issubclass(inner, Shape):
        return plain | nearly(inner)
    return plain
