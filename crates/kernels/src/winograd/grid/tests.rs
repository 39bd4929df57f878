//! Numbers of tiles, groups and values, counted by hand.

use super::super::transform::{F2, F4};
use super::*;

fn shape(batch: usize, size: [usize; 2], padding: [usize; 2]) -> ConvShape {
    ConvShape {
        batch,
        inputs: 16,
        outputs: 32,
        size,
        kernel: [3, 3],
        stride: [1, 1],
        padding,
    }
}

#[test]
fn tiles_cover_the_outputs() {
    // 7 x 9 outputs.
    let shape = shape(1, [9, 11], [0, 0]);
    assert_eq!(Grid::<F2>::new(&shape).tiles_by_axis, [4, 5]);
    assert_eq!(Grid::<F4>::new(&shape).tiles_by_axis, [2, 3]);
}

#[test]
fn a_tile_has_a_position_for_each_pair_of_products() {
    assert_eq!((Grid::<F2>::POSITIONS, Grid::<F4>::POSITIONS), (16, 36));
}

#[test]
fn outputs_that_fill_their_tiles_need_no_border() {
    assert!(
        Grid::<F4>::new(&shape(1, [10, 6], [0, 0]))
            .border()
            .is_empty()
    );
}

#[test]
fn the_border_holds_padding_and_the_rest_of_the_last_tiles() {
    // 5 outputs in two tiles of 4, which read 10 inputs.
    let border = Grid::<F4>::new(&shape(1, [5, 5], [1, 1])).border();
    assert_eq!((border.before, border.padded), ([1, 1], [10, 10]));
}

#[test]
fn a_small_batch_has_a_group_for_every_image() {
    assert_eq!(
        Grid::<F4>::new(&shape(GROUPS, [6, 6], [0, 0])).images_per_group(),
        1
    );
}

#[test]
fn small_images_share_a_group_in_a_large_batch() {
    // One tile an image.
    let grid = Grid::<F4>::new(&shape(10_000, [6, 6], [0, 0]));
    assert_eq!(grid.images_per_group(), GROUP_TILES);
}

#[test]
fn a_large_image_is_a_group_in_any_batch() {
    // 64 tiles.
    let grid = Grid::<F4>::new(&shape(10_000, [34, 34], [0, 0]));
    assert_eq!(grid.images_per_group(), 1);
}

#[test]
fn matrices_of_neighbouring_positions_have_a_gap() {
    let grid = Grid::<F2>::new(&shape(1, [6, 6], [0, 0]));
    // 3 images of 4 tiles with 16 channels.
    assert_eq!(grid.pitch(3, 16), 3 * 4 * 16 + GAP);
    assert_eq!(grid.matrices_len(3, 16), 16 * (3 * 4 * 16 + GAP));
}

#[test]
fn the_plane_has_room_for_whole_tiles() {
    // 5 x 5 outputs in 2 x 2 tiles of 4.
    let grid = Grid::<F4>::new(&shape(1, [7, 7], [0, 0]));
    assert_eq!(grid.plane().size, [5, 5]);
    assert_eq!(grid.plane_len(), 8 * 8 * 32);
}
