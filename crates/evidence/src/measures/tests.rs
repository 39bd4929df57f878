//! Cases counted by hand, figures of NumPy and SciPy, and a second implementation.

use proptest::prelude::*;

use super::*;

const BOTH: [Outputs; 2] = [Outputs::Sigmoid, Outputs::Softmax];

fn near(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-12,
        "{found} is not {expected}"
    );
}

/// ln of the odds of each probability: the logit whose sigmoid it is.
fn logits(probabilities: &[f64]) -> Vec<f32> {
    let logit = |p: &f64| (p / (1.0 - p)).ln() as f32;
    probabilities.iter().map(logit).collect()
}

#[test]
fn two_images_by_hand() {
    // q = (0.75, 0.25) and (1/3, 2/3); both of class 0, the first right, the second wrong.
    let logits = logits(&[0.6, 0.2, 0.3, 0.6]);
    let found = Measures::new(Outputs::Sigmoid, &logits, &[0, 0], 2);
    let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-6);
    assert_eq!((found.images, found.accuracy), (2, 0.5));
    close(found.nll, ((4.0_f64 / 3.0).ln() + 3.0_f64.ln()) / 2.0);
    close(found.brier, (2.0 / 16.0 + 2.0 * 4.0 / 9.0) / 2.0);
    // Two bins of one image each: |0 − 2/3| and |1 − 0.75|.
    close(found.ece, (2.0 / 3.0 + 0.25) / 2.0);
    assert_eq!(found.reliability.len(), 2);
    assert_eq!(found.confusion.to_rows(), [[1, 1], [0, 0]]);
    assert_eq!(found.class_accuracies(), [Some(0.5), None]);
}

#[test]
fn bins_of_equal_confidence_do_not_depend_on_the_order_of_the_images() {
    // One prediction for all, right for a half of them: 0.5 in each bin, sorted by class or not.
    let logits = [1.0_f32, -1.0].repeat(60);
    let sorted: Vec<u16> = (0..60).map(|image| u16::from(image >= 30)).collect();
    let turns: Vec<u16> = (0..60).map(|image| image % 2).collect();
    let found = [sorted, turns].map(|labels| Measures::new(Outputs::Sigmoid, &logits, &labels, 2));
    assert_eq!(found[0].ece, found[1].ece);
    let confidence = 1.0 / (1.0 + (-1.0_f64).exp());
    assert!((found[0].ece - (confidence - 0.5)).abs() < 1e-6);
}

#[test]
fn figures_of_numpy() {
    // i = numpy.arange(40)[:, None]; k = numpy.arange(4); z = ((7*i + 13*k + i*k) % 23 - 11) / 4 + i / 64
    // y = (5*i[:, 0] + i[:, 0] // 3) % 4; p = scipy.special.expit(z); q = p / p.sum(1, keepdims=True)
    let logits: Vec<f32> = (0..40)
        .flat_map(|i| {
            (0..4).map(move |k| ((7 * i + 13 * k + i * k) % 23 - 11) as f32 / 4.0 + i as f32 / 64.0)
        })
        .collect();
    let labels: Vec<u16> = (0..40).map(|i| ((5 * i + i / 3) % 4) as u16).collect();
    let found = Measures::new(Outputs::Sigmoid, &logits, &labels, 4);
    // -numpy.log(q[range(40), y]).mean()
    near(found.nll, 1.6856945426761267);
    // ((q - numpy.eye(4)[y])**2).sum(1).mean()
    near(found.brier, 0.8475746063929683);
    // c = q.max(1); r = z.argmax(1) == y; o = numpy.argsort(c, kind='stable')
    // sum(abs((r[b] * 1. - c[b]).sum()) for b in numpy.split(o, [n * 40 // 15 for n in range(1, 15)])) / 40
    near(found.ece, 0.19391072383889177);
    // m = numpy.zeros((4, 4), int); numpy.add.at(m, (y, z.argmax(1)), 1)
    assert_eq!(
        found.confusion.to_rows(),
        [[6, 5, 1, 2], [4, 2, 3, 4], [4, 1, 3, 5], [0; 4]]
    );
    near(found.accuracy, 0.275);
}

#[test]
fn a_softmax_by_hand() {
    // q = (0.75, 0.25) and (1/3, 2/3), as above; the logits have other zeros than those of sigmoids.
    let logits = [0.75_f32, 0.25, 0.1, 0.2].map(f32::ln);
    let found = Measures::new(Outputs::Softmax, &logits, &[0, 0], 2);
    let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-6);
    assert_eq!(found.accuracy, 0.5);
    close(found.nll, ((4.0_f64 / 3.0).ln() + 3.0_f64.ln()) / 2.0);
    close(found.brier, (2.0 / 16.0 + 2.0 * 4.0 / 9.0) / 2.0);
    close(found.ece, (2.0 / 3.0 + 0.25) / 2.0);
}

#[test]
fn saturated_logits_stay_finite() {
    for (logits, label) in [
        ([200.0, -200.0, -200.0], 0),
        ([200.0, -200.0, -200.0], 1),
        ([-200.0, -200.0, -200.0], 2),
        ([200.0, 200.0, 200.0], 2),
        ([f32::MAX, f32::MIN, 0.0], 0),
    ] {
        for outputs in BOTH {
            let found = Measures::new(outputs, &logits, &[label], 3);
            assert!(found.nll.is_finite() && found.nll >= 0.0, "{}", found.nll);
            assert!((0.0..=2.0).contains(&found.brier));
            assert!((0.0..=1.0).contains(&found.ece));
        }
    }
    // A sigmoid of −200 is 1e-87: far below f32, yet its logarithm is known.
    let wrong = Measures::new(Outputs::Sigmoid, &[200.0, -200.0], &[1], 2);
    near(wrong.nll, 200.0);
    near(wrong.brier, 2.0);
    // Equal logits share the probability also where every sigmoid is 0 in f32.
    let even = Measures::new(Outputs::Sigmoid, &[-200.0; 4], &[2], 4);
    near(even.nll, 4_f64.ln());
}

#[test]
fn of_tied_logits_the_first_class_is_predicted() {
    let found = Measures::new(
        Outputs::Sigmoid,
        &[1.0, 1.0, 0.0, 0.5, 2.0, 2.0],
        &[0, 2],
        3,
    );
    assert_eq!(found.confusion.to_rows(), [[1, 0, 0], [0, 0, 0], [0, 1, 0]]);
}

#[test]
fn bins_have_equally_many_images_up_to_one() {
    for images in [1, 2, 14, 15, 16, 29, 100] {
        let logits: Vec<f32> = (0..2 * images)
            .map(|i| (i * 37 % 101) as f32 / 20.0)
            .collect();
        let labels = vec![0; images];
        let found = Measures::new(Outputs::Sigmoid, &logits, &labels, 2);
        let sizes: Vec<usize> = found.reliability.iter().map(|bin| bin.images).collect();
        assert_eq!(sizes.len(), images.min(RELIABILITY_BINS));
        assert_eq!(sizes.iter().sum::<usize>(), images);
        let (least, most) = (sizes.iter().min(), sizes.iter().max());
        assert!(most.unwrap() - least.unwrap() <= 1, "{sizes:?}");
        assert!(
            found
                .reliability
                .is_sorted_by(|a, b| a.confidence <= b.confidence)
        );
    }
}

/// The same definitions, an image at a time and without logarithms.
struct Plain {
    nll: f64,
    brier: f64,
    ece: f64,
    right: usize,
}

fn plain(outputs: Outputs, logits: &[f32], labels: &[u16], classes: usize) -> Plain {
    let (mut nll, mut brier, mut right) = (0.0, 0.0, 0);
    let mut sure = vec![];
    for (image, &label) in labels.iter().enumerate() {
        let mut q = vec![];
        for class in 0..classes {
            let z = f64::from(logits[image * classes + class]);
            q.push(match outputs {
                Outputs::Sigmoid => 1.0 / (1.0 + (-z).exp()),
                Outputs::Softmax => z.exp(),
            });
        }
        let sum: f64 = q.iter().sum();
        let (mut best, mut most) = (0, 0.0);
        for (class, q) in q.iter_mut().enumerate() {
            *q /= sum;
            let truth = if class == usize::from(label) {
                1.0
            } else {
                0.0
            };
            brier += (*q - truth) * (*q - truth);
            if *q > most {
                (best, most) = (class, *q);
            }
        }
        nll -= q[usize::from(label)].ln();
        right += usize::from(best == usize::from(label));
        sure.push((most, f64::from(u8::from(best == usize::from(label)))));
    }
    sure.sort_by(|a, b| a.0.total_cmp(&b.0));
    let n = labels.len();
    let bins = n.min(15);
    let mut ece = 0.0;
    for bin in 0..bins {
        let gap: f64 = sure[bin * n / bins..(bin + 1) * n / bins]
            .iter()
            .map(|(confidence, right)| right - confidence)
            .sum();
        ece += gap.abs();
    }
    let n = n as f64;
    Plain {
        nll: nll / n,
        brier: brier / n,
        ece: ece / n,
        right,
    }
}

/// With one image there is one bin, and the error is its distance from the truth.
#[test]
fn the_calibration_error_of_one_image() {
    let logits = [0.8_f32.ln(), 0.2_f32.ln()];
    let right = Measures::new(Outputs::Softmax, &logits, &[0], 2);
    assert_eq!(right.reliability.len(), 1);
    assert!((right.ece - 0.2).abs() < 1e-6, "{}", right.ece);
    let wrong = Measures::new(Outputs::Softmax, &logits, &[1], 2);
    assert!((wrong.ece - 0.8).abs() < 1e-6, "{}", wrong.ece);
}

/// Fewer images than bins: no bin is empty, so no mean divides by 0.
#[test]
fn no_bin_is_empty() {
    let logits = [2.0_f32, 0.0, 1.0, 0.0, 0.5, 0.0];
    let found = Measures::new(Outputs::Softmax, &logits, &[0, 1, 0], 2);
    assert_eq!(found.reliability.len(), 3);
    assert!(found.reliability.iter().all(|bin| bin.images == 1));
}

/// Right with the confidence 0.75 three times in four.
#[test]
fn a_calibrated_network_has_no_error() {
    let logits = [0.75_f32.ln(), 0.25_f32.ln()].repeat(60);
    let labels: Vec<u16> = (0..60).map(|image| u16::from(image % 4 == 0)).collect();
    let found = Measures::new(Outputs::Softmax, &logits, &labels, 2);
    assert!(found.ece < 1e-6, "{}", found.ece);
    assert_eq!(found.accuracy, 0.75);
}

/// ln 4 for four equal outputs, and 1 − 2/4 + 1/4 = 0.75.
#[test]
fn a_network_that_knows_nothing() {
    let found = Measures::new(Outputs::Softmax, &[0.0; 4], &[3], 4);
    near(found.nll, 4_f64.ln());
    near(found.brier, 0.75);
    near(found.reliability[0].confidence, 0.25);
}

#[test]
fn a_class_without_images_has_no_accuracy() {
    let found = Measures::new(
        Outputs::Softmax,
        &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
        &[0, 0],
        3,
    );
    assert_eq!(found.class_accuracies(), [Some(0.5), None, None]);
}

#[test]
#[should_panic(expected = "at least one image")]
fn no_images_have_no_measures() {
    Measures::new(Outputs::Softmax, &[], &[], 2);
}

#[test]
#[should_panic(expected = "a logit for each class")]
fn a_missing_logit_is_no_measure() {
    Measures::new(Outputs::Softmax, &[1.0, 2.0, 3.0], &[0, 1], 2);
}

#[test]
fn fields_of_a_later_version_are_ignored() {
    let found = Measures::new(Outputs::Softmax, &[1.0, 2.0], &[0], 2);
    let json = serde_json::to_string(&found).unwrap();
    let later = json.replacen('{', r#"{"later":1,"#, 1);
    assert_eq!(serde_json::from_str::<Measures>(&later).unwrap(), found);
}

/// Labels above 255, which one byte cannot hold.
#[test]
fn a_second_implementation_agrees_on_many_classes() {
    for classes in [300_usize, 1000] {
        let images = 2 * classes;
        let labels: Vec<u16> = (0..images).map(|i| (i * 7 % classes) as u16).collect();
        // Every third image is predicted as the class after its own.
        let top = |image: usize| {
            (usize::from(labels[image]) + usize::from(image.is_multiple_of(3))) % classes
        };
        let logits: Vec<f32> = (0..images * classes)
            .map(|at| {
                let (image, class) = (at / classes, at % classes);
                let height = if class == top(image) { 9.0 } else { 0.0 };
                height + ((image * 31 + class * 17) % 101) as f32 / 40.0
            })
            .collect();
        for outputs in BOTH {
            let found = Measures::new(outputs, &logits, &labels, classes);
            let plain = plain(outputs, &logits, &labels, classes);
            assert!((found.nll - plain.nll).abs() < 1e-9);
            assert!((found.brier - plain.brier).abs() < 1e-9);
            assert!((found.ece - plain.ece).abs() < 1e-9);
            assert_eq!(found.accuracy, plain.right as f64 / images as f64);
            let mut counts = vec![vec![0; classes]; classes];
            for (image, &label) in labels.iter().enumerate() {
                counts[usize::from(label)][top(image)] += 1;
            }
            assert_eq!(found.confusion.to_rows(), counts);
            let json = serde_json::to_string(&found).unwrap();
            let read: Measures = serde_json::from_str(&json).unwrap();
            assert_eq!(read.confusion, found.confusion);
            assert!(json.len() < 40_000, "{} bytes", json.len());
        }
    }
}

proptest! {
    #[test]
    fn a_second_implementation_agrees(
        (classes, labels, logits) in (2_usize..12, 1_usize..60).prop_flat_map(|(classes, images)| (
            Just(classes),
            prop::collection::vec(0..classes as u16, images),
            prop::collection::vec(-12.0_f32..12.0, images * classes),
        ))
    ) {
        for outputs in BOTH {
            let found = Measures::new(outputs, &logits, &labels, classes);
            let plain = plain(outputs, &logits, &labels, classes);
            prop_assert!((found.nll - plain.nll).abs() < 1e-9);
            prop_assert!((found.brier - plain.brier).abs() < 1e-9);
            prop_assert!((found.ece - plain.ece).abs() < 1e-9);
            prop_assert_eq!(found.accuracy, plain.right as f64 / labels.len() as f64);
            prop_assert_eq!(found.confusion.right() as usize, plain.right);
            prop_assert_eq!(found.confusion.images() as usize, labels.len());
        }
    }

    #[test]
    fn both_outputs_predict_the_same_classes(
        (labels, logits) in (1_usize..60).prop_flat_map(|images| (
            prop::collection::vec(0_u16..5, images),
            prop::collection::vec(-12.0_f32..12.0, images * 5),
        ))
    ) {
        let [sigmoid, softmax] = BOTH.map(|outputs| Measures::new(outputs, &logits, &labels, 5));
        prop_assert_eq!(sigmoid.confusion, softmax.confusion);
        prop_assert_eq!(sigmoid.accuracy, softmax.accuracy);
    }
}
