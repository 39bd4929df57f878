//! Which images are shown, on made-up runs.

use super::*;
use crate::simulated::trial;

/// A run of `arm` that predicts `predicted`, each with a probability, where all images are of class 0. It keeps the
/// pictures of `pictured`.
fn run(arm: &str, seed: u32, predicted: &[(u16, f32)], pictured: &[usize]) -> Trial {
    Trial {
        labels: vec![0; predicted.len()],
        predicted: predicted.iter().map(|line| line.0).collect(),
        probabilities: predicted.iter().map(|line| line.1).collect(),
        classes: vec!["cat".into(), "dog".into(), "frog".into()],
        pictured: pictured.to_vec(),
        ..trial(arm, seed, 500)
    }
}

fn shown(group: &MistakeGroup) -> Vec<(usize, Option<usize>, usize)> {
    let images = group.images.iter();
    images
        .map(|image| (image.image, image.right, image.wrong))
        .collect()
}

fn one(right: &str, wrong: &str, pairs: usize, images: usize, pictured: Option<usize>) -> Who {
    Who::One {
        right: right.into(),
        wrong: wrong.into(),
        pairs,
        images,
        pictured,
    }
}

fn all(arm: &str) -> Who {
    Who::OfArm { arm: arm.into() }
}

/// Images 0 and 3: the arm is right in both runs, the baseline in none. Image 1: each is right once. Image 2: all are
/// wrong.
fn two_pairs() -> [Vec<Trial>; 2] {
    let lines = |image_0, image_1, image_2, image_3| [image_0, image_1, image_2, image_3];
    let (right, sure) = ((0, 0.9), |probability| (1, probability));
    let arm = vec![
        run("mixup", 1, &lines(right, right, sure(0.9), right), &[2]),
        run(
            "mixup",
            2,
            &lines(right, sure(0.6), sure(0.8), right),
            &[1, 2],
        ),
    ];
    let baseline = vec![
        run(
            "baseline",
            1,
            &lines(sure(0.7), right, sure(0.95), sure(0.4)),
            &[0, 2],
        ),
        run(
            "baseline",
            2,
            &lines((2, 0.99), sure(0.5), sure(0.7), sure(0.4)),
            &[0, 1],
        ),
    ];
    [arm, baseline]
}

#[test]
fn all_images_count_and_those_with_a_picture_are_shown() {
    let groups = groups(&two_pairs());
    let who: Vec<&Who> = groups.iter().map(|group| &group.who).collect();
    assert_eq!(
        who,
        [
            &one("mixup", "baseline", 2, 2, Some(1)),
            &one("baseline", "mixup", 2, 0, Some(0)),
            &all("mixup"),
            &all("baseline")
        ]
    );
    // Of the images 0 and 3, one has a picture.
    assert_eq!(shown(&groups[0]), [(0, Some(2), 2)]);
    assert_eq!(shown(&groups[1]), []);
}

/// As those of an earlier version.
#[test]
fn runs_without_pictures_are_told_from_images_without_one() {
    let arm = vec![run("mixup", 1, &[(0, 0.9), (1, 0.9)], &[1])];
    let baseline = vec![run("baseline", 1, &[(1, 0.8), (0, 0.8)], &[])];
    let groups = groups(&[arm, baseline]);
    let who: Vec<Who> = groups.into_iter().map(|group| group.who).collect();
    assert_eq!(
        who,
        [
            one("mixup", "baseline", 1, 1, None),
            one("baseline", "mixup", 1, 1, Some(1)),
            all("mixup")
        ]
    );
}

#[test]
fn an_image_is_told_by_the_run_that_is_surest() {
    let groups = groups(&two_pairs());
    let first = &groups[0].images[0];
    assert_eq!(first.run, "runs/baseline-2");
    assert_eq!(first.classes, ["cat", "frog"]);
    assert_eq!((first.probability, first.runs), (0.99, 2));
}

#[test]
fn the_mistakes_of_an_arm_are_sorted_by_probability() {
    let groups = groups(&two_pairs());
    assert_eq!(shown(&groups[2]), [(2, None, 2), (1, None, 1)]);
    assert_eq!(
        shown(&groups[3]),
        [(0, None, 2), (2, None, 2), (1, None, 1)]
    );
}

#[test]
fn only_pairs_are_counted_between_two_arms() {
    let arm = vec![
        run("mixup", 1, &[(0, 0.9)], &[]),
        run("mixup", 7, &[(1, 0.9)], &[0]),
    ];
    let baseline = vec![run("baseline", 1, &[(1, 0.8)], &[0])];
    let groups = groups(&[arm, baseline]);
    assert_eq!(groups[0].who, one("mixup", "baseline", 1, 1, Some(1)));
    assert_eq!(shown(&groups[0]), [(0, Some(1), 1)]);
}

#[test]
fn arms_without_a_common_seed_have_no_group_between_them() {
    let arm = vec![run("mixup", 1, &[(1, 0.9)], &[0])];
    let baseline = vec![run("baseline", 2, &[(1, 0.8)], &[0])];
    let who: Vec<Who> = groups(&[arm, baseline])
        .into_iter()
        .map(|group| group.who)
        .collect();
    assert_eq!(who, [all("mixup"), all("baseline")]);
}

#[test]
fn a_group_shows_at_most_eight_images() {
    let lines: Vec<(u16, f32)> = (0..20).map(|image| (1, image as f32 / 20.0)).collect();
    let pictured: Vec<usize> = (0..20).collect();
    let of_one = groups(&[vec![run("mixup", 1, &lines, &pictured)]]);
    let images: Vec<usize> = shown(&of_one[0]).iter().map(|image| image.0).collect();
    assert_eq!(images, [19, 18, 17, 16, 15, 14, 13, 12]);
}

#[test]
fn without_pictures_there_are_no_groups() {
    let without = run("mixup", 1, &[(1, 0.9)], &[]);
    assert_eq!(groups(&[vec![without]]), []);
}
