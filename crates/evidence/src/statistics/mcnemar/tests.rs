//! Figures of SciPy 1.17.1, textbook examples, and edges.

use super::*;

fn near(found: f64, expected: f64, share: f64) {
    let gap = (found - expected).abs();
    assert!(
        gap <= share * expected.abs().max(f64::MIN_POSITIVE),
        "{found} is not {expected}"
    );
}

#[test]
fn p_is_that_of_the_exact_binomial_test() {
    // scipy.stats.binomtest(b, b + c, .5).pvalue
    for (b, c, expected) in [
        (10, 3, 0.09228515625),
        (1, 9, 0.021484375),
        (6, 16, 0.052478790283203125),
        // Agresti, "Categorical data analysis": opinions of a prime minister that changed.
        (86, 150, 3.7159361395713866e-05),
        (59, 121, 4.4344492637551645e-06),
        (412, 498, 0.004809572880153185),
        (0, 20, 1.9073486328125e-06),
        (1530, 1304, 2.3513188339456288e-05),
        (5, 5, 1.0),
        (0, 0, 1.0),
    ] {
        near(McNemar::from_counts(b, c).p, expected, 1e-10);
        near(McNemar::from_counts(c, b).p, expected, 1e-10);
    }
}

#[test]
fn only_images_that_one_network_got_right_count() {
    let found = McNemar::from_predictions(&[0, 1, 2, 3, 4], &[0, 1, 2, 0, 1], &[0, 2, 0, 3, 2]);
    assert_eq!((found.only_arm, found.only_baseline), (2, 1));
    assert_eq!(found.p, 1.0);
}

/// One image says nothing, whichever network got it right.
#[test]
fn a_single_image() {
    near(McNemar::from_counts(1, 0).p, 1.0, 1e-12);
    near(McNemar::from_counts(0, 1).p, 1.0, 1e-12);
}

/// 2 / 2⁵ and 2 / 2⁶: six images on one side are the fewest that reach 0.05.
#[test]
fn six_images_on_one_side_are_the_fewest() {
    near(McNemar::from_counts(0, 5).p, 0.0625, 1e-12);
    near(McNemar::from_counts(0, 6).p, 0.03125, 1e-12);
}

/// Twice the tail of an almost even split would exceed 1.
#[test]
fn p_never_exceeds_1() {
    for images in 0..40 {
        assert_eq!(McNemar::from_counts(images, images).p, 1.0, "{images}");
        assert!(
            McNemar::from_counts(images, images + 1).p <= 1.0,
            "{images}"
        );
    }
}

#[test]
fn thousands_of_images() {
    // scipy.stats.binomtest(5000, 10300, .5).pvalue
    near(
        McNemar::from_counts(5000, 5300).p,
        0.003215819673645259,
        1e-9,
    );
}

#[test]
fn equal_predictions_do_not_differ() {
    let found = McNemar::from_predictions(&[0, 1, 2], &[0, 2, 2], &[0, 2, 2]);
    assert_eq!((found.only_arm, found.only_baseline, found.p), (0, 0, 1.0));
}

/// Two networks that are wrong about an image in different ways do not differ on it.
#[test]
fn different_mistakes_do_not_count() {
    let found = McNemar::from_predictions(&[0, 0], &[1, 2], &[2, 1]);
    assert_eq!((found.only_arm, found.only_baseline), (0, 0));
}

#[test]
fn the_other_order_of_the_networks_swaps_the_counts() {
    let (labels, arm, baseline) = ([0, 1, 2, 3], [0, 1, 0, 0], [0, 0, 2, 0]);
    let found = McNemar::from_predictions(&labels, &arm, &baseline);
    let swapped = McNemar::from_predictions(&labels, &baseline, &arm);
    assert_eq!(found.only_arm, swapped.only_baseline);
    assert_eq!(found.p, swapped.p);
}
