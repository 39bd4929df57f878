//! Which algorithm computes which shape.

use super::*;

fn three_by_three(inputs: usize, outputs: usize, side: usize) -> ConvShape {
    ConvShape {
        batch: 1,
        inputs,
        outputs,
        size: [side, side],
        kernel: [3, 3],
        stride: [1, 1],
        padding: [0, 0],
    }
}

#[test]
fn colour_images_are_summed_directly() {
    assert_eq!(
        Algorithm::choose(&three_by_three(3, 64, 32), 8),
        Algorithm::Direct
    );
}

#[test]
fn few_channels_are_summed_directly() {
    assert_eq!(
        Algorithm::choose(&three_by_three(8, 8, 32), 8),
        Algorithm::Direct
    );
}

#[test]
fn channels_that_do_not_fill_vectors_are_summed_directly() {
    let shape = three_by_three(24, 24, 32);
    assert_eq!(Algorithm::choose(&shape, 16), Algorithm::Direct);
    assert_ne!(Algorithm::choose(&shape, 8), Algorithm::Direct);
}

#[test]
fn a_stride_is_summed_directly() {
    let shape = ConvShape {
        stride: [1, 2],
        ..three_by_three(16, 16, 32)
    };
    assert_eq!(Algorithm::choose(&shape, 8), Algorithm::Direct);
}

#[test]
fn other_kernels_are_summed_directly() {
    let shape = ConvShape {
        kernel: [3, 1],
        ..three_by_three(16, 16, 32)
    };
    assert_eq!(Algorithm::choose(&shape, 8), Algorithm::Direct);
}

/// A tile of 4x4 outputs takes 36 multiplications; four tiles of 2x2 take 64.
#[test]
fn outputs_that_fill_large_tiles_use_them() {
    assert_eq!(
        Algorithm::choose(&three_by_three(16, 16, 6), 8),
        Algorithm::LargeTiles
    );
}

/// One tile of 2x2 outputs takes 16 multiplications.
#[test]
fn outputs_that_fill_one_small_tile_use_it() {
    assert_eq!(
        Algorithm::choose(&three_by_three(16, 16, 4), 8),
        Algorithm::SmallTiles
    );
}

/// Nine tiles of 2x2 take 144 multiplications, as many as four tiles of 4x4.
#[test]
fn large_tiles_win_a_tie() {
    assert_eq!(
        Algorithm::choose(&three_by_three(16, 16, 8), 8),
        Algorithm::LargeTiles
    );
}

#[test]
fn the_articles_wide_layers_use_large_tiles() {
    for (inputs, outputs, side) in [(64, 64, 30), (64, 128, 14), (128, 128, 12)] {
        let shape = three_by_three(inputs, outputs, side);
        assert_eq!(
            Algorithm::choose(&shape, 16),
            Algorithm::LargeTiles,
            "{shape:?}"
        );
    }
}
