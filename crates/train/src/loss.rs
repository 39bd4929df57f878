//! The article's loss.

use burn::tensor::Tensor;
use burn::tensor::activation::sigmoid;

use crate::experiment::Loss;

impl Loss {
    /// Mean binary cross-entropy over all outputs of the batch.
    ///
    /// # Formula
    /// p = sigmoid(logits); −mean(y log(p + ε) + (1 − y) log(1 − p + ε)).
    ///
    /// # Shapes
    /// `logits` and `targets` f32 `[batch, classes]`; the result `[1]`.
    pub fn forward(&self, logits: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
        self.terms(logits, targets).mean().neg()
    }

    /// The same, where a row counts as its weight says, f32 `[batch, 1]`; the weights' mean is 1.
    pub fn forward_weighted(
        &self,
        logits: Tensor<2>,
        targets: Tensor<2>,
        weights: Tensor<2>,
    ) -> Tensor<1> {
        (self.terms(logits, targets) * weights).mean().neg()
    }

    /// y log(p + ε) + (1 − y) log(1 − p + ε) of each output.
    fn terms(&self, logits: Tensor<2>, targets: Tensor<2>) -> Tensor<2> {
        let p = sigmoid(logits);
        let absent = targets.clone().neg() + 1.0;
        let log_absent = (p.clone().neg() + 1.0 + self.epsilon).log();
        let log_present = (p + self.epsilon).log();
        targets * log_present + absent * log_absent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    /// The formula in f64.
    fn by_hand(logits: &[[f32; 3]; 2], targets: &[[f32; 3]; 2]) -> f64 {
        let pairs = logits.as_flattened().iter().zip(targets.as_flattened());
        let terms = pairs.map(|(&z, &y)| {
            let (z, y) = (f64::from(z), f64::from(y));
            let p = 1.0 / (1.0 + (-z).exp());
            -y * (p + 1e-6).ln() - (1.0 - y) * (1.0 - p + 1e-6).ln()
        });
        terms.sum::<f64>() / 6.0
    }

    fn found(logits: [[f32; 3]; 2], targets: [[f32; 3]; 2]) -> f64 {
        let device = &Device::flex();
        let (logits, targets) = (
            Tensor::from_data(logits, device),
            Tensor::from_data(targets, device),
        );
        let loss = Loss::ARTICLE.forward(logits, targets);
        f64::from(loss.into_scalar::<f32>())
    }

    const TARGETS: [[f32; 3]; 2] = [[0.7, 0.3, 0.0], [1.0, 0.0, 0.5]];

    #[test]
    fn it_is_the_formula() {
        let logits = [[0.3, -2.0, 1.0], [-1.0, 1.5, 0.0]];
        let expected = by_hand(&logits, &TARGETS);
        assert!((found(logits, TARGETS) - expected).abs() < 1e-6);
    }

    #[test]
    fn it_stays_finite_where_the_sigmoid_saturates() {
        let logits = [[0.3, -2.0, 40.0], [-40.0, 1.5, 0.0]];
        let expected = by_hand(&logits, &TARGETS);
        // f32 rounds 1 − p + ε, which is ε here, to a part in ten.
        assert!((found(logits, TARGETS) / expected - 1.0).abs() < 1e-2);
    }
}
