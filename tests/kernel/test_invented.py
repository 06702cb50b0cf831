"""The label of invented data: none unless an instance hands one in."""

from maillage.kernel import invented


def test_data_is_real_unless_the_instance_says_otherwise() -> None:
    assert invented.label() == ""
    words = ["Tout est inventé", "All is invented"]
    invented.told_by(lambda: words[0])
    assert invented.label() == "Tout est inventé"
    words.reverse()  # asked each time: the reader's language may change
    assert invented.label() == "All is invented"
    invented.told_by(None)
    assert invented.label() == ""
