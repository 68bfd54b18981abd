"""Old limits stay in force until twelve points and a signal, or a person, say otherwise."""

import polars as pl
import pytest

from measures.capability import Change, Chart, judge_changes, limits

WEEK, START = 7, 20577  # 4 May 2026
BEFORE = [10.0, 12.0, 11.0, 9.0, 10.0, 13.0, 11.0, 10.0, 12.0, 9.0] * 2
LOWER = [3.0, 2.0, 4.0] * 4
SAME = [10.0, 12.0, 11.0] * 4
CHANGE = START + WEEK * len(BEFORE)


def weeks(values, **columns):
    return pl.DataFrame({"at": [START + WEEK * i for i in range(len(values))], "value": values, **columns})


def judged(values, *changes, chart=None, **columns):
    return judge_changes(weeks(values, **columns), chart or Chart(), changes or [Change(CHANGE, "New form")])


def test_a_change_with_five_points_keeps_the_old_limits_in_force():
    asked = judged(BEFORE + LOWER[:5])
    old = limits(weeks(BEFORE), Chart()).points
    assert asked.points["upper"].to_list() == pytest.approx([old["upper"][0]] * 25)
    assert asked.points["extended_upper"].to_list() == [None] * 20 + [pytest.approx(old["upper"][0])] * 5
    assert asked.points["phase"].to_list() == [1] * 25
    assert asked.phases["in_force"].to_list() == [True, False]
    assert asked.phases["state"].to_list() == ["first", "waiting"]
    assert "only 5 of the 12 points" in asked.phases["verdict"][1]
    assert "outside_limits" in asked.points["signals"].to_list()[20]  # their rules go on
    assert asked.phases["n"].to_list() == [20, 5]
    assert asked.phases["centre"][1] == pytest.approx(2.8)  # before and after, side by side


@pytest.mark.parametrize(("count", "phases"), [(11, [1]), (12, [1, 2])])
def test_twelve_points_and_a_signal_split_the_phases_eleven_do_not(count, phases):
    asked = judged(BEFORE + LOWER[:count])
    assert asked.points["phase"].unique().sort().to_list() == phases


def test_after_a_split_the_new_phase_has_its_own_limits_and_restarts_its_rules():
    asked = judged(BEFORE + LOWER)
    own = limits(weeks(LOWER), Chart()).points
    new = asked.points[20:]
    assert new["centre"].to_list() == pytest.approx(own["centre"].to_list())
    assert new["upper"].to_list() == pytest.approx(own["upper"].to_list())
    assert new["moving_range"][0] is None
    assert new["signals"].list.len().sum() == 0
    assert new["extended_upper"].null_count() == 12
    assert asked.phases["in_force"].to_list() == [False, True]
    assert asked.phases["signal"].to_list() == [False, True]
    assert asked.phases["name"].to_list() == ["Before New form", "New form"]
    assert asked.phases["from_day"].to_list() == [START, CHANGE]


def test_no_signal_means_no_difference_shown_yet_and_one_phase():
    asked = judged(BEFORE + SAME)
    assert asked.phases["state"].to_list() == ["first", "no_difference"]
    assert asked.phases["verdict"][1].startswith("No difference shown yet: 12 points")
    assert asked.points["phase"].to_list() == [1] * 32
    assert asked.points["limits_from"].to_list() == [20] * 32  # never recalculated silently


def test_a_person_can_confirm_the_split_before_the_evidence_does():
    asked = judged(BEFORE + SAME[:7], Change(CHANGE, "New form", confirmed=True))
    assert asked.phases["state"].to_list() == ["first", "confirmed"]
    assert "no signal" in asked.phases["verdict"][1]
    assert asked.points["limits_from"].to_list() == [20] * 20 + [7] * 7
    assert [caveat.code for caveat in asked.caveats] == ["trial_limits"]


def test_the_next_change_is_judged_against_the_limits_then_in_force():
    second = CHANGE + WEEK * 12
    both = [Change(second, "B"), Change(CHANGE, "A")]  # in any order
    joined = judged(BEFORE + SAME + LOWER, *both)
    assert joined.phases["state"].to_list() == ["first", "no_difference", "split"]
    assert joined.phases["phase"].to_list() == [1, 1, 2]
    split = judged(BEFORE + LOWER + LOWER, *both)
    assert split.phases["state"].to_list() == ["first", "split", "no_difference"]
    assert split.phases["in_force"].to_list() == [False, True, False]
    assert split.points["extended_centre"].null_count() == 32


def test_series_are_judged_each_on_its_own_in_one_frame():
    fell, stayed = weeks(BEFORE + LOWER, series=["a"] * 32), weeks(BEFORE + SAME, series=["b"] * 32)
    mixed = pl.concat([fell, stayed]).sort("at", "series")
    asked = judge_changes(mixed, Chart(), [Change(CHANGE, "New form")])
    states = [("a", "first"), ("a", "split"), ("b", "first"), ("b", "no_difference")]
    assert asked.phases.select("series", "state").rows() == states
    assert asked.points["series"].to_list() == mixed["series"].to_list()
    for name, alone in (("a", fell), ("b", stayed)):
        own = judge_changes(alone, Chart(), [Change(CHANGE, "New form")]).points
        assert asked.points.filter(pl.col("series") == name).equals(own)


def test_a_series_that_began_after_the_change_has_nothing_to_compare():
    asked = judged(BEFORE, Change(START - 30, "New form"))
    assert asked.phases["state"].to_list() == ["first"]
    assert asked.phases["name"].to_list() == ["New form"]


def test_fewer_than_six_points_before_are_no_limits_to_keep():
    asked = judged(BEFORE[:5] + LOWER, Change(START + WEEK * 5, "New form"))
    assert asked.phases["state"].to_list() == ["first", "nothing_before"]
    assert asked.phases["in_force"].to_list() == [False, True]


def test_a_change_without_a_point_yet_is_listed_at_once():
    asked = judged(BEFORE, Change(CHANGE + 3, "New form"))
    assert asked.phases["state"].to_list() == ["first", "nothing_after"]
    assert asked.phases["n"].to_list() == [20, 0]
    assert asked.phases["in_force"].to_list() == [True, False]


def test_two_changes_on_one_day_are_one_line():
    asked = judged(BEFORE + LOWER, Change(CHANGE, "A"), Change(CHANGE, "B"))
    assert asked.phases["name"].to_list() == ["Before A; B", "A; B"]


def test_excluded_and_missing_points_do_not_count_towards_the_twelve():
    values = BEFORE + LOWER[:11] + [3.0]
    assert judged(values, excluded=[i == 25 for i in range(32)]).phases["state"][1] == "waiting"
    assert judged([*values[:31], None]).phases["state"][1] == "waiting"
    assert judged(values).phases["state"][1] == "split"


def test_a_baseline_sets_the_old_limits_and_comes_back_as_it_was():
    marks = [i < 8 for i in range(25)]
    asked = judged(BEFORE + LOWER[:5], baseline=marks)
    assert asked.points["baseline"].to_list() == marks
    assert asked.points["limits_from"].to_list() == [8] * 25
    assert "baseline" not in judged(BEFORE).points.columns


def test_extended_limits_of_a_share_follow_each_denominator():
    top, bottom = [60, 62, 58, 61] * 6, [100] * 20 + [25] * 4
    values = [t * b / 100 for t, b in zip(top, bottom, strict=True)]
    asked = judged(values, Change(START + WEEK * 20, "New form"), chart=Chart("p"), of=bottom)
    old, new = asked.points.row(0, named=True), asked.points.row(23, named=True)
    assert new["extended_centre"] == pytest.approx(old["centre"])
    assert new["extended_upper"] - new["centre"] == pytest.approx(2 * (old["upper"] - old["centre"]))


def test_a_phase_given_restarts_everything():
    given = [1] * 20 + [2] * 12
    asked = judged(BEFORE + LOWER, Change(START + WEEK * 10, "New form"), phase=given)
    assert asked.points["phase"].to_list() == [1] * 20 + [2] * 12
    assert asked.phases["state"].to_list() == ["first", "waiting", "first"]
    assert asked.phases["in_force"].to_list() == [False, False, True]


def test_without_changes_it_is_limits():
    asked = judge_changes(weeks(BEFORE), Chart(), [])
    plain = limits(weeks(BEFORE), Chart()).points
    assert asked.points.select(plain.columns).equals(plain)
    assert asked.phases["in_force"].to_list() == [True]


def test_a_run_chart_is_split_by_a_long_run_but_not_by_few_crossings():
    assert judged(BEFORE + LOWER, chart=Chart("run")).phases["state"].to_list() == ["first", "split"]
    blocks = ([1.0] * 5 + [9.0] * 5) * 2 + ([1.0] * 4 + [9.0] * 4) + [1.0] * 4
    asked = judged(blocks, chart=Chart("run"))
    assert "few_crossings" in asked.points["signals"].to_list()[-1]
    assert asked.phases["state"].to_list() == ["first", "no_difference"]


def test_one_large_step_does_not_split_phases():
    steep = [13.5, 7.0, *SAME[:10]]
    asked = judged(BEFORE + steep)
    assert asked.points["signals"].to_list()[21] == ["range_outside_limit"]
    assert asked.phases["state"].to_list() == ["first", "no_difference"]


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (pl.DataFrame({"value": [1]}), "add a column 'at'; found value"),
        (pl.DataFrame({"value": [1], "at": ["May"]}), "'at' holds String"),
        (pl.DataFrame({"value": [1, 2], "at": [None, 5]}), "'at' is empty in 1 rows"),
    ],
)
def test_points_without_a_day_are_refused(frame, says):
    with pytest.raises(ValueError, match=says):
        judge_changes(frame, Chart(), [Change(3, "x")])


def test_subgroups_are_not_judged():
    with pytest.raises(ValueError, match="not judged on a xbar chart"):
        judge_changes(weeks(BEFORE, subgroup=list(range(20))), Chart("xbar"), [Change(CHANGE, "x")])


@pytest.mark.parametrize("kind", ["xmr_log", "xmr_trended", "mr", "i_prime", "c_prime", "g", "t"])
def test_changes_are_judged_on_every_kind_of_chart(kind):
    asked = judged([value * 5 for value in BEFORE] + LOWER, chart=Chart(kind), of=[10] * 32)
    # Twelve points have eleven steps between them, so a chart of steps waits for one more.
    assert asked.phases["state"].to_list() == ["first", "waiting" if kind == "mr" else "split"]
    assert asked.points["extended_centre"].null_count() == (20 if kind == "mr" else 32)
