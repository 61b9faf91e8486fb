"""Codes of postcards: random, a check symbol finds slips, and typing is forgiven."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from realtime.accounts.postcards.model import check_symbol, new_code, read_code
from realtime.ids import CROCKFORD

symbols = st.text(alphabet=CROCKFORD, min_size=8, max_size=8)


@given(symbols)
def test_a_code_is_read_however_it_is_typed(text):
    code = text + check_symbol(text)
    shown = f"{code[:4]}-{code[4:8]}-{code[8]}"
    spoken = code.replace("0", "o").replace("1", "l").lower()
    for typed in (shown, code, f" {spoken} ", " ".join(spoken), shown.replace("1", "I")):
        assert read_code(typed) == shown


@given(symbols, st.integers(0, 8), st.sampled_from(CROCKFORD))
def test_one_wrong_symbol_is_always_noticed(text, at, other):
    code = text + check_symbol(text)
    changed = code[:at] + other + code[at + 1 :]
    assert (read_code(changed) is not None) == (changed == code)


@given(symbols, st.integers(0, 7))
def test_two_swapped_neighbours_are_always_noticed(text, at):
    code = text + check_symbol(text)
    changed = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert (read_code(changed) is not None) == (changed == code)


@given(st.text(max_size=40))
def test_anything_else_is_no_code(text):
    read = read_code(text)
    assert read is None or read_code(read) == read


def test_codes_are_random():
    codes = {new_code() for _ in range(2_000)}
    assert len(codes) == 2_000
    assert {symbol for code in codes for symbol in code[:9]} == {*CROCKFORD, "-"}
    assert all(read_code(code) == code for code in codes)
