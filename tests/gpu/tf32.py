#!/usr/bin/env python3
"""How far TF32 alone moves the losses of twenty steps, emulated with PyTorch on a CPU.

The article's network learns one batch of patterned noise with Adam, once in f32 and once with every factor
of a convolution or a product rounded to TF32's 10 fraction bits, forward and backward. Prints the
largest difference of the losses, as a share of them, by learning rate and batch size. `agreement.rs` takes
its learning rate from this: at the article's own rate rounding moves them by more than a thousandth.

    python3 tests/gpu/tf32.py
"""

import torch
import torch.nn.functional as F


def rounded(values):
    """Rounds to 10 fraction bits, ties to even."""
    bits = values.contiguous().view(torch.int32)
    return ((bits + 0xFFF + ((bits >> 13) & 1)) >> 13 << 13).view(torch.float32)


class Convolution(torch.autograd.Function):
    """With rounded factors."""

    @staticmethod
    def forward(context, x, weight, bias):
        x, weight = rounded(x), rounded(weight)
        context.save_for_backward(x, weight)
        return F.conv2d(x, weight, bias)

    @staticmethod
    def backward(context, gradient):
        x, weight = context.saved_tensors
        factor = rounded(gradient)
        grad = torch.nn.grad
        of_weight = grad.conv2d_weight(x, weight.shape, factor)
        return grad.conv2d_input(x.shape, weight, factor), of_weight, gradient.sum((0, 2, 3))


class Product(torch.autograd.Function):
    """A linear layer with rounded factors."""

    @staticmethod
    def forward(context, x, weight, bias):
        x, weight = rounded(x), rounded(weight)
        context.save_for_backward(x, weight)
        return x @ weight.T + bias

    @staticmethod
    def backward(context, gradient):
        x, weight = context.saved_tensors
        factor = rounded(gradient)
        return factor @ weight, factor.T @ x, gradient.sum(0)


def losses(images, labels, rate, conv, linear):
    """Those of twenty steps."""
    torch.manual_seed(0)
    shapes = [(64, 3), (64, 64), (128, 64), (128, 128)]
    layers = [torch.nn.Conv2d(inputs, outputs, 3) for outputs, inputs in shapes]
    layers += [torch.nn.Linear(3200, 256), torch.nn.Linear(256, 10)]
    adam = torch.optim.Adam([parameter for layer in layers for parameter in layer.parameters()], rate)
    y = F.one_hot(labels, 10).float()
    found = []
    for _ in range(20):
        x = images
        for index, layer in enumerate(layers[:4]):
            x = F.relu(conv(x, layer.weight, layer.bias))
            x = F.max_pool2d(x, 2) if index % 2 else x
        x = F.relu(linear(x.flatten(1), layers[4].weight, layers[4].bias))
        p = torch.sigmoid(linear(x, layers[5].weight, layers[5].bias))
        loss = -(y * torch.log(p + 1e-6) + (1 - y) * torch.log(1 - p + 1e-6)).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        found.append(loss.item())
    return torch.tensor(found)


def main():
    """Prints a line a case."""
    for rate in (1e-3, 1e-4, 3e-5):
        for batch in (8, 128):
            torch.manual_seed(1)
            labels = torch.arange(batch) % 10
            images = torch.randn(10, 3, 32, 32)[labels] + torch.randn(batch, 3, 32, 32)
            f32 = losses(images, labels, rate, F.conv2d, F.linear)
            tf32 = losses(images, labels, rate, Convolution.apply, Product.apply)
            difference = (tf32 / f32 - 1).abs().max()
            print(f"rate {rate:g}, batch {batch}: loss {f32[0]:.3f} to {f32[-1]:.3f}, largest difference {difference:.1e}")


if __name__ == "__main__":
    main()
