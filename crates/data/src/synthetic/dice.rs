//! Random numbers for drawing the built-in images.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::CHANNELS;

/// Red, green and blue, from 0 to 255. Intermediate values may be outside this range.
pub(super) type Colour = [f32; CHANNELS];

/// Random numbers made with integer arithmetic only, so that they do not change with a release of `rand`.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// Draws from the current position of `stream`.
    pub(super) fn new(stream: ChaCha8Rng) -> Self {
        Self(stream)
    }

    /// In `[0, 1)`.
    pub(super) fn unit(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / (1 << 24) as f32
    }

    /// Uniform between the two.
    pub(super) fn between(&mut self, (low, high): (f32, f32)) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Both ends included.
    pub(super) fn count(&mut self, (low, high): (u32, u32)) -> u32 {
        low + (self.unit() * (high - low + 1) as f32) as u32
    }

    /// Cosine and sine of a random angle, from the tangent of half the angle.
    pub(super) fn direction(&mut self) -> (f32, f32) {
        let (cos, sin) = turn(self.between((-1.0, 1.0)));
        match self.count((0, 1)) {
            0 => (cos, sin),
            _ => (-cos, -sin),
        }
    }

    /// A colour of any hue with a saturation in the range.
    pub(super) fn colour(&mut self, least: f32, most: f32) -> Colour {
        let hue = self.between((0.0, 6.0));
        let saturation = self.between((least, most));
        let value = self.between((70.0, 250.0));
        [0.0, 4.0, 2.0].map(|shift| {
            let angle = (hue + shift) % 6.0;
            let share = ((angle - 3.0).abs() - 1.0).clamp(0.0, 1.0);
            value * (1.0 - saturation * (1.0 - share))
        })
    }
}

/// Cosine and sine of an angle, from the tangent of half the angle.
pub(super) fn turn(half: f32) -> (f32, f32) {
    let square = half * half;
    ((1.0 - square) / (1.0 + square), 2.0 * half / (1.0 + square))
}
