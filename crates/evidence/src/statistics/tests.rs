//! Figures of a second implementation (SciPy 1.17.1; the call is above each), worked examples of
//! textbooks, and properties.

use proptest::prelude::*;

use super::*;

fn near(found: f64, expected: f64, share: f64) {
    let gap = (found - expected).abs();
    assert!(
        gap <= share * expected.abs().max(f64::MIN_POSITIVE),
        "{found} is not {expected}"
    );
}

/// Student, "The probable error of a mean", 1908: hours of sleep gained under two drugs.
const SLEEP: [[f64; 10]; 2] = [
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
];

#[test]
fn the_sleep_data_of_student() {
    let differences: Vec<f64> = SLEEP[1].iter().zip(SLEEP[0]).map(|(b, a)| b - a).collect();
    let found = PairedTests::new(10).judge_values(&differences);
    near(found.mean, 1.58, 1e-14);
    // numpy.std(b - a, ddof=1)
    near(found.deviation.unwrap(), 1.2299954832798732, 1e-14);
    // scipy.stats.ttest_rel(b, a).confidence_interval(0.95)
    let (low, high) = found.interval.unwrap();
    near(low, 0.7001142367230175, 1e-12);
    near(high, 2.459885763276983, 1e-12);
    // scipy.stats.permutation_test((b - a,), numpy.mean, permutation_type='samples', n_resamples=inf)
    near(found.sign_flip_p, 0.00390625, 0.0);
    near(found.smallest_p, 2.0 / 1024.0, 0.0);
}

#[test]
fn the_factor_of_the_t_interval() {
    // scipy.stats.t.ppf(.975, n - 1)
    for (pairs, expected) in [
        (2, 12.706204736174694),
        (3, 4.302652729749462),
        (4, 3.1824463052837078),
        (6, 2.5705818356363146),
        (10, 2.262157162798205),
        (30, 2.045229642132703),
        (100, 1.9842169515864174),
    ] {
        near(PairedTTest::new(pairs).unwrap().critical(), expected, 1e-12);
    }
}

#[test]
fn the_power_of_the_paired_t_test() {
    // c = t.ppf(.975, n - 1); nct.sf(c, n - 1, d * n**.5) + nct.cdf(-c, n - 1, d * n**.5)
    for (pairs, effect, expected) in [
        (2, 1.0, 0.09280915505633605),
        (2, 10.0, 0.7328195898057123),
        (3, 2.0, 0.47074943127843494),
        (4, 2.0, 0.7549839171140108),
        (6, 1.0, 0.5068419799585823),
        (6, 1.5, 0.832529279866808),
        (10, 0.5, 0.29317560651407687),
        (10, 1.0, 0.8030968566327219),
        (20, 0.66, 0.7994764276052582),
        (50, 0.4, 0.7917871892678124),
        (1000, 0.1, 0.8847890988907141),
    ] {
        near(
            PairedTTest::new(pairs).unwrap().power(effect),
            expected,
            1e-10,
        );
    }
}

#[test]
fn the_effect_that_is_found_four_times_in_five() {
    // scipy.optimize.brentq(lambda d: power(n, d) - .8, 1e-3, 3.5, xtol=1e-13), power as above;
    // for n = 2, where nct fails, power as scipy.integrate.quad over scipy.stats.chi.pdf(x, 1).
    for (pairs, expected) in [
        (2, 11.549888435882348),
        (3, 3.264043549699569),
        (4, 2.1279493432578005),
        (6, 1.434544782040379),
        (10, 0.9960013714554439),
        (20, 0.6604416546230263),
    ] {
        let test = PairedTTest::new(pairs).unwrap();
        near(test.smallest_effect(0.8), expected, 1e-10);
        near(test.power(test.smallest_effect(0.5)), 0.5, 1e-10);
        // Without an effect, the level.
        near(test.power(0.0), LEVEL, 1e-10);
    }
}

#[test]
fn the_detectable_difference_is_that_of_scipy() {
    // d = numpy.array([150, 210, 90, 260, 180, 240]) / 1e4
    // d.std(ddof=1) * scipy.optimize.brentq(lambda e: power(6, e) - .8, 1e-3, 3.5, xtol=1e-13)
    let found = PairedTests::new(6).judge_counts(&[150, 210, 90, 260, 180, 240], 10_000);
    near(found.detectable.unwrap(), 0.008954899957254592, 1e-10);
}

#[test]
fn few_or_equal_pairs() {
    let one = PairedTests::new(1).judge_counts(&[120], 10_000);
    assert_eq!(
        (one.deviation, one.interval, one.detectable),
        (None, None, None)
    );
    assert_eq!(
        (one.mean, one.sign_flip_p, one.smallest_p),
        (0.012, 1.0, 1.0)
    );

    let identical = PairedTests::new(3).judge_counts(&[0; 3], 10_000);
    assert_eq!(identical.interval, Some((0.0, 0.0)));
    assert_eq!(
        (identical.deviation, identical.sign_flip_p),
        (Some(0.0), 1.0)
    );
    assert!(!identical.leaves_out_zero());

    let equal = PairedTests::new(7).judge_counts(&[37; 7], 10_000);
    assert_eq!(equal.interval, Some((0.0037, 0.0037)));
    assert_eq!(
        (equal.detectable, equal.sign_flip_p),
        (Some(0.0), smallest_p(7))
    );

    let equal = PairedTests::new(3).judge_values(&[0.1, 0.1, 0.1]);
    assert_eq!((equal.mean, equal.deviation), (0.1, Some(0.0)));
}

#[test]
fn six_pairs_are_the_fewest() {
    assert_eq!(fewest_pairs(), 6);
    assert_eq!(smallest_p(5), 0.0625);
    assert_eq!(smallest_p(6), 0.03125);
    // Many pairs must not end in an overflow.
    assert_eq!(smallest_p(5000), 0.0);
}

#[test]
fn a_spread_of_runs() {
    let spread = Spread::new(&[0.74, 0.76, 0.75]);
    near(spread.mean, 0.75, 1e-15);
    near(spread.deviation.unwrap(), 0.01, 1e-13);
    assert_eq!(Spread::new(&[0.74]).deviation, None);
    assert_eq!(Spread::new(&[0.1; 3]).deviation, Some(0.0));
}

proptest! {
    #[test]
    fn swapping_the_arms_mirrors_the_statement(
        differences in prop::collection::vec(-300_i64..300, 2..9)
    ) {
        let tests = PairedTests::new(differences.len());
        let mirrored: Vec<i64> = differences.iter().map(|d| -d).collect();
        let (a, b) = (tests.judge_counts(&differences, 1000), tests.judge_counts(&mirrored, 1000));
        prop_assert_eq!(a.mean, -b.mean);
        prop_assert_eq!(a.sign_flip_p, b.sign_flip_p);
        prop_assert_eq!(a.leaves_out_zero(), b.leaves_out_zero());
    }

    #[test]
    fn power_grows_with_the_effect(pairs in 2_usize..40, effect in 0.0..3.0_f64) {
        let test = PairedTTest::new(pairs).unwrap();
        prop_assert!(test.power(effect + 0.05) > test.power(effect) || test.power(effect) > 0.9999);
    }
}

#[test]
fn an_interval_of_two_pairs() {
    // d = numpy.array([.4, -.2]); scipy.stats.t.interval(.95, 1, d.mean(), scipy.stats.sem(d))
    let found = PairedTests::new(2).judge_values(&[0.4, -0.2]);
    let (low, high) = found.interval.unwrap();
    near(low, -3.711861420852408, 1e-12);
    near(high, 3.911861420852408, 1e-12);
}

#[test]
fn an_interval_of_three_pairs() {
    // d = numpy.array([.31, .28, .35]); the same call with 2 degrees of freedom
    let found = PairedTests::new(3).judge_values(&[0.31, 0.28, 0.35]);
    near(found.deviation.unwrap(), 0.03511884584284244, 1e-12);
    let (low, high) = found.interval.unwrap();
    near(low, 0.22609328398198214, 1e-12);
    near(high, 0.40057338268468456, 1e-12);
    assert!(found.leaves_out_zero());
}

#[test]
fn an_interval_of_ten_pairs() {
    // d = numpy.array([31, -12, 44, 8, 27, 19, 35, 22, -3, 40]) / 1000; 9 degrees of freedom
    let counts = [31, -12, 44, 8, 27, 19, 35, 22, -3, 40];
    let found = PairedTests::new(10).judge_counts(&counts, 1000);
    near(found.mean, 0.0211, 1e-12);
    let (low, high) = found.interval.unwrap();
    near(low, 0.007907530763990178, 1e-12);
    near(high, 0.03429246923600982, 1e-12);
    // scipy.stats.permutation_test((d,), numpy.sum, permutation_type='samples', n_resamples=inf)
    near(found.sign_flip_p, 0.01171875, 0.0);
}

#[test]
fn an_interval_of_twenty_pairs() {
    // d = numpy.array([-1, 2, 0, …]); 19 degrees of freedom
    let values = [
        -1.0, 2.0, 0.0, 4.0, -3.0, 5.0, 7.0, -2.0, 1.0, 3.0, 6.0, -4.0, 8.0, 2.0, 1.0, 0.0, 3.0,
        -1.0, 2.0, 5.0,
    ];
    let (low, high) = PairedTests::new(20).judge_values(&values).interval.unwrap();
    near(low, 0.3597007410708828, 1e-11);
    near(high, 3.440299258929117, 1e-11);
}

#[test]
fn an_interval_below_0_leaves_it_out() {
    let below = PairedTests::new(3).judge_values(&[-0.31, -0.28, -0.35]);
    assert!(below.leaves_out_zero());
}

/// The mean of equal values must be one of them, or a deviation of 1e-17 would look like certainty.
#[test]
fn equal_values_have_no_deviation() {
    for value in [0.1, -0.7, 1e-9] {
        let spread = Spread::new(&[value; 7]);
        assert_eq!((spread.mean, spread.deviation), (value, Some(0.0)));
    }
}

#[test]
fn power_between_the_tabulated_numbers_of_pairs() {
    // power(n, d) as above
    for (pairs, effect, expected) in [
        (5, 1.0, 0.40138991737179536),
        (8, 0.7, 0.4013973788021733),
        (15, 0.5, 0.43792671068850514),
    ] {
        near(
            PairedTTest::new(pairs).unwrap().power(effect),
            expected,
            1e-10,
        );
    }
}

#[test]
fn one_pair_has_no_t_test() {
    assert!(PairedTTest::new(1).is_none());
    assert!(PairedTTest::new(0).is_none());
}

#[test]
#[should_panic(expected = "a power above the level")]
fn a_power_below_the_level_has_no_smallest_effect() {
    PairedTTest::new(6).unwrap().smallest_effect(0.04);
}

#[test]
#[should_panic(expected = "a difference for each pair")]
fn a_missing_difference_is_no_comparison() {
    PairedTests::new(3).judge_values(&[0.1, 0.2]);
}
