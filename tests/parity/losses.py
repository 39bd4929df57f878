#!/usr/bin/env python3
"""Values and gradients of the losses, as PyTorch computes them.

    python3 tests/parity/losses.py [OUT]

Logits and targets stand in the file, [5, 10], exact in f32; they are made of u (in formula.py). `logits` are
6 (2 u - 1) of stream 3000. `extreme` is 40 where u of stream 3001 is at least 0.5 and -40 elsewhere, but its row 0 has
a single 40. Targets: rows 0 to 2 mix two classes, row 3 is spread over all classes, and row 4 is as printed in the
article: 0.4 at two classes, so it sums to 0.8.

    bce-sigmoid     -mean(y log(p + 1e-6) + (1 - y) log(1 - p + 1e-6)), p = sigmoid(logit), mean over all 50 outputs
    bce-logits      binary_cross_entropy_with_logits, mean over all 50 outputs
    cross-entropy   mean over the rows of -sum(y log_softmax(logits)); the rows' sums are not made 1

`class_weights` has the last two with 3 u of stream 3006 as PyTorch's `weight` (with soft targets) and `pos_weight`.
Each has its value and its gradient by the logits, in f32 and in f64 (of the same f32 inputs). `smoothing` compares
CrossEntropyLoss(label_smoothing=s) on hard labels with `cross-entropy` on (1 - s) onehot + s / 10.
"""

import torch
import torch.nn.functional as F

from formula import classes, nine, u, write

ROWS, CLASSES, SMOOTHING = 5, 10, 0.1


def bce_sigmoid(logits, y):
    p = logits.sigmoid()
    return -(y * (p + 1e-6).log() + (1 - y) * (1 - p + 1e-6).log()).mean()


def cross_entropy(logits, y):
    return -(y * logits.log_softmax(1)).sum(1).mean()


LOSSES = {
    "bce-sigmoid": bce_sigmoid,
    "bce-logits": F.binary_cross_entropy_with_logits,
    "cross-entropy": cross_entropy,
}


def targets():
    eye = torch.eye(CLASSES, dtype=torch.float64)
    first, second = classes(ROWS, 3002), (classes(ROWS, 3002) + 1 + classes(ROWS, 3003, CLASSES - 1)) % CLASSES
    share = torch.tensor([0.2, 0.45, 0.7, 0.0, 0.4], dtype=torch.float64)[:, None]
    y = share * eye[first] + (1 - share) * eye[second]
    spread = u((CLASSES,), 3004)
    y[3] = spread / spread.sum()
    y[4] = 0.4 * (eye[first[4]] + eye[second[4]])
    return y.float()


def both(loss, logits, y):
    found = {}
    for name, precision in (("f32", torch.float32), ("f64", torch.float64)):
        x = logits.to(precision).clone().requires_grad_()
        value = loss(x, y.to(precision) if y.is_floating_point() else y)
        value.backward()
        assert x.grad.isfinite().all()
        digits = nine if name == "f32" else lambda found: found
        found[name] = {"value": digits(value.item()), "gradient": digits(x.grad.tolist())}
    return found


def figures():
    logits = (6 * (2 * u((ROWS, CLASSES), 3000) - 1)).float()
    extreme = torch.where(u((ROWS, CLASSES), 3001) < 0.5, -40.0, 40.0)
    extreme[0] = -40.0
    extreme[0, 3] = 40.0
    y = targets()
    labels = classes(ROWS, 3005)
    weights = (3 * u((CLASSES,), 3006)).float()
    smoothed = (1 - SMOOTHING) * F.one_hot(labels, CLASSES).double() + SMOOTHING / CLASSES
    return {
        "logits": nine(logits),
        "extreme": nine(extreme),
        "targets": nine(y),
        "losses": {name: both(loss, logits, y) for name, loss in LOSSES.items()},
        "extreme_losses": {name: both(loss, extreme, y) for name, loss in LOSSES.items() if name != "bce-sigmoid"},
        "class_weights": {
            "weights": nine(weights),
            "cross-entropy": both(lambda x, y: F.cross_entropy(x, y, weight=weights.to(x.dtype)), logits, y),
            "bce-logits": both(
                lambda x, y: F.binary_cross_entropy_with_logits(x, y, pos_weight=weights.to(x.dtype)), logits, y
            ),
        },
        "smoothing": {
            "s": SMOOTHING,
            "labels": labels.tolist(),
            "pytorch": both(lambda x, y: F.cross_entropy(x, y, label_smoothing=SMOOTHING), logits, labels),
            "smoothed_targets": both(cross_entropy, logits, smoothed),
        },
    }


if __name__ == "__main__":
    write(__file__, figures)
