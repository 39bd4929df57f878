//! Numbers as the page shows them.

use super::*;

#[test]
fn numbers() {
    assert_eq!(percent(0.765_2), "76.52%");
    assert_eq!(points(0.018_4), "+1.84");
    assert_eq!(points(-0.018_4), "−1.84");
    assert_eq!(points(-0.000_000_1), "0.00");
    assert_eq!(points(0.0), "0.00");
    assert_eq!(points(f64::NAN), "not finite");
    assert_eq!(probability(0.062_5), "0.0625");
    assert_eq!(probability(0.25), "0.250");
    assert_eq!(probability(0.001_95), "0.0019");
    assert_eq!(probability(1e-9), "below 0.0001");
    assert_eq!(grouped(50_000), "50,000");
    assert_eq!(counted(1, "pair"), "1 pair");
    assert_eq!(counted(2, "class"), "2 classes");
    assert_eq!(duration(3.44), "3.4 s");
    assert_eq!(duration(754.0), "12 min 34 s");
    assert_eq!(duration(4335.0), "1 h 12 min");
}

#[test]
fn spreads() {
    let mut of = Spread {
        runs: 2,
        mean: 0.765_2,
        deviation: Some(0.003_1),
    };
    assert_eq!(percent_and_deviation(&of), "76.52% ± 0.31");
    assert_eq!(mean_and_deviation(&of, 4), "0.7652 ± 0.0031");
    of.deviation = None;
    assert_eq!(percent_and_deviation(&of), "76.52%");
}
