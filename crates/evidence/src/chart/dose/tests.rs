use super::*;

fn point(value: f64) -> DosePoint {
    DosePoint {
        slot: 1,
        value,
        label: value.to_string(),
        mean: 0.5,
        interval: Some((-1.0, 2.0)),
        pairs: vec![-0.5, 1.5],
    }
}

fn drawing(values: &[f64]) -> String {
    let alternative = Alternative {
        id: "chart-sweep".into(),
        title: "Differences".into(),
        text: "Two values.".into(),
    };
    let chart = Dose {
        measure: "Points",
        across: "mixing.alpha",
        points: values.iter().map(|&value| point(value)).collect(),
    };
    dose(&alternative, &chart).into_string()
}

#[test]
fn values_over_a_wide_range_are_spaced_by_their_ratio() {
    assert!(is_logarithmic(&[0.1, 0.2, 1.0]));
    assert!(!is_logarithmic(&[0.1, 0.2, 0.9]));
    assert!(!is_logarithmic(&[0.0, 1.0, 100.0]));
    assert!(!is_logarithmic(&[-10.0, -1.0]));
    assert!(!is_logarithmic(&[]));
    let points: Vec<DosePoint> = [0.1, 1.0, 10.0].map(point).into();
    let at = places(&points, 40.0);
    assert!((at[1] - at[0] - (at[2] - at[1])).abs() < 1e-9, "{at:?}");
}

#[test]
fn values_over_a_narrow_range_are_spaced_by_their_difference() {
    let points: Vec<DosePoint> = [1.0, 2.0, 4.0].map(point).into();
    let at = places(&points, 40.0);
    assert!(
        (2.0 * (at[1] - at[0]) - (at[2] - at[1])).abs() < 1e-9,
        "{at:?}"
    );
}

#[test]
fn labels_that_would_touch_are_left_out() {
    let points: Vec<DosePoint> = [0.0, 0.001, 0.002, 1.0].map(point).into();
    let places = places(&points, 40.0);
    assert_eq!(labelled(&points, &places), [true, false, false, true]);
}

#[test]
fn every_point_has_its_mean_its_interval_and_its_pairs() {
    let drawing = drawing(&[0.1, 0.2, 0.4]);
    for class in ["dot", "thick", "specks"] {
        let count = drawing.matches(&format!("class=\"{class}\"")).count();
        assert_eq!(count, 3, "{class} in {drawing}");
    }
    assert!(drawing.contains("class=\"zero\""));
    assert!(drawing.contains(">+2</text>"), "{drawing}");
    assert!(drawing.contains(">0.4</text>"), "{drawing}");
}

#[test]
fn a_higher_difference_is_further_up() {
    let y = Scale::new((-1.0, 2.0), (BOTTOM, TOP));
    let (low, high) = (
        point(1.0),
        DosePoint {
            mean: 1.5,
            ..point(2.0)
        },
    );
    let line = line(&[low, high], &[10.0, 20.0], &y);
    assert!(line[1].1 < line[0].1, "{line:?}");
}

#[test]
fn what_is_not_finite_is_not_drawn() {
    let mut broken = point(2.0);
    broken.mean = f64::NAN;
    broken.interval = Some((f64::NAN, 1.0));
    broken.pairs = vec![f64::NAN, 1.0];
    let y = Scale::new((-1.0, 2.0), (BOTTOM, TOP));
    let drawing = drawn(&broken, 10.0, &Ticks::covering(-1.0, 1.0, 4), &y).into_string();
    assert!(!drawing.contains("NaN"), "{drawing}");
    assert!(
        !drawing.contains("thick") && !drawing.contains("dot"),
        "{drawing}"
    );
}

#[test]
fn the_interval_of_two_pairs_is_cut_next_to_that_of_six() {
    let six = DosePoint {
        pairs: vec![0.4, 0.5, 0.6, 0.4, 0.5, 0.6],
        interval: Some((0.3, 0.7)),
        ..point(0.1)
    };
    let two = DosePoint {
        interval: Some((-12.0, 13.0)),
        ..point(1.0)
    };
    let chart = |points| Dose {
        measure: "Points",
        across: "mixing.alpha",
        points,
    };
    let both = chart(vec![six, two]);
    assert!(both.is_cut());
    let alternative = Alternative {
        id: "chart-sweep".into(),
        title: "Differences".into(),
        text: "Two values.".into(),
    };
    assert_eq!(
        dose(&alternative, &both)
            .into_string()
            .matches("class=\"tip\"")
            .count(),
        2
    );
    // Alone, it is shown as a whole.
    let two = DosePoint {
        interval: Some((-12.0, 13.0)),
        ..point(1.0)
    };
    assert!(!chart(vec![two]).is_cut());
}
