//! The result of a convolution, in parts that threads compute by themselves.

use rayon::prelude::*;

use crate::layer::Layer;

/// The result of a forward pass.
#[derive(Clone, Debug)]
pub struct Output {
    /// `[batch, height, width, outputs]`, after the activation.
    pub values: Vec<f32>,
    /// Where each maximum was in its 2x2 window: 0 to 3 by rows, or 4 if the maximum was not above 0.
    /// Has the length of `values` for [`Activation::ReluMaxPool`](crate::Activation::ReluMaxPool) in
    /// [`Mode::Training`](crate::Mode::Training), otherwise empty.
    pub argmax: Vec<f32>,
}

impl Output {
    /// Calls `compute` in parallel for each group of `images` images, with the group's input and its part of
    /// the output.
    pub(crate) fn for_each_group(
        &mut self,
        layer: &Layer<'_>,
        images: usize,
        compute: impl Fn(&[f32], OutputPart<'_>) + Sync + Send,
    ) {
        let inputs = layer
            .input
            .par_chunks(images * layer.shape.input_image_len());
        let image_len = self.values.len() / layer.shape.batch;
        OutputPart::whole(self, layer).for_each_chunk(images * image_len, inputs, compute);
    }
}

/// Some images of an output, and what is added to them.
pub(crate) struct OutputPart<'a> {
    pub(crate) values: &'a mut [f32],
    /// Empty if it is not recorded.
    pub(crate) argmax: &'a mut [f32],
    /// Empty if nothing is added.
    pub(crate) addend: &'a [f32],
}

impl<'a> OutputPart<'a> {
    /// All images.
    pub(crate) fn whole(output: &'a mut Output, layer: &Layer<'a>) -> Self {
        Self {
            values: &mut output.values,
            argmax: &mut output.argmax,
            addend: layer.addend,
        }
    }

    /// Calls `compute` in parallel for each chunk of `len` values, with one of `others`.
    pub(crate) fn for_each_chunk<T>(
        self,
        len: usize,
        others: impl IndexedParallelIterator<Item = T>,
        compute: impl Fn(T, OutputPart<'_>) + Sync + Send,
    ) {
        let addends = self.addend;
        let run = |(index, (other, values)): (usize, (T, &mut [f32])), argmax: &mut [f32]| {
            let addend = if addends.is_empty() {
                addends
            } else {
                &addends[index * len..][..values.len()]
            };
            let part = OutputPart {
                values,
                argmax,
                addend,
            };
            compute(other, part);
        };
        let chunks = others.zip(self.values.par_chunks_mut(len)).enumerate();
        if self.argmax.is_empty() {
            chunks.for_each(|chunk| run(chunk, &mut []));
        } else {
            let chunks = chunks.zip(self.argmax.par_chunks_mut(len));
            chunks.for_each(|(chunk, argmax)| run(chunk, argmax));
        }
    }

    /// The first `len` values, and the others.
    #[inline(always)]
    pub(crate) fn split(self, len: usize) -> (Self, Self) {
        let (values, other_values) = self.values.split_at_mut(len);
        let (argmax, other_argmax) = self.argmax.split_at_mut(len.min(self.argmax.len()));
        let (addend, other_addend) = self.addend.split_at(len.min(self.addend.len()));
        let first = Self {
            values,
            argmax,
            addend,
        };
        let others = Self {
            values: other_values,
            argmax: other_argmax,
            addend: other_addend,
        };
        (first, others)
    }
}

#[cfg(test)]
mod tests;
