use super::*;

fn all() -> [Schedule; 5] {
    let of = |warm_up, shape| Schedule { warm_up, shape };
    let step = Shape::Step {
        milestones: vec![2, 4],
        factor: 0.1,
    };
    let one_cycle = Shape::OneCycle {
        start_factor: 0.04,
        end_factor: 4e-6,
    };
    [
        of(0.0, Shape::Constant),
        of(0.0, step),
        of(1.0, Shape::Cosine { end_factor: 0.0 }),
        of(1.5, one_cycle),
        of(0.5, Shape::Constant),
    ]
}

#[test]
fn rates_stay_above_zero_and_up_to_one_whatever_the_length_of_an_epoch() {
    for schedule in all() {
        for (steps, epochs) in [(1, 5), (4, 5), (391, 5), (1, 7)] {
            for step in 0..steps * epochs {
                let factor = schedule.factor(step, steps, epochs);
                assert!(
                    factor > 0.0 && factor <= 1.0,
                    "{schedule:?}: {factor} at {step}"
                );
            }
        }
    }
}

#[test]
fn a_restored_schedule_continues_where_it_was() {
    for schedule in all() {
        let mut whole = schedule.rates(0.1, 4, 5);
        for _ in 0..7 {
            whole.step();
        }
        let mut restored = schedule.rates(0.1, 4, 5);
        restored.load_record(whole.to_record());
        for _ in 7..20 {
            assert_eq!(whole.step(), restored.step());
        }
    }
}

#[test]
fn a_constant_rate_never_changes() {
    let [constant, ..] = all();
    assert!((0..20).all(|step| constant.factor(step, 4, 5) == 1.0));
}

#[test]
fn milestones_count_whole_epochs() {
    let [_, step, ..] = all();
    // Four steps an epoch: the factor changes with steps 8 and 16.
    let factors: Vec<f64> = [7, 8, 15, 16].map(|at| step.factor(at, 4, 5)).into();
    for (found, expected) in factors.iter().zip([1.0, 0.1, 0.1, 0.01]) {
        assert!((found - expected).abs() < 1e-15, "{factors:?}");
    }
}

#[test]
fn half_of_a_cosine_is_half_of_the_rate() {
    let cosine = Schedule {
        warm_up: 0.0,
        shape: Shape::Cosine { end_factor: 0.0 },
    };
    assert!((cosine.factor(10, 4, 5) - 0.5).abs() < 1e-12);
}

#[test]
fn a_warm_up_rises_by_equal_steps_to_the_whole_rate() {
    let [.., warm_up] = all();
    // Half an epoch of eight steps.
    let factors: Vec<f64> = (0..5).map(|step| warm_up.factor(step, 8, 5)).collect();
    assert_eq!(factors, [0.25, 0.5, 0.75, 1.0, 1.0]);
}

#[test]
fn a_one_cycle_starts_peaks_and_ends_at_its_factors() {
    let [_, _, _, one_cycle, _] = all();
    // The peak is the last of the 1.5 * 4 steps of the warm-up.
    for (step, expected) in [(0, 0.04), (5, 1.0), (19, 4e-6)] {
        let found = one_cycle.factor(step, 4, 5);
        assert!((found - expected).abs() < 1e-12, "{found} at {step}");
    }
}
