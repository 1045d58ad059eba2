"""How a book is dealt: everybody's place is one, fair and the same each time; by load against counting it out."""

from collections import Counter
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from gonghai.moves.hand_overs.plan import Item, Place, Row, plan_hand_over

HEIRS = st.lists(st.integers(1, 12), min_size=1, max_size=8, unique=True).map(tuple)
LOADS = st.dictionaries(st.integers(1, 12), st.integers(0, 30))
ROW = st.one_of(
    st.builds(Row, heirs=HEIRS, dealt=st.sampled_from(["in_turn", "by_load"])),
    st.builds(Row, pool_id=st.none() | st.integers(100, 103)),
)
TABLES = st.lists(ROW, min_size=1, max_size=4)


@st.composite
def books(draw: st.DrawFn, rows: int) -> list[Item]:
    ids = draw(st.lists(st.integers(1, 10_000), max_size=60, unique=True))
    return [Item(i, draw(st.integers(100, 103)), draw(st.integers(0, rows - 1))) for i in ids]


def of_row(places: Sequence[Place], row: int) -> list[Place]:
    return [place for place in places if place.row == row]


@given(st.data(), TABLES, LOADS)
def test_every_customer_has_one_place_whatever_order_the_book_is_read_in(
    data: st.DataObject, rows: list[Row], loads: dict[int, int]
) -> None:
    book = data.draw(books(len(rows)))
    places = plan_hand_over(book, rows, loads)
    assert [place.customer_id for place in places] == sorted(item.customer_id for item in book)
    assert plan_hand_over(data.draw(st.permutations(book)), rows, dict(loads)) == places
    homes = {item.customer_id: item for item in book}
    for place in places:
        item, row = homes[place.customer_id], rows[place.row]
        assert place.row == item.row
        if row.heirs:
            assert (place.person_id in row.heirs, place.pool_id) == (True, item.pool_id)
        else:
            assert (place.person_id, place.pool_id) == (None, row.pool_id or item.pool_id)


@given(st.data(), TABLES, LOADS)
def test_in_turn_heirs_of_a_row_differ_by_one_customer_at_most(
    data: st.DataObject, rows: list[Row], loads: dict[int, int]
) -> None:
    places = plan_hand_over(data.draw(books(len(rows))), rows, loads)
    for i, row in enumerate(rows):
        if row.heirs and row.dealt == "in_turn":
            got = Counter(dict.fromkeys(row.heirs, 0))
            got.update(place.person_id for place in of_row(places, i))
            assert max(got.values()) - min(got.values()) <= 1
            assert [place.number for place in of_row(places, i)] == list(range(len(of_row(places, i))))


@given(st.data(), TABLES, LOADS)
def test_by_load_each_goes_to_whom_held_least_by_then(
    data: st.DataObject, rows: list[Row], loads: dict[int, int]
) -> None:
    held = Counter(loads)
    for place in plan_hand_over(data.draw(books(len(rows))), rows, loads):
        row = rows[place.row]
        if row.heirs and row.dealt == "by_load":
            least = min(row.heirs, key=lambda heir: (held[heir], heir))
            assert (place.person_id, place.number) == (least, held[least])
        if place.person_id is not None:
            held[place.person_id] += 1
