"""A draft is read as the page reads what is entered."""

import pytest

from gradviz import link
from gradviz.presets import PRESETS

PARAMETERS = ("", "a:2", "a:2,b:0.5", "a:2,,", "nonsense:")
READ = ("x^2 + y", "a x^2 + b y", "f(x, y) = 7", "f(x) = a x", "e^x")
REFUSED = ("", "x^2 +", "sin(", "coz(x) + y", "2x + 2sine(x)", "foo(x)", "x" * 2000, "(" * 400)


@pytest.mark.parametrize("parameters", PARAMETERS)
@pytest.mark.parametrize("text", [*READ, *REFUSED])
def test_a_draft_means_what_it_would_mean_when_entered(text, parameters):
    draft = link.read_draft(text, parameters)
    entered = link.read(link.Entries(text, parameters=parameters))
    if link.FUNCTION in link.refused(entered):
        assert [draft] == [remark for remark in entered.remarks if remark.entry == link.FUNCTION]
    else:
        assert draft == entered.field


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_beginning_of_a_preset_is_read_or_refused_with_a_sentence(preset):
    for end in range(len(preset.text)):
        draft = link.read_draft(preset.text[:end], "")
        assert not isinstance(draft, link.Remark) or draft.sentence
