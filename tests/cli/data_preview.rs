//! `mixup data preview`: the picture of mixed pairs.

use crate::scratch::Scratch;

#[test]
fn preview_draws_the_pairs_of_a_seed() {
    let scratch = Scratch::new();
    let draw = |flags: &str, file: &str| {
        let line = format!("data preview {flags} --out {file}");
        scratch.run(&line).succeeded();
        (scratch.read(file), image::open(scratch.path(file)).unwrap())
    };
    let (bytes, two) = draw("--data synthetic --pairs 2", "two.png");
    assert!(two.width() >= 3 * 32 && two.height() >= 2 * 32);
    let colours: std::collections::HashSet<[u8; 3]> =
        two.to_rgb8().pixels().map(|pixel| pixel.0).collect();
    assert!(colours.len() > 100, "{} colours", colours.len());
    assert!(bytes == draw("--data synthetic --pairs 2", "again.png").0);
    assert!(bytes != draw("--data synthetic --pairs 2 --seed 2", "other.png").0);
    let (_, many) = draw("--data data --pairs 30", "many.png");
    assert!(many.width() * many.height() > 10 * two.width() * two.height());
    let expected = [
        "again.png",
        "data",
        "many.png",
        "other.png",
        "tiny.toml",
        "two.png",
    ];
    assert_eq!(scratch.names(""), expected);
}

#[test]
fn a_preview_of_impossible_mixing_is_refused() {
    let scratch = Scratch::new();
    let said = scratch.refused("data preview --data synthetic --alpha inf");
    assert!(
        said.contains("alpha: expected") && said.contains("found inf"),
        "{said}"
    );
}
