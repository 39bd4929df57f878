//! Figures of a second implementation (SciPy 1.17.1; the call stands above each), worked examples of
//! textbooks, and properties.

use proptest::prelude::*;

use super::*;
use crate::McNemar;

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
fn student_s_sleep_data() {
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
fn the_t_interval_s_factor() {
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
fn exact_sign_flips_of_whole_numbers() {
    // scipy.stats.permutation_test((d,), numpy.sum, permutation_type='samples', n_resamples=inf)
    for (differences, expected) in [
        (&[212, -31, 87, 154][..], 0.25),
        (&[212, 31, 87, 154], 0.125),
        (&[120, -40, 33, 0, 71, 52], 0.1875),
        (&[5, 5, -5, 5, 5, 5, 5, 5], 0.0703125),
        (&[12, -7, 30, 44, -3, 18, 25, 9, -14, 21], 0.044921875),
        (&[0, 0, 3], 1.0),
        (&[0, 0, 0], 1.0),
        (&[17], 1.0),
    ] {
        near(sign_flip_p_of_counts(differences), expected, 0.0);
    }
}

#[test]
fn exact_sign_flips_of_other_numbers() {
    // The same call. 0.1 + 0.2 is not 0.3 in f64, and must count as if it were.
    let nll = [-0.0214, -0.0135, 0.0041, -0.0302, -0.0187, -0.0009, -0.0111];
    near(sign_flip_p(&nll), 0.046875, 0.0);
    near(sign_flip_p(&[0.1, 0.2, -0.3, 0.4, 0.7]), 0.3125, 0.0);
    near(sign_flip_p(&[0.0, 0.0]), 1.0, 0.0);
    near(sign_flip_p(&[-0.3]), 1.0, 0.0);
}

#[test]
fn many_pairs_keep_a_sound_p() {
    // Every sign alike: nothing is further from 0, also after rounding to the grid.
    let alike: Vec<f64> = (1..=25).map(|i| 0.001 + f64::from(i) * 1e-5).collect();
    let p = sign_flip_p(&alike);
    assert!(p >= smallest_p(25) && p < 1.1 * smallest_p(25), "{p}");
    // Whole numbers in disguise, whose exact p is known.
    let counts: Vec<i64> = (0..30).map(|i| (i * 37) % 41 - 15).collect();
    let exact = sign_flip_p_of_counts(&counts);
    let values: Vec<f64> = counts.iter().map(|&count| count as f64 / 1e4).collect();
    let p = sign_flip_p(&values);
    assert!(p >= exact && p < exact + 0.001, "{p} against {exact}");
    // Binomial: of 60 equal magnitudes 40 with one sign. scipy.stats.binomtest(40, 60, .5).pvalue
    let signs: Vec<i64> = (0..60).map(|i| if i < 40 { 7 } else { -7 }).collect();
    near(sign_flip_p_of_counts(&signs), 0.01348929373119186, 1e-10);
}

#[test]
fn mcnemar_s_exact_test() {
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
fn mcnemar_counts_who_alone_is_right() {
    let found = McNemar::from_predictions(&[0, 1, 2, 3, 4], &[0, 1, 2, 0, 1], &[0, 2, 0, 3, 2]);
    assert_eq!((found.only_arm, found.only_baseline), (2, 1));
    assert_eq!(found.p, 1.0);
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

/// The definition: every choice of signs, counted.
fn by_enumeration(differences: &[i64]) -> f64 {
    let observed: i64 = differences.iter().sum();
    let ways = 1_u32 << differences.len();
    let far = (0..ways).filter(|signs| {
        let signed = differences.iter().enumerate();
        let sum: i64 = signed
            .map(|(pair, d)| if signs >> pair & 1 == 1 { *d } else { -d })
            .sum();
        sum.abs() >= observed.abs()
    });
    far.count() as f64 / f64::from(ways)
}

proptest! {
    #[test]
    fn the_distribution_of_sums_is_that_of_all_sign_choices(
        differences in prop::collection::vec(-300_i64..300, 1..12)
    ) {
        let p = sign_flip_p_of_counts(&differences);
        prop_assert_eq!(p, by_enumeration(&differences));
        // As shares of 10,000 images, with the rounding that comes with it.
        let shares: Vec<f64> = differences.iter().map(|&d| d as f64 / 1e4).collect();
        prop_assert_eq!(sign_flip_p(&shares), p);
        prop_assert!(p >= smallest_p(differences.len()));
    }

    #[test]
    fn many_ties_are_no_trouble(differences in prop::collection::vec(-2_i64..3, 1..13)) {
        prop_assert_eq!(sign_flip_p_of_counts(&differences), by_enumeration(&differences));
    }

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
