//! Every value of a batch, against the formula value by value.

use std::ops::Range;

use proptest::prelude::*;

use super::*;
use crate::instructions::Instructions;

const STORED: usize = 5;

/// Stored images of this shape, in which neighbouring bytes differ.
fn stored(shape: [usize; 3]) -> Vec<u8> {
    let len = STORED * shape.iter().product::<usize>();
    (0..len).map(|index| (index * 37 % 256) as u8).collect()
}

fn constants(channels: usize) -> PixelConstants {
    let channels = 1..=channels;
    PixelConstants {
        scale: channels.clone().map(|c| 0.013 / c as f32).collect(),
        shift: channels.map(|c| -0.7 * c as f32).collect(),
    }
}

/// The value of a view at a channel, row and column, by the definition of [`ViewedImage`].
fn seen(pixels: &[u8], shape: [usize; 3], view: ViewedImage, at: [usize; 3]) -> f32 {
    let hole = view.hole;
    if (hole.top..hole.bottom).contains(&at[1]) && (hole.left..hole.right).contains(&at[2]) {
        return 0.0;
    }
    let [channels, height, width] = shape.map(|side| side as isize);
    let [channel, row, column] = at.map(|place| place as isize);
    let column = if view.mirrored {
        width - 1 - column
    } else {
        column
    };
    let (row, column) = (row + view.down, column + view.right);
    if !(0..height).contains(&row) || !(0..width).contains(&column) {
        return 0.0;
    }
    let plane = view.image as isize * channels + channel;
    f32::from(pixels[((plane * height + row) * width + column) as usize])
}

/// The batch by its formulas, with the channels last.
fn by_hand(pixels: &[u8], shape: [usize; 3], batch: &[MixedImage]) -> Vec<f32> {
    let [channels, height, width] = shape;
    let PixelConstants { scale, shift } = constants(channels);
    let mut values = vec![];
    for MixedImage { own, mixture } in batch {
        for row in 0..height {
            for column in 0..width {
                for channel in 0..channels {
                    let value = |view| seen(pixels, shape, view, [channel, row, column]);
                    let mixed = match mixture {
                        Mixture::Unmixed => value(*own),
                        Mixture::Weighted { partner, weight } => {
                            value(*own) * weight + value(*partner) * (1.0 - weight)
                        }
                        Mixture::Pasted {
                            partner,
                            rows,
                            columns,
                        } => {
                            let inside = rows.contains(&row) && columns.contains(&column);
                            value(if inside { *partner } else { *own })
                        }
                        Mixture::Shrunk {
                            partner,
                            rows,
                            columns,
                        } if rows.contains(&row) && columns.contains(&column) => {
                            let nearest = |place: usize, range: &Range<usize>, side: usize| {
                                let share = (place - range.start) as f64 / range.len() as f64;
                                (share * side as f64 + 1e-9).floor() as usize
                            };
                            let at = [
                                channel,
                                nearest(row, rows, height),
                                nearest(column, columns, width),
                            ];
                            seen(pixels, shape, *partner, at)
                        }
                        Mixture::Shrunk { .. } => value(*own),
                    };
                    values.push(mixed * scale[channel] + shift[channel]);
                }
            }
        }
    }
    values
}

fn any_view() -> impl Strategy<Value = ViewedImage> {
    // Also windows in which nothing of the image is left.
    let shift = || prop_oneof![Just(0_isize), -12_isize..=12];
    let view = (0..STORED, any::<bool>(), shift(), shift(), any_hole());
    view.prop_map(|(image, mirrored, down, right, hole)| ViewedImage {
        image,
        mirrored,
        down,
        right,
        hole,
    })
}

fn any_hole() -> impl Strategy<Value = Hole> {
    let hole = (any_range(), any_range()).prop_map(|(rows, columns)| Hole {
        top: rows.start,
        bottom: rows.end,
        left: columns.start,
        right: columns.end,
    });
    prop_oneof![Just(Hole::EMPTY), hole]
}

fn any_range() -> impl Strategy<Value = Range<usize>> {
    (0_usize..12, 0_usize..12).prop_map(|(start, end)| start..end)
}

fn any_mixture() -> impl Strategy<Value = Mixture> {
    let weight = prop_oneof![Just(0.0), Just(1.0), 0.0_f32..=1.0];
    prop_oneof![
        Just(Mixture::Unmixed),
        (any_view(), weight).prop_map(|(partner, weight)| Mixture::Weighted { partner, weight }),
        (any_view(), any_range(), any_range()).prop_map(|(partner, rows, columns)| {
            Mixture::Pasted {
                partner,
                rows,
                columns,
            }
        }),
        (any_view(), any_range(), any_range()).prop_map(|(partner, rows, columns)| {
            Mixture::Shrunk {
                partner,
                rows,
                columns,
            }
        }),
    ]
}

fn any_batch() -> impl Strategy<Value = Vec<MixedImage>> {
    let image = (any_view(), any_mixture()).prop_map(|(own, mixture)| MixedImage { own, mixture });
    prop::collection::vec(image, 0..18)
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

fn computed(instructions: Instructions, shape: [usize; 3], batch: &[MixedImage]) -> Vec<u32> {
    let pixels = stored(shape);
    let images = StoredImages {
        pixels: &pixels,
        shape,
    };
    bits(&mix_images(
        instructions,
        images,
        batch,
        &constants(shape[0]),
    ))
}

proptest! {
    #[test]
    fn every_set_of_instructions_gives_the_bits_of_the_formula(
        batch in any_batch(),
        shape in [1_usize..5, 1_usize..10, 1_usize..40],
    ) {
        let expected = bits(&by_hand(&stored(shape), shape, &batch));
        for instructions in Instructions::available() {
            let found = computed(instructions, shape, &batch);
            prop_assert_eq!(&found, &expected, "{}", instructions);
        }
    }
}

/// Images of which a group holds one, several and all.
#[test]
fn any_number_of_threads_gives_the_same_bits() {
    for shape in [[3, 90, 70], [3, 32, 32], [1, 5, 7]] {
        let image = |index: usize| MixedImage {
            own: ViewedImage::unchanged(index % STORED),
            mixture: Mixture::Weighted {
                partner: ViewedImage::unchanged(index * 3 % STORED),
                weight: index as f32 / 17.0,
            },
        };
        let batch: Vec<MixedImage> = (0..17).map(image).collect();
        let expected = bits(&by_hand(&stored(shape), shape, &batch));
        for threads in [1, 2, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let found = pool
                .unwrap()
                .install(|| computed(Instructions::Scalar, shape, &batch));
            assert_eq!(found, expected, "{threads} threads");
        }
    }
}

#[test]
fn a_partner_of_no_weight_is_not_read() {
    let alone = MixedImage {
        own: ViewedImage::unchanged(1),
        mixture: Mixture::Unmixed,
    };
    let with_nobody = MixedImage {
        mixture: Mixture::Weighted {
            partner: ViewedImage::unchanged(STORED),
            weight: 1.0,
        },
        ..alone.clone()
    };
    let [alone, with_nobody] =
        [alone, with_nobody].map(|image| computed(Instructions::Scalar, [3, 4, 5], &[image]));
    assert_eq!(with_nobody, alone);
}

#[test]
#[should_panic(expected = "out of range")]
fn an_image_that_is_not_stored_is_refused() {
    let missing = MixedImage {
        own: ViewedImage::unchanged(STORED),
        mixture: Mixture::Unmixed,
    };
    computed(Instructions::Scalar, [3, 4, 5], &[missing]);
}

#[test]
#[should_panic(expected = "constants of the channels")]
fn every_channel_needs_its_constants() {
    let shape = [3, 4, 5];
    let pixels = stored(shape);
    let images = StoredImages {
        pixels: &pixels,
        shape,
    };
    mix_images(Instructions::Scalar, images, &[], &constants(2));
}
