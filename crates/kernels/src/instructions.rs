//! Which of the CPU's vector instructions the kernels use, decided at run time.

use std::fmt;

use pulp::{Scalar, Simd, WithSimd};

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
    /// Two vectors of AVX2 as one: the results of [`Self::Avx512`] bit for bit, slowly. For tests.
    EmulatedAvx512,
    /// Half a vector of AVX2: the results of [`Self::Neon`] bit for bit. For tests.
    EmulatedNeon,
}

impl Instructions {
    /// All that are worth using, the widest first.
    pub const ALL: [Self; 4] = [Self::Avx512, Self::Avx2, Self::Neon, Self::Scalar];
    /// Those that only compute what others would.
    pub const EMULATED: [Self; 2] = [Self::EmulatedAvx512, Self::EmulatedNeon];

    /// Those of [`Self::ALL`] that this CPU has, the widest first; [`Self::Scalar`] is always there.
    pub fn available() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|set| set.is_available())
    }

    /// Whether this CPU has them.
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

    /// How many f32 one vector holds.
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
    /// Where the CPU does not have them.
    #[inline]
    pub(crate) fn run<K: Kernel>(self, kernel: K) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => on(
                pulp::x86::V4::try_new().map(|simd| (simd, Vectorised(kernel))),
                self,
            ),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => on(
                pulp::x86::V3::try_new().map(|simd| (simd, Vectorised(kernel))),
                self,
            ),
            #[cfg(target_arch = "x86_64")]
            Self::EmulatedAvx512 => {
                let avx2 = pulp::x86::V3::try_new();
                let emulated = avx2.map(|avx2| Emulated(kernel, pulp::x86::V3_512b(avx2)));
                on(avx2.zip(emulated), self);
            }
            #[cfg(target_arch = "x86_64")]
            Self::EmulatedNeon => {
                let avx2 = pulp::x86::V3::try_new();
                let emulated = avx2.map(|avx2| Emulated(kernel, pulp::x86::V3_128b(avx2)));
                on(avx2.zip(emulated), self);
            }
            #[cfg(target_arch = "aarch64")]
            Self::Neon => on(
                pulp::aarch64::Neon::try_new().map(|simd| (simd, Vectorised(kernel))),
                self,
            ),
            Self::Scalar => Scalar::new().vectorize(Vectorised(kernel)),
            _ => on(None::<(Scalar, Vectorised<K>)>, self),
        }
    }
}

/// # Panics
/// Where the CPU does not have the instructions.
#[inline]
fn on<S: Simd>(found: Option<(S, impl WithSimd<Output = ()>)>, instructions: Instructions) {
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
/// What it calls must be `#[inline(always)]`: a function of its own would be compiled for the
/// oldest CPU.
pub(crate) trait Kernel {
    /// Computes it.
    fn run<S: Simd>(self, simd: S);
}

struct Vectorised<K>(K);

impl<K: Kernel> WithSimd for Vectorised<K> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        self.0.run(simd);
    }
}

/// A kernel with other vectors than those of the instructions that it is compiled for.
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

/// A slice of whole vectors.
///
/// # Panics
/// Where its length is not a multiple of the lanes.
#[inline(always)]
pub(crate) fn vectors<S: Simd>(values: &[f32]) -> &[S::f32s] {
    let (vectors, rest) = S::as_simd_f32s(values);
    assert!(rest.is_empty(), "whole vectors");
    vectors
}

/// The same, to be written to.
///
/// # Panics
/// Where its length is not a multiple of the lanes.
#[inline(always)]
pub(crate) fn vectors_mut<S: Simd>(values: &mut [f32]) -> &mut [S::f32s] {
    let (vectors, rest) = S::as_mut_simd_f32s(values);
    assert!(rest.is_empty(), "whole vectors");
    vectors
}
