#!/usr/bin/env python3
"""Forward pass, loss, gradients and running statistics of the networks, as PyTorch computes them.

    python3 tests/parity/networks.py [OUT]

Rebuilding a case (u is in formula.py, k a row-major flat index, all in f64 and rounded to f32):
    parameter t   t counts `trainable` in order; stream 1000 + t
                  weights and biases of convolutions and linear layers: (2 u - 1) / sqrt(fan_in), where fan_in is
                  the product of the weight's shape after the first axis, for a bias that of its own layer's weight
                  norm weight: 0.5 + u;  norm bias: u - 0.5
    running stats mean 0, variance 1 (momentum 0.1, eps 1e-5)
    images        2 (2 u - 1), stream 900, [batch, channels, height, width]; nothing is left to normalise
    targets       0.7 onehot(floor(10 u(i, 901))) + 0.3 onehot(floor(10 u(i, 902)))
    loss          mean over the rows of -sum(target * log_softmax(logits))
The networks are those of assets/mixup_torch.py, but ResNet-18 and ResNet-50 are torchvision's own. Their small cases
have other widths in torchvision's own blocks.
`large` has the evaluation-mode logits of the published widths for images of other sizes.
Order: one training-mode forward and backward; the running statistics it left; evaluation-mode logits with those.
A gradient is given by its norm, its first values, and `dot`, its product with 2 u - 1 of stream 903, which a wrong
order or a wrong place changes.

The figures are computed in f64 from the f32 inputs, so they depend on no kernel. `f32_gap` says how far PyTorch's own
f32 run is from them: logits, the largest gap; gradients, the largest relative gap of a norm, and the largest gap of a
value or `dot` divided by the gradient's norm. A gradient jumps where rounding turns the sign of a ReLU's input:
`relu_margin` is the smallest such input over the mean f32 gap there, the smallest of all ReLUs. The batch sizes were
chosen so that it stays well above 1 (resnet20 at batch 6 has 0.7, at full width and batch 2 a unit that turns).
"""

import sys
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from torchvision.models import resnet

from formula import classes, nine, u, write

ASSETS = str(Path(__file__).parents[2] / "assets")
seen = []  # What went into each ReLU of the run, in order.


def relu(x):
    seen.append(x.detach().double())
    return F.relu(x)


CIFAR10 = (3, 32, 32)


def own(name, widths, hidden, size):
    """A network that torchvision does not have: that of assets/mixup_torch.py, which notes what goes into each ReLU."""
    if ASSETS not in sys.path:
        sys.path.append(ASSETS)
    import mixup_torch

    mixup_torch.relu = relu
    return mixup_torch.build(name, widths, 10, hidden, size)


class Recorded(nn.ReLU):
    """A ReLU of torchvision's that notes its input. Its own works in place."""

    def forward(self, x):
        return relu(x)


def large_resnet(widths, block, counts, size):
    """torchvision's network, with these widths in its blocks. torchvision itself has only the published ones."""
    network = resnet.ResNet(block, [0, 0, 0, 0], num_classes=10)
    network.inplanes = widths[0]
    network.conv1 = nn.Conv2d(size[0], widths[0], 7, 2, 3, bias=False)
    network.bn1 = nn.BatchNorm2d(widths[0])
    for number, (width, count) in enumerate(zip(widths, counts)):
        # The factory of torchvision makes bottlenecks of `width_per_group` channels for each 64 of their own.
        layer = network._make_layer(block, width, count, 1 if number == 0 else 2)
        setattr(network, f"layer{number + 1}", layer)
    network.fc = nn.Linear(widths[3] * block.expansion, 10)
    for module in list(network.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.ReLU):
                setattr(module, name, Recorded())
    return network


# Builder, full count of parameters, full (widths, hidden, batch; 0: no full case), small (widths, hidden, batch, shape),
# batches of the small network for images of other shapes.
NETWORKS = {
    "cnn": (lambda w, h, s: own("cnn", w, h, s), 1_082_186, ([64, 128], 256, 0), ([8, 12], 16, 6), {(1, 28, 28): 6, (3, 20, 29): 6}),
    "cnn-bn": (lambda w, h, s: own("cnn-bn", w, h, s), 1_082_570, ([64, 128], 256, 2), ([8, 12], 16, 6), {(1, 28, 28): 6, (3, 20, 29): 6}),
    "resnet20": (lambda w, h, s: own("resnet20", w, h, s), 269_722, ([16, 32, 64], None, 3), ([4, 8, 12], None, 5), {(1, 28, 28): 5, (3, 25, 38): 5}),
    "preact-resnet18": (
        lambda w, h, s: own("preact-resnet18", w, h, s),
        11_171_274,
        ([64, 128, 256, 512], None, 2),
        ([4, 6, 8, 12], None, 6),
        {(1, 28, 28): 6, (3, 25, 38): 6},
    ),
    "resnet18": (
        lambda w, _, s: large_resnet(w, resnet.BasicBlock, [2, 2, 2, 2], s),
        11_181_642,
        ([64, 128, 256, 512], None, 0),
        ([4, 6, 8, 12], None, 6),
        {(1, 28, 28): 6, (3, 70, 45): 4},
    ),
    "resnet50": (
        lambda w, _, s: large_resnet(w, resnet.Bottleneck, [3, 4, 6, 3], s),
        23_528_522,
        ([64, 128, 256, 512], None, 0),
        ([4, 6, 8, 12], None, 6),
        {(1, 28, 28): 4, (3, 70, 45): 3},
    ),
    # Clouds of points: their shape is (3, points, 1).
    "pointnet": (
        lambda w, h, s: own("pointnet", w, h, s),
        803_338,
        ([64, 128, 1024], 512, 8),
        ([6, 8, 12], 10, 6),
        {(3, 50, 1): 6},
    ),
    "pointnet-t": (
        lambda w, h, s: own("pointnet-t", w, h, s),
        3_463_763,
        ([64, 128, 1024], 512, 0),
        ([6, 8, 12], 10, 8, (3, 50, 1)),
        {(3, 40, 1): 8},
    ),
}
LARGE = {"resnet18": resnet.resnet18, "resnet50": resnet.resnet50}


@torch.no_grad()
def fill(network):
    modules = dict(network.named_modules())
    for t, (name, parameter) in enumerate(network.named_parameters()):
        layer, part = name.rsplit(".", 1)
        value = u(parameter.shape, 1000 + t)
        if isinstance(modules[layer], (nn.BatchNorm1d, nn.BatchNorm2d)):
            value = 0.5 + value if part == "weight" else value - 0.5
        else:
            value = (2 * value - 1) / modules[layer].weight[0].numel() ** 0.5
        parameter.copy_(value.float())


def run(network, size, batch, precision):
    fill(network)
    seen.clear()
    network.to(precision).train()
    images = (2 * (2 * u((batch, *size), 900) - 1)).float().to(precision).requires_grad_()
    eye = torch.eye(10, dtype=torch.float64)
    targets = (0.7 * eye[classes(batch, 901)] + 0.3 * eye[classes(batch, 902)]).to(precision)
    logits = network(images)
    loss = -(targets * logits.log_softmax(1)).sum(1).mean()
    loss.backward()
    gradients = {name: parameter.grad.double() for name, parameter in network.named_parameters()}
    gradients["input"] = images.grad.double()
    gradients = {name: (value, (value * (2 * u(value.shape, 903) - 1)).sum()) for name, value in gradients.items()}
    inputs = list(seen)
    norms = [(name, m) for name, m in network.named_modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d))]
    statistics = {name: (m.running_mean.clone(), m.running_var.clone()) for name, m in norms[:1] + norms[-1:]}
    network.eval()
    with torch.no_grad():
        evaluation = network(images)
    return logits.detach().double(), loss.item(), gradients, statistics, evaluation.double(), inputs


def case(build, widths, hidden, batch, brief, size=CIFAR10):
    logits, loss, gradients, statistics, evaluation, inputs = run(build(widths, hidden, size), size, batch, torch.float64)
    f32 = run(build(widths, hidden, size), size, batch, torch.float32)
    # A normalisation subtracts the bias before it, whose gradient is then nothing but rounding.
    vanished = [name for name, (value, _) in gradients.items() if value.norm() < 1e-12]
    assert all(name.startswith(("feat.", "fc")) and name.endswith(".bias") for name in vanished), vanished
    gradients = {name: value for name, value in gradients.items() if name not in vanished}
    norm = {name: value.norm().item() for name, (value, _) in gradients.items()}
    assert min(norm.values()) > 1e-4, "a vanished gradient compares nothing"
    margin = min((a.abs().min() / (a - b).abs().mean()).item() for a, b in zip(inputs, f32[5]))
    assert margin > 4, f"a ReLU may turn: {margin}"

    def largest(gap):
        return max(gap(*gradients[name], *f32[2][name], norm[name]) for name in norm)

    gap = {
        "logits": (f32[0] - logits).abs().max().item(),
        "gradient_l2": largest(lambda value, dot, value32, dot32, l2: abs(value32.norm().item() / l2 - 1)),
        "gradient_values": largest(lambda value, dot, value32, dot32, l2: (value32 - value).abs().max().item() / l2),
        "gradient_dot": largest(lambda value, dot, value32, dot32, l2: abs(dot32 - dot).item() / l2),
        "evaluation_logits": (f32[4] - evaluation).abs().max().item(),
    }
    found = {"widths": widths, "hidden": hidden, "classes": 10, "batch": batch}
    if vanished:
        found["vanished"] = vanished
    if size != CIFAR10:
        found["input"] = list(size)
    found["labels"], found["second_labels"] = classes(batch, 901).tolist(), classes(batch, 902).tolist()
    found |= {"logits": nine(logits), "loss": nine(loss)}
    if brief:
        found["input_gradient_l2"] = nine(norm.pop("input"))
        found["gradient_l2"] = {name: nine(value) for name, value in norm.items()}
        gap = {name: gap[name] for name in ("logits", "gradient_l2")}
    else:
        about = {}
        for name, (value, dot) in gradients.items():
            first = value.flatten()[: 8 if name == "input" else 4]
            about[name] = {"l2": nine(norm[name]), "dot": nine(dot), "first": nine(first)}
        found["input_gradient"] = about.pop("input")
        found["gradients"] = about
        found["running"] = {
            name: {"mean": nine(mean[:4]), "var": nine(var[:4])} for name, (mean, var) in statistics.items()
        }
        found["evaluation_logits"] = nine(evaluation)
    found["f32_gap"] = {name: float(f"{value:.2g}") for name, value in gap.items()}
    found["relu_margin"] = float(f"{margin:.2g}")
    return found


def state(network):
    entries = network.state_dict().items()
    return [[name, list(value.shape)] for name, value in entries if not name.endswith("num_batches_tracked")]


@torch.no_grad()
def large(name, side):
    """torchvision's network itself: names and order of its weights, and the logits of two images."""
    network = LARGE[name](num_classes=10)
    assert state(network) == state(NETWORKS[name][0](NETWORKS[name][2][0], None, CIFAR10))
    fill(network)
    network.double().eval()
    images = (2 * (2 * u((2, 3, side, side), 900) - 1)).float().double()
    return {"side": side, "logits": nine(network(images))}


def describe(name, build, count, full, small, shapes):
    network, reduced = build(*full[:2], CIFAR10), build(*small[:2], CIFAR10)
    trainable = [key for key, _ in network.named_parameters()]
    assert sum(parameter.numel() for parameter in network.parameters()) == count, name
    assert trainable == [key for key, _ in reduced.named_parameters()]
    return {
        "parameters": count,
        "widths": full[0],
        "hidden": full[1],
        "trainable": trainable,
        "state": state(network),
        "small": {"state": state(reduced)} | case(build, *small[:3], False, *small[3:]),
        "shapes": [case(build, *small[:2], batch, False, size) for size, batch in shapes.items()],
        "full": case(build, *full, True) if full[2] else None,
        "large": [large(name, side) for side in (64, 224)] if name in LARGE else [],
    }


def figures():
    return {"networks": {name: describe(name, *parts) for name, parts in NETWORKS.items()}}


if __name__ == "__main__":
    write(__file__, figures)
