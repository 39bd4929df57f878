//! The CPU's vector instructions, chosen at run time.

use std::fmt;

use pulp::{Scalar, Simd, WithSimd};

/// Lanes of the widest vector.
pub(crate) const WIDEST_LANES: usize = 16;

/// A set of vector instructions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Instructions {
    /// x86-64-v4: sixteen f32 lanes.
    Avx512,
    /// x86-64-v3, with fused multiply-add: eight f32 lanes.
    Avx2,
    /// AArch64: four f32 lanes.
    Neon,
    /// One f32 at a time, on any CPU.
    Scalar,
    /// Two AVX2 vectors as one, for tests: slow, with the same bits as [`Self::Avx512`].
    EmulatedAvx512,
    /// Half an AVX2 vector, for tests: the same bits as [`Self::Neon`].
    EmulatedNeon,
}

impl Instructions {
    /// All sets that are used in production, the widest first.
    pub const ALL: [Self; 4] = [Self::Avx512, Self::Avx2, Self::Neon, Self::Scalar];
    /// The sets that compute on AVX2 what another set would.
    pub const EMULATED: [Self; 2] = [Self::EmulatedAvx512, Self::EmulatedNeon];

    /// The members of [`Self::ALL`] that this CPU has, the widest first. The last is [`Self::Scalar`].
    pub fn available() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|set| set.is_available())
    }

    /// Whether this CPU has the instructions.
    pub fn is_available(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => pulp::x86::V4::try_new().is_some(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 | Self::EmulatedAvx512 | Self::EmulatedNeon => {
                pulp::x86::V3::try_new().is_some()
            }
            #[cfg(target_arch = "aarch64")]
            Self::Neon => pulp::aarch64::Neon::try_new().is_some(),
            Self::Scalar => true,
            _ => false,
        }
    }

    /// Number of f32 values in a vector.
    pub fn lanes(self) -> usize {
        match self {
            Self::Avx512 | Self::EmulatedAvx512 => 16,
            Self::Avx2 => 8,
            Self::Neon | Self::EmulatedNeon => 4,
            Self::Scalar => 1,
        }
    }

    /// Runs `kernel`, compiled for these instructions.
    ///
    /// # Panics
    /// If the CPU does not have them.
    #[inline]
    pub(crate) fn run<K: Kernel>(self, kernel: K) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => run_if_available(
                pulp::x86::V4::try_new().map(|simd| (simd, Vectorised(kernel))),
                self,
            ),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => run_if_available(
                pulp::x86::V3::try_new().map(|simd| (simd, Vectorised(kernel))),
                self,
            ),
            #[cfg(target_arch = "x86_64")]
            Self::EmulatedAvx512 => {
                let avx2 = pulp::x86::V3::try_new();
                let emulated = avx2.map(|avx2| Emulated(kernel, pulp::x86::V3_512b(avx2)));
                run_if_available(avx2.zip(emulated), self);
            }
            #[cfg(target_arch = "x86_64")]
            Self::EmulatedNeon => {
                let avx2 = pulp::x86::V3::try_new();
                let emulated = avx2.map(|avx2| Emulated(kernel, pulp::x86::V3_128b(avx2)));
                run_if_available(avx2.zip(emulated), self);
            }
            #[cfg(target_arch = "aarch64")]
            Self::Neon => run_if_available(
                pulp::aarch64::Neon::try_new().map(|simd| (simd, Vectorised(kernel))),
                self,
            ),
            Self::Scalar => Scalar::new().vectorize(Vectorised(kernel)),
            _ => run_if_available(None::<(Scalar, Vectorised<K>)>, self),
        }
    }
}

/// Runs a kernel with a token that proves that the CPU has the instructions.
///
/// # Panics
/// If there is no token.
#[inline]
fn run_if_available<S: Simd>(
    found: Option<(S, impl WithSimd<Output = ()>)>,
    instructions: Instructions,
) {
    match found {
        Some((simd, kernel)) => simd.vectorize(kernel),
        None => panic!("this CPU does not have {instructions}"),
    }
}

impl fmt::Display for Instructions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Avx512 => "AVX-512",
            Self::Avx2 => "AVX2",
            Self::Neon => "NEON",
            Self::Scalar => "scalar",
            Self::EmulatedAvx512 => "emulated AVX-512",
            Self::EmulatedNeon => "emulated NEON",
        })
    }
}

/// One thread's share of a computation, written for vectors of any length.
///
/// Every function that it calls must be `#[inline(always)]`. A separate function would be compiled for
/// the oldest supported CPU.
pub(crate) trait Kernel {
    /// Computes the share.
    fn run<S: Simd>(self, simd: S);
}

/// A kernel with the vectors of the instructions that it is compiled for.
struct Vectorised<K>(K);

impl<K: Kernel> WithSimd for Vectorised<K> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        self.0.run(simd);
    }
}

/// A kernel with vectors of another length than the instructions that it is compiled for.
#[cfg(target_arch = "x86_64")]
struct Emulated<K, S>(K, S);

#[cfg(target_arch = "x86_64")]
impl<K: Kernel, E: Simd> WithSimd for Emulated<K, E> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.0.run(self.1);
    }
}

#[cfg(test)]
mod tests;
