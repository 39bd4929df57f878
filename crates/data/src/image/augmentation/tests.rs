use super::*;

#[test]
fn the_default_changes_no_image() {
    assert_eq!(Augmentation::default().views(1, 1, 10), None);
}

#[test]
fn half_an_image_is_the_largest_padding() {
    let check = |padding, height, width| {
        let shape = ImageShape {
            channels: 3,
            height,
            width,
        };
        let checked = Augmentation::new(false, padding).unwrap().check(shape);
        checked.map_err(|error| error.to_string())
    };
    assert_eq!(check(16, 32, 32), Ok(()));
    assert_eq!(check(32, 64, 65), Ok(()));
    let expected =
        "crop_padding: expected a whole number from 0 to 10 for images of 40x20, found 11";
    assert_eq!(check(11, 40, 20).unwrap_err(), expected);
}

#[test]
fn a_padding_that_no_image_can_have_is_refused() {
    let error = Augmentation::new(false, 1025).unwrap_err().to_string();
    let expected = "crop_padding: expected a whole number from 0 to 1024, found 1025";
    assert_eq!(error, expected);
}

#[test]
fn flips_are_fair_and_windows_uniform() {
    let augmentation = Augmentation::new(true, 4).unwrap();
    let views = augmentation.views(1, 1, 16_200).unwrap();
    let flipped = views.iter().filter(|view| view.flipped).count();
    assert!((7800..=8400).contains(&flipped), "{flipped}");
    let mut positions = [[0_u32; 9]; 9];
    for view in &views {
        positions[(view.down + 4) as usize][(view.right + 4) as usize] += 1;
    }
    // 200 expected at each of 81 positions; the bounds are five standard deviations.
    for count in positions.as_flattened() {
        assert!((130..=270).contains(count), "{positions:?}");
    }
    assert_ne!(augmentation.views(1, 2, 16_200).unwrap(), views);
    assert_eq!(augmentation.views(1, 1, 10).unwrap(), views[..10]);
}

#[test]
fn a_flip_alone_moves_nothing_and_a_crop_alone_mirrors_nothing() {
    let flip = Augmentation::new(true, 0).unwrap();
    let views = flip.views(1, 1, 100).unwrap();
    assert!(views.iter().all(|view| (view.down, view.right) == (0, 0)));
    let crop = Augmentation::new(false, 2).unwrap();
    let views = crop.views(1, 1, 100).unwrap();
    assert!(views.iter().all(|view| !view.flipped));
    assert!(views.iter().any(|view| view.down != 0));
}

#[test]
fn flips_and_crops_do_not_depend_on_other_changes() {
    let plain = Augmentation::new(true, 4).unwrap();
    let more = Augmentation {
        erasing: 0.5,
        trivial_augment: true,
        ..plain
    };
    assert_eq!(more.views(1, 1, 50), plain.views(1, 1, 50));
    assert_eq!(plain.holes(1, 1, 50, ImageShape::CIFAR10), None);
    assert_eq!(plain.retouches(1, 1, 50), None);
    // Without flips and crops there is nothing to see.
    let erasing = Augmentation {
        erasing: 0.5,
        ..Augmentation::default()
    };
    assert_eq!(erasing.views(1, 1, 50), None);
}

/// Means over 200,000 rectangles that torchvision 0.29.2 drew with `RandomErasing.get_params` in an image of 32x32: area,
/// height, width, top, left, squared area.
const ERASED: [f64; 6] = [178.20, 13.567, 13.602, 9.203, 9.193, 40_084.0];

#[test]
fn rectangles_are_erased_as_torchvision_does() {
    let erasing = Augmentation {
        erasing: 1.0,
        ..Augmentation::default()
    };
    let holes = erasing.holes(1, 1, 100_000, ImageShape::CIFAR10).unwrap();
    let mean = |of: &dyn Fn(&Patch) -> f64| holes.iter().map(of).sum::<f64>() / 1e5;
    let tall = |hole: &Patch| f64::from(hole.bottom - hole.top);
    let wide = |hole: &Patch| f64::from(hole.right - hole.left);
    for (name, found, expected, tolerance) in [
        (
            "area",
            mean(&|hole| tall(hole) * wide(hole)),
            ERASED[0],
            1.5,
        ),
        ("height", mean(&tall), ERASED[1], 0.1),
        ("width", mean(&wide), ERASED[2], 0.1),
        ("top", mean(&|hole| f64::from(hole.top)), ERASED[3], 0.15),
        ("left", mean(&|hole| f64::from(hole.left)), ERASED[4], 0.15),
        (
            "squared area",
            mean(&|hole| (tall(hole) * wide(hole)).powi(2)),
            ERASED[5],
            500.0,
        ),
    ] {
        assert!(
            (found - expected).abs() < tolerance,
            "{name}: {found} instead of {expected}"
        );
    }
    let half = Augmentation {
        erasing: 0.5,
        ..erasing
    };
    let holes = half.holes(1, 1, 10_000, ImageShape::CIFAR10).unwrap();
    let erased = holes.iter().filter(|hole| **hole != Patch::EMPTY).count();
    // Five standard deviations are 250.
    assert!((4750..=5250).contains(&erased), "{erased}");
}

#[test]
fn a_square_is_cut_out_around_any_pixel() {
    let cutout = Augmentation {
        cutout: 16,
        ..Augmentation::default()
    };
    let holes = cutout.holes(1, 1, 20_000, ImageShape::CIFAR10).unwrap();
    let mut seen = [0_usize; 2];
    for hole in &holes {
        // The centre lies from 0 to 31, and the square is clipped to the image.
        let side = hole.bottom - hole.top;
        assert!((8..=16).contains(&side));
        seen[usize::from(side == 16)] += 1;
    }
    // 17 of 32 centres leave the whole side.
    let share = seen[1] as f64 / 20_000.0;
    assert!((share - 17.0 / 32.0).abs() < 0.02, "{share}");
}

#[test]
fn values_out_of_range_name_their_key() {
    let refused = |augmentation: Augmentation| augmentation.check_values().unwrap_err().to_string();
    let default = Augmentation::default();
    let erasing = Augmentation {
        erasing: 1.5,
        ..default
    };
    assert_eq!(
        refused(erasing),
        "erasing: expected a number from 0 to 1, found 1.5"
    );
    let both = Augmentation {
        erasing: 0.5,
        cutout: 8,
        ..default
    };
    assert_eq!(
        refused(both),
        "cutout: expected 0 together with erasing, found 8"
    );
    let hue = Augmentation {
        hue: 0.6,
        ..default
    };
    assert_eq!(
        refused(hue),
        "hue: expected a number from 0 to 0.5, found 0.6"
    );
    let twice = Augmentation {
        trivial_augment: true,
        contrast: 0.4,
        ..default
    };
    assert_eq!(
        refused(twice),
        "contrast: expected 0 together with trivial_augment, found 0.4"
    );
    let large = Augmentation {
        cutout: 32,
        ..default
    };
    let error = large.check(ImageShape::CIFAR10).unwrap_err().to_string();
    assert_eq!(
        error,
        "cutout: expected a whole number below 32 for images of 32x32, found 32"
    );
}
