import pytest
from django.template import Context, Template

from hotline.templatetags.house import IconMissing, icon, percent


def test_an_icon_is_silent_unless_it_is_named() -> None:
    assert 'aria-hidden="true"' in icon("phone")
    assert 'role="img" aria-label="Samtal"' in icon("phone", "Samtal")


def test_what_names_an_icon_cannot_write_into_the_page() -> None:
    drawn = Template('{% load house %}{% icon "phone" label %}').render(Context({"label": '"><script>'}))

    assert "<script>" not in drawn


@pytest.mark.parametrize("name", ["no-such-icon", "../package", "phone.svg"])
def test_an_icon_that_is_not_there_is_told(name: str) -> None:
    with pytest.raises(IconMissing):
        icon(name)


@pytest.mark.parametrize(("share", "text"), [(0.456, "46 %"), (1, "100 %"), (None, "–")])
def test_a_share_is_written_in_whole_per_cent(share: float | None, text: str) -> None:
    assert percent(share) == text
