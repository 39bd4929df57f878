use super::*;

/// Two kinds with two strengths and one; accuracies are these shares.
fn run(clean: f64, [a, b, c]: [f64; 3]) -> Corruptions {
    let kinds = vec![
        CorruptionKind::new("noise", "deviation", &[(0.01, a), (0.02, b)]),
        CorruptionKind::new("tilt", "degrees", &[(15.0, c)]),
    ];
    Corruptions::new(200, clean, kinds)
}

#[test]
fn every_accuracy_counts_alike_in_the_mean() {
    let run = run(0.9, [0.8, 0.6, 0.1]);
    assert!((run.kinds[0].mean - 0.7).abs() < 1e-12);
    assert!((run.mean - 0.5).abs() < 1e-12);
    assert_eq!(run.accuracies().collect::<Vec<_>>(), [0.9, 0.8, 0.6, 0.1]);
    assert_eq!(
        run.in_words(),
        "200 samples: noise of 0.01 and 0.02; tilt of 15"
    );
}

#[test]
fn arms_have_means_and_deviations() {
    let runs = [run(0.9, [0.8, 0.6, 0.1]), run(0.7, [0.6, 0.6, 0.3])];
    let arm = Corruptions::over_runs(&runs.iter().collect::<Vec<_>>()).unwrap();
    assert!((arm.clean.mean - 0.8).abs() < 1e-12);
    assert!((arm.kinds[1].levels[0].accuracy.mean - 0.2).abs() < 1e-12);
    assert!((arm.mean.mean - 0.5).abs() < 1e-12);
    assert_eq!(Corruptions::over_runs(&[]), None);
}

/// The interval of the differences 0.1, 0.2 and 0.3 in each figure: mean ± t(0.975, 2) · 0.1 / √3.
#[test]
fn pairs_have_differences_with_intervals() {
    let arm = [0.6, 0.7, 0.8].map(|share| run(share, [share; 3]));
    let baseline = [0.5; 3].map(|share| run(share, [share; 3]));
    let pairs: Vec<_> = arm.iter().zip(&baseline).collect();
    let found = Corruptions::compare(&pairs, &PairedTests::new(3)).unwrap();
    for difference in [found.mean, found.clean, found.kinds[0].levels[1].accuracy] {
        assert!((difference.mean - 0.2).abs() < 1e-12);
        let (low, high) = difference.interval.unwrap();
        let half = 4.302_652_73 * 0.1 / 3.0_f64.sqrt();
        assert!((high - low - 2.0 * half).abs() < 1e-6);
    }
}

#[test]
fn arms_that_were_damaged_differently_are_not_compared() {
    let one = run(0.9, [0.5; 3]);
    for other in [
        Corruptions {
            samples: 100,
            ..one.clone()
        },
        Corruptions::new(
            200,
            0.9,
            vec![CorruptionKind::new("noise", "deviation", &[(0.01, 0.5)])],
        ),
        {
            let mut other = one.clone();
            other.kinds[0].levels[0].strength = 0.5;
            other
        },
    ] {
        let found = Corruptions::compare(&[(&one, &other)], &PairedTests::new(1));
        assert_eq!(found, None);
    }
}
