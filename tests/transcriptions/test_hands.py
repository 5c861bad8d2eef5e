import pytest

from images.layout.page import Hand
from tests.builders import make_cable, make_document
from transcriptions import hands
from transcriptions.errors import EntityUnknown
from transcriptions.hands import Described
from transcriptions.identity import HandId
from transcriptions.model import Certainty, Function, RegisteredHand

STALIN = RegisteredHand(
    HandId("h1"), medium="pencil", colour="blue", person="I. V. Stalin", certainty=Certainty.MEDIUM, stated_by="N. N."
)


@pytest.mark.parametrize(
    ("raw", "described"),
    [
        ("[handwritten in blue pencil: for]", Described("pencil", "blue")),
        ("[подчёркнуто красным карандашом: важно]", Described("pencil", "red")),
        ("[Stalin’s resolution: agreed, in red ink]", Described(person="Stalin")),
        ("[рукой В. М. Молотова: за]", Described(person="В. М. Молотова")),
        ("[handwritten: in red]", Described()),
        ("[зачёркнуто: слово]", Described()),
    ],
)
def test_a_label_says_medium_colour_and_person(raw: str, described: Described) -> None:
    assert hands.describe(raw) == described


def test_a_mark_is_put_down_to_a_hand_of_the_register() -> None:
    document = hands.register(make_document(), STALIN)
    mark = hands.attribute(make_cable().marks[0], document, STALIN.id)

    assert (mark.hand_id, mark.hand, mark.pinned) == ("h1", Hand.HANDWRITTEN, True)
    assert hands.find(document, STALIN.id).person == "I. V. Stalin"
    assert hands.attribute(mark, document, None).hand_id is None


def test_a_hand_is_registered_once() -> None:
    document = hands.register(hands.register(make_document(), STALIN), STALIN)

    assert document.hands == (STALIN,)


def test_a_hand_that_is_not_registered_is_named() -> None:
    with pytest.raises(EntityUnknown, match="h9"):
        hands.attribute(make_cable().marks[0], make_document(), HandId("h9"))


def test_a_function_is_unknown_until_somebody_says() -> None:
    mark = make_cable().marks[0]

    assert mark.function is Function.UNKNOWN
    assert hands.assign(mark, Function.RESOLUTION).function is Function.RESOLUTION
