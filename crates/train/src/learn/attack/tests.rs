use super::*;
use crate::experiment::Experiment;
use burn::tensor::Int;
use burn::train::TrainStep;
use mixup_data::{ImagePlan, ImageShape, Images, Mixing, MixupBatcher, Policy, Selection, stream};
use mixup_model::{Architecture, NetworkConfig};
use std::path::Path;

const IMAGE_BYTES: usize = ImageShape::CIFAR10.values();

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

fn classifier(name: Architecture, loss: Loss) -> Classifier {
    let config = match name {
        Architecture::CnnBn | Architecture::Cnn => NetworkConfig {
            name,
            widths: vec![6, 8],
            hidden: Some(16),
        },
        other => panic!("{other}"),
    };
    let mut rng = stream(3, Purpose::Weights, 0);
    let network = config.init([3, 32, 32], 10, &mut rng, &Device::flex().autodiff());
    Classifier::new(network, loss)
}

fn batch(count: usize) -> (Tensor<4>, Tensor<2>) {
    let images = mixup_data::synthetic(1, count, 1).train;
    let batcher = MixupBatcher::new(images, 10, &Normalisation::identity(3), &Device::flex());
    let batch = batcher.mix(ImagePlan::in_order(count).draws()).unwrap();
    (batch.inputs, batch.targets)
}

/// The derivative along a direction against the difference of two losses.
#[test]
fn the_gradient_is_that_of_finite_differences() {
    for (name, loss) in [
        (Architecture::Cnn, Loss::ARTICLE),
        (Architecture::CnnBn, Loss::CrossEntropy),
    ] {
        let trained = classifier(name, loss);
        let victim = Victim::new(&trained, &Normalisation::cifar10(), &Device::flex());
        let (pixels, targets) = batch(4);
        let gradient = victim.gradient(pixels.clone(), &targets);
        // In f64, for a difference of two f32 losses would be little but rounding.
        let labels = targets.clone().argmax(1).into_data();
        let labels: Vec<usize> = labels.iter::<i64>().map(|label| label as usize).collect();
        let total = |pixels: Tensor<4>| -> f64 {
            let logits = values(victim.logits(pixels));
            let rows = logits.chunks(10).zip(&labels);
            let of_row = |(row, &label): (&[f32], &usize)| -> f64 {
                let row: Vec<f64> = row.iter().map(|&z| f64::from(z)).collect();
                match victim.loss {
                    Loss::CrossEntropy => {
                        row.iter().map(|z| z.exp()).sum::<f64>().ln() - row[label]
                    }
                    _ => {
                        let all = row.iter().map(|z| z.exp().ln_1p()).sum::<f64>();
                        (all - row[label]) / 10.0
                    }
                }
            };
            rows.map(of_row).sum()
        };
        for seed in 0..4 {
            let direction = noise(seed, &[0, 1, 2, 3], &pixels);
            let along = (gradient.clone() * direction.clone()).sum();
            let along = f64::from(along.into_scalar::<f32>());
            let step = 2e-4;
            let above = total(pixels.clone() + direction.clone() * step);
            let below = total(pixels.clone() - direction * step);
            let difference = (above - below) / (2.0 * step);
            let squares = gradient.clone().powi_scalar(2).sum();
            let scale = f64::from(squares.into_scalar::<f32>()).sqrt();
            let gap = (along - difference).abs();
            // ReLUs and pools turn between the two.
            assert!(gap < 0.05 * scale, "{along} and {difference}, of {scale}");
        }
    }
}

/// A frozen norm does not look at the rest of the batch, so neither does an image's gradient.
#[test]
fn the_gradient_of_an_image_does_not_depend_on_the_others() {
    let trained = classifier(Architecture::CnnBn, Loss::CrossEntropy);
    let victim = Victim::new(&trained, &Normalisation::cifar10(), &Device::flex());
    let (pixels, targets) = batch(5);
    let all = values(victim.gradient(pixels.clone(), &targets));
    for row in 0..5 {
        let index = Tensor::<1, Int>::from_data([row as i32], &Device::flex());
        let (one, target) = (
            pixels.clone().select(0, index.clone()),
            targets.clone().select(0, index),
        );
        let alone = values(victim.gradient(one, &target));
        let expected = &all[row * IMAGE_BYTES..(row + 1) * IMAGE_BYTES];
        let largest = expected.iter().fold(0.0_f32, |most, g| most.max(g.abs()));
        for (alone, expected) in alone.iter().zip(expected) {
            assert!(
                (alone - expected).abs() <= 1e-4 * largest,
                "{alone} and {expected}"
            );
        }
    }
}

fn assert_allowed(changed: &Tensor<4>, pixels: &Tensor<4>, epsilon: f64) {
    for (changed, pixel) in values(changed.clone()).iter().zip(values(pixels.clone())) {
        assert!((0.0..=1.0).contains(changed), "{changed}");
        let gap = f64::from((changed - pixel).abs());
        assert!(gap <= epsilon + 1e-6, "{gap} of {epsilon}");
    }
}

#[test]
fn every_pixel_stays_within_epsilon_and_its_range() {
    let trained = classifier(Architecture::Cnn, Loss::ARTICLE);
    let victim = Victim::new(&trained, &Normalisation::cifar10(), &Device::flex());
    let (pixels, targets) = batch(6);
    for epsilon in [0.0, 2.0 / 255.0, 0.3] {
        let changed = victim.fgsm(&pixels, &targets, epsilon);
        assert_allowed(&changed, &pixels, epsilon);
        let start = pixels.clone() + noise(1, &[0, 1, 2, 3, 4, 5], &pixels) * epsilon;
        let mut changed = start.clamp(0.0, 1.0);
        assert_allowed(&changed, &pixels, epsilon);
        for _ in 0..3 {
            let gradient = victim.gradient(changed.clone(), &targets);
            changed = project(changed + gradient.sign() * 0.1, &pixels, epsilon);
            assert_allowed(&changed, &pixels, epsilon);
        }
    }
    let step = victim.fgsm(&pixels, &targets, 2.0 / 255.0);
    // Pixels at the end of their range, or without any influence, stay; most others move by all of ε.
    let moved = values((step - pixels).abs());
    let whole = moved
        .iter()
        .filter(|gap| (**gap - 2.0 / 255.0).abs() < 1e-6)
        .count();
    assert!(whole * 2 > moved.len(), "{whole} of {}", moved.len());
}

/// A network that has learnt its images.
fn trained() -> (Classifier, Images) {
    let text = include_str!("../../../../../experiments/demo.toml");
    let experiment = Experiment::parse(text, Path::new("demo.toml")).unwrap();
    let device = &Device::flex().autodiff();
    let images = mixup_data::synthetic(1, 64, 1).train;
    let batcher = MixupBatcher::new(
        images.clone(),
        10,
        experiment
            .normalisation
            .constants(&Normalisation::identity(3)),
        device,
    );
    let classifier = experiment.classifier(ImageShape::CIFAR10, 10, device);
    let mut learner = experiment.learner(classifier, 64);
    let policy = Policy::new(Mixing::new(0.0, Selection::Every(1)).unwrap(), 64);
    for epoch in 0..40 {
        let plan = ImagePlan::draw(1, epoch, 64, ImageShape::CIFAR10, &policy);
        for draws in plan.draws().chunks(16) {
            let output = TrainStep::step(&learner.model(), batcher.mix(draws).unwrap());
            learner.lr_step();
            learner.optimizer_step(output.grads);
        }
    }
    (learner.model(), images)
}

#[test]
fn no_epsilon_is_the_clean_accuracy_and_pgd_is_no_weaker_than_fgsm() {
    let (classifier, images) = trained();
    let text = include_str!("../../../../../experiments/demo.toml");
    let experiment = Experiment::parse(text, Path::new("demo.toml")).unwrap();
    let victim = Victim::new(
        &classifier,
        experiment
            .normalisation
            .constants(&Normalisation::identity(3)),
        &Device::flex(),
    );
    let batcher = MixupBatcher::new(images, 10, &Normalisation::identity(3), &Device::flex());
    let batch = batcher.mix(ImagePlan::in_order(64).draws()).unwrap();
    let (pixels, targets) = (batch.inputs, batch.targets);
    let indices: Vec<usize> = (0..64).collect();
    let right = |attack: Attack| -> f32 {
        values(victim.withstand(&pixels, &targets, attack, 1, &indices))
            .iter()
            .sum()
    };
    let clean: f32 = values(victim.hits(pixels.clone(), &targets)).iter().sum();
    assert!(clean >= 32.0, "{clean} of 64 learnt");
    assert_eq!(right(Attack::Fgsm { epsilon: 0.0 }), clean);
    assert_eq!(right(Attack::pgd(0.0, 3)), clean);
    let mut before = clean;
    for levels in [1.0, 2.0, 4.0, 8.0, 16.0] {
        let epsilon = levels / 255.0;
        let (fgsm, pgd) = (
            right(Attack::Fgsm { epsilon }),
            right(Attack::pgd(epsilon, 10)),
        );
        assert!(pgd <= fgsm, "ε {levels}/255: PGD leaves {pgd}, FGSM {fgsm}");
        assert!(pgd <= before, "ε {levels}/255: {pgd} after {before}");
        before = pgd;
    }
    assert!(before < clean / 2.0, "{before} of {clean}");
}
