//! The random streams of the project. Every random number comes from one of them.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// What a stream of random numbers is for.
///
/// Each purpose has its own stream, so drawing more for one purpose does not change another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The initial weights of a network.
    Weights,
    /// The order in which an epoch visits the images.
    Order,
    /// Which images are mixed, if that is decided by a probability.
    Selection,
    /// The partner of each mixed image, from the whole set.
    Partner,
    /// The partner of each mixed image, from its batch.
    BatchPartner,
    /// The weight λ of each mixed image.
    Lambda,
    /// The rectangle that CutMix pastes.
    Patch,
    /// Which of several methods mixes an image.
    Method,
    /// The stage whose input a batch is mixed at.
    Stage,
    /// Which images are mirrored.
    Flip,
    /// Which window of a padded image is used.
    Crop,
    /// The rectangle that is erased from an image.
    Erasing,
    /// How the colours and the geometry of an image are changed.
    Retouch,
    /// Which images an epoch visits, if all classes count alike.
    Balance,
    /// Which training labels are replaced, and by which classes.
    Corruption,
    /// The starting point of an iterated attack.
    Attack,
    /// Which training images are held out for validation.
    Validation,
    /// Which images become the test part of a set that has none.
    TestSplit,
    /// Which training images a finished network is evaluated on, in addition to the test images.
    TrainingSample,
    /// Which test images are attacked.
    AttackedSample,
    /// The images of the built-in set.
    Synthetic,
    /// The clouds of the built-in set of shapes.
    SyntheticShapes,
    /// How a point cloud is turned, moved and scaled.
    CloudLook,
    /// Which points of two clouds are mixed, if that is left to chance.
    PointPartner,
    /// How the point clouds of a test are damaged.
    CloudDamage,
    /// Which points stand for a mesh or for a larger cloud.
    CloudPoints,
}

impl Purpose {
    fn tag(self) -> &'static [u8; 8] {
        match self {
            Self::Weights => b"weights ",
            Self::Order => b"order   ",
            Self::Selection => b"select  ",
            Self::Partner => b"partner ",
            Self::BatchPartner => b"permute ",
            Self::Lambda => b"lambda  ",
            Self::Patch => b"patch   ",
            Self::Method => b"method  ",
            Self::Stage => b"place   ",
            Self::Flip => b"flip    ",
            Self::Crop => b"crop    ",
            Self::Erasing => b"erase   ",
            Self::Retouch => b"retouch ",
            Self::Balance => b"balance ",
            Self::Corruption => b"corrupt ",
            Self::Attack => b"attack  ",
            Self::Validation => b"validate",
            Self::TestSplit => b"testpart",
            Self::TrainingSample => b"sample  ",
            Self::AttackedSample => b"attacked",
            Self::Synthetic => b"images  ",
            Self::SyntheticShapes => b"shapes  ",
            Self::CloudLook => b"cloud   ",
            Self::PointPartner => b"pairing ",
            Self::CloudDamage => b"damage  ",
            Self::CloudPoints => b"points  ",
        }
    }
}

/// The random numbers of one purpose in one epoch.
///
/// ChaCha with 8 rounds. Its 256-bit key consists of the seed, the purpose, the epoch and a constant, so
/// the stream is the same on every machine.
pub fn stream(seed: u64, purpose: Purpose, epoch: u64) -> ChaCha8Rng {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(purpose.tag());
    key[16..24].copy_from_slice(&epoch.to_le_bytes());
    key[24..].copy_from_slice(b"mixup v1");
    ChaCha8Rng::from_seed(key)
}

/// The random numbers of one purpose in one epoch that are reserved for the image at `index`, of which at most
/// `numbers` are drawn: that many f32 or integers of 32 bits.
///
/// Up to 32,768 numbers, the stream of an image does not depend on how many there are.
pub fn image_stream(
    seed: u64,
    purpose: Purpose,
    epoch: u64,
    index: usize,
    numbers: usize,
) -> ChaCha8Rng {
    let mut stream = stream(seed, purpose, epoch);
    // A number of a range may take several words, though it hardly ever does.
    let blocks = (2 * numbers as u128).div_ceil(WORDS_PER_IMAGE).max(1);
    stream.set_word_pos(index as u128 * blocks * WORDS_PER_IMAGE);
    stream
}

/// The number of random words set aside for one image, or a multiple of it for large images. A draw that took
/// more of them would share numbers with the next image.
const WORDS_PER_IMAGE: u128 = 1 << 16;

/// Moves `stream` to the words of image `index`. What is drawn there does not depend on earlier draws.
pub(crate) fn seek(stream: &mut ChaCha8Rng, index: usize) {
    stream.set_word_pos(index as u128 * WORDS_PER_IMAGE);
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{Rng, RngExt};

    #[test]
    fn seed_purpose_and_epoch_each_select_another_stream() {
        let first = |seed, purpose, epoch| stream(seed, purpose, epoch).random::<u64>();
        let base = first(1, Purpose::Order, 1);
        assert_eq!(base, first(1, Purpose::Order, 1));
        assert_ne!(base, first(2, Purpose::Order, 1));
        assert_ne!(base, first(1, Purpose::Lambda, 1));
        assert_ne!(base, first(1, Purpose::Order, 2));
    }

    #[test]
    fn the_numbers_of_an_image_do_not_depend_on_earlier_draws() {
        let mut fresh = stream(7, Purpose::Lambda, 3);
        seek(&mut fresh, 41);
        let expected: u64 = fresh.random();
        let mut used = stream(7, Purpose::Lambda, 3);
        let _: [u64; 9] = used.random();
        seek(&mut used, 41);
        assert_eq!(used.random::<u64>(), expected);
    }

    const PURPOSES: [Purpose; 26] = [
        Purpose::Weights,
        Purpose::Order,
        Purpose::Selection,
        Purpose::Partner,
        Purpose::BatchPartner,
        Purpose::Lambda,
        Purpose::Patch,
        Purpose::Method,
        Purpose::Stage,
        Purpose::Flip,
        Purpose::Crop,
        Purpose::Erasing,
        Purpose::Retouch,
        Purpose::Balance,
        Purpose::Corruption,
        Purpose::Attack,
        Purpose::Validation,
        Purpose::TestSplit,
        Purpose::TrainingSample,
        Purpose::AttackedSample,
        Purpose::Synthetic,
        Purpose::SyntheticShapes,
        Purpose::CloudLook,
        Purpose::PointPartner,
        Purpose::CloudDamage,
        Purpose::CloudPoints,
    ];

    #[test]
    fn no_two_purposes_share_their_first_number() {
        let first = |purpose| stream(1, purpose, 1).random::<u64>();
        let mut numbers = PURPOSES.map(first);
        numbers.sort_unstable();
        assert!(numbers.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn the_numbers_of_an_image_end_where_those_of_the_next_begin() {
        let mut numbers = image_stream(1, Purpose::Attack, 0, 4, 3072);
        for _ in 0..WORDS_PER_IMAGE {
            numbers.next_u32();
        }
        let mut next = image_stream(1, Purpose::Attack, 0, 5, 3072);
        assert_eq!(numbers.get_word_pos(), next.get_word_pos());
        assert_eq!(numbers.next_u64(), next.next_u64());
    }

    /// 3 x 224 x 224 values are more than the words that are set aside for a small image.
    #[test]
    fn the_numbers_of_a_large_image_are_its_own() {
        let numbers = 3 * 224 * 224;
        let stream = |index| image_stream(1, Purpose::Attack, 0, index, numbers);
        let room = stream(5).get_word_pos() - stream(4).get_word_pos();
        assert!(room >= numbers as u128, "{room}");
        assert_eq!(stream(0).get_word_pos(), 0);
    }

    #[test]
    fn the_stream_of_image_zero_is_the_start_of_the_whole_stream() {
        let mut whole = stream(9, Purpose::Attack, 2);
        let mut image = image_stream(9, Purpose::Attack, 2, 0, 3072);
        assert_eq!(whole.next_u64(), image.next_u64());
    }
}
