use super::*;

#[test]
fn the_default_changes_no_image() {
    assert_eq!(Augmentation::default().views(1, 1, 10), None);
}

#[test]
fn half_an_image_is_the_largest_padding() {
    assert!(Augmentation::new(false, 16).is_ok());
    let error = Augmentation::new(false, 17).unwrap_err().to_string();
    let expected = "crop_padding: expected a whole number from 0 to 16, found 17";
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
