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
