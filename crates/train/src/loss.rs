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
        let p = sigmoid(logits);
        let absent = targets.clone().neg() + 1.0;
        let log_absent = (p.clone().neg() + 1.0 + self.epsilon).log();
        let log_present = (p + self.epsilon).log();
        (targets * log_present + absent * log_absent).mean().neg()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    #[test]
    fn it_is_the_formula_also_where_the_sigmoid_saturates() {
        let logits = [[0.3_f32, -2.0, 40.0], [-40.0, 1.5, 0.0]];
        let targets = [[0.7_f32, 0.3, 0.0], [1.0, 0.0, 0.5]];
        let mut expected = 0.0;
        for (z, y) in logits.concat().into_iter().zip(targets.concat()) {
            let (z, y) = (f64::from(z), f64::from(y));
            let p = 1.0 / (1.0 + (-z).exp());
            expected -= y * (p + 1e-6).ln() + (1.0 - y) * (1.0 - p + 1e-6).ln();
        }
        expected /= 6.0;
        let device = &Device::flex();
        let loss = Loss { epsilon: 1e-6 };
        let found = loss.forward(
            Tensor::from_data(logits, device),
            Tensor::from_data(targets, device),
        );
        let found = found.into_scalar::<f32>();
        // f32 rounds 1 − p + ε: at ε = 1e-6 the largest term keeps about one digit in a hundred.
        assert!(
            (f64::from(found) / expected - 1.0).abs() < 1e-2,
            "{found} {expected}"
        );
        assert!(found.is_finite());
    }
}
