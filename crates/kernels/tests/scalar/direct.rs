//! Named shapes that are summed directly.

use burn_flex_kernels::{Activation, ConvShape};

use crate::check::{check, check_seeded, three_by_three};

#[test]
fn the_articles_first_layer() {
    check_seeded(three_by_three(3, 64, [32, 32]), Activation::Relu, 7);
}

#[test]
fn a_kernel_of_one_pixel() {
    check(ConvShape {
        kernel: [1, 1],
        ..three_by_three(5, 7, [4, 6])
    });
}

/// As in the shortcut of a residual network.
#[test]
fn a_kernel_of_one_pixel_with_stride_two() {
    check(ConvShape {
        kernel: [1, 1],
        stride: [2, 2],
        ..three_by_three(16, 32, [8, 8])
    });
}

#[test]
fn a_kernel_of_even_size() {
    check(ConvShape {
        kernel: [2, 2],
        ..three_by_three(3, 5, [7, 6])
    });
}

#[test]
fn a_kernel_that_is_wider_than_high() {
    check(ConvShape {
        kernel: [2, 5],
        ..three_by_three(3, 5, [6, 9])
    });
}

#[test]
fn a_kernel_of_one_row() {
    check(ConvShape {
        kernel: [1, 3],
        ..three_by_three(4, 6, [1, 40])
    });
}

#[test]
fn a_kernel_of_one_column() {
    check(ConvShape {
        kernel: [3, 1],
        ..three_by_three(4, 6, [40, 1])
    });
}

#[test]
fn a_kernel_as_large_as_the_image() {
    check(ConvShape {
        kernel: [5, 4],
        ..three_by_three(3, 7, [5, 4])
    });
}

#[test]
fn a_kernel_larger_than_the_image_within_its_padding() {
    check(ConvShape {
        padding: [1, 1],
        ..three_by_three(3, 7, [1, 1])
    });
}

#[test]
fn a_stride_of_two() {
    check(ConvShape {
        stride: [2, 2],
        ..three_by_three(3, 5, [9, 11])
    });
}

#[test]
fn a_stride_that_leaves_the_last_row_and_column_unread() {
    check(ConvShape {
        stride: [2, 2],
        ..three_by_three(3, 5, [8, 10])
    });
}

#[test]
fn a_stride_larger_than_the_kernel() {
    check(ConvShape {
        kernel: [2, 2],
        stride: [4, 3],
        ..three_by_three(3, 5, [11, 12])
    });
}

#[test]
fn a_stride_for_each_axis() {
    check(ConvShape {
        stride: [1, 3],
        ..three_by_three(3, 5, [6, 13])
    });
}

/// Winograd's channels, but not its stride.
#[test]
fn wide_layers_with_stride_two_and_padding() {
    check(ConvShape {
        stride: [2, 2],
        padding: [1, 1],
        ..three_by_three(16, 32, [8, 8])
    });
}

#[test]
fn padding_that_keeps_the_size() {
    check(ConvShape {
        padding: [1, 1],
        ..three_by_three(3, 5, [6, 7])
    });
}

#[test]
fn padding_for_each_axis() {
    check(ConvShape {
        padding: [0, 2],
        ..three_by_three(3, 5, [6, 5])
    });
}

#[test]
fn padding_larger_than_the_kernel_gives_windows_of_zeros() {
    check(ConvShape {
        padding: [4, 5],
        ..three_by_three(2, 3, [3, 2])
    });
}

#[test]
fn one_channel_in_and_out() {
    check(three_by_three(1, 1, [6, 6]));
}

#[test]
fn one_channel_in_and_many_out() {
    check(three_by_three(1, 33, [5, 5]));
}

#[test]
fn many_channels_in_and_one_out() {
    check(three_by_three(33, 1, [5, 5]));
}

#[test]
fn outputs_one_less_than_the_widest_vector() {
    check(three_by_three(2, 15, [5, 5]));
}

#[test]
fn outputs_one_more_than_the_widest_vector() {
    check(three_by_three(2, 17, [5, 5]));
}

/// Three vectors of eight lanes: a whole panel and a narrow one.
#[test]
fn outputs_that_end_in_a_narrow_panel() {
    check(three_by_three(2, 24, [5, 5]));
}

/// Two tiles of twelve rows, and one row more.
#[test]
fn a_row_of_outputs_one_longer_than_two_tiles() {
    check(three_by_three(2, 4, [4, 27]));
}

#[test]
fn a_single_image() {
    check(ConvShape {
        batch: 1,
        ..three_by_three(3, 5, [6, 6])
    });
}

#[test]
fn no_images() {
    check(ConvShape {
        batch: 0,
        ..three_by_three(3, 5, [6, 6])
    });
}

/// The backward pass cuts a batch into at most 16 parts.
#[test]
fn one_image_in_each_part_of_the_batch() {
    check(ConvShape {
        batch: 16,
        ..three_by_three(2, 3, [4, 4])
    });
}

#[test]
fn a_last_part_of_the_batch_with_fewer_images() {
    check(ConvShape {
        batch: 17,
        ..three_by_three(2, 3, [4, 4])
    });
}

#[test]
fn outputs_of_one_pixel() {
    check(three_by_three(5, 6, [3, 3]));
}

/// Windows of so many channels are copied, for several images at a time.
#[test]
fn many_channels_with_stride_two_in_small_images() {
    check(ConvShape {
        batch: 35,
        stride: [2, 2],
        padding: [1, 1],
        ..three_by_three(48, 20, [6, 7])
    });
}

/// The outputs of one image are computed in several bands of rows.
#[test]
fn many_channels_with_stride_two_in_a_large_image() {
    check(ConvShape {
        stride: [2, 2],
        padding: [1, 1],
        ..three_by_three(43, 10, [41, 52])
    });
}

#[test]
fn a_large_kernel_with_stride_two_over_three_channels() {
    check(ConvShape {
        kernel: [7, 7],
        stride: [2, 2],
        padding: [3, 3],
        ..three_by_three(3, 20, [37, 30])
    });
}

/// Windows are the pixels themselves, in bands and for several images at a time.
#[test]
fn a_kernel_of_one_pixel_over_many_channels() {
    for (batch, size) in [(2, [24, 20]), (40, [3, 2])] {
        check(ConvShape {
            batch,
            kernel: [1, 1],
            ..three_by_three(40, 33, size)
        });
    }
}

/// So many weights have their gradient in fewer parts.
#[test]
fn a_quarter_of_a_million_weights() {
    check(ConvShape {
        batch: 17,
        stride: [2, 2],
        padding: [1, 1],
        ..three_by_three(130, 225, [3, 3])
    });
}
