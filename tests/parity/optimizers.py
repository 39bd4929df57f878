#!/usr/bin/env python3
"""Twenty steps of PyTorch's optimizers on one small problem, and the rates of its schedules.

    python3 tests/parity/optimizers.py [OUT]

The problem (u is in formula.py; all rounded to f32): weight W [4, 3] = 2 u - 1 of stream 2000, bias b [4] of stream
2001, inputs x [8, 3] of stream 2002, targets y [8, 4] of stream 2003, made the same way. The loss is the mean over the
8 rows of the sum over the 4 outputs of (x W^T + b - y)^2. Every step takes all 8 rows.

An optimizer case gives its options, which of W and b its weight decay is for, and for each step the rate, the loss
before the step, and W (row-major) and b after it. SGD has no dampening. Adam's weight decay is added to the gradient
(L2), AdamW's is decoupled: p -= rate * decay * p. With `clip_norm`, the gradients of W and b are clipped to that norm
together before a step. Values are PyTorch's in f32 at nine digits; `f32_gap` is the largest
distance of a parameter from the same run in f64.

A schedule gives the rate before each of 20 steps, 4 an epoch, as f64.
"""

import torch
from torch.optim import lr_scheduler as lr

from formula import nine, u, write

STEPS, EPOCH, BASE = 20, 4, 0.1


def start(shape, stream, precision):
    return (2 * u(shape, stream) - 1).float().to(precision)


def minimise(kind, options, decay, decayed, schedule, clip, precision):
    weight, bias = (start(shape, 2000 + i, precision).requires_grad_() for i, shape in enumerate([(4, 3), (4,)]))
    inputs, targets = start((8, 3), 2002, precision), start((8, 4), 2003, precision)
    groups = [
        {"params": [parameter], "weight_decay": decay if name in decayed else 0.0}
        for name, parameter in (("W", weight), ("b", bias))
    ]
    optimizer = getattr(torch.optim, kind)(groups, **options)
    scheduler = schedule(optimizer) if schedule else None
    steps = []
    for _ in range(STEPS):
        rate = optimizer.param_groups[0]["lr"]
        loss = (inputs @ weight.T + bias - targets).square().sum(1).mean()
        optimizer.zero_grad()
        loss.backward()
        if clip:
            torch.nn.utils.clip_grad_norm_([weight, bias], clip)
        optimizer.step()
        if scheduler:
            scheduler.step()
        steps.append({"rate": rate, "loss": loss.item(), "W": weight.flatten().tolist(), "b": bias.tolist()})
    return steps


def case(name, kind, options, decay=0.0, decayed=(), schedule=None, clip=None):
    steps, exact = (minimise(kind, options, decay, decayed, schedule, clip, p) for p in (torch.float32, torch.float64))
    gaps = [abs(a - b) for s, e in zip(steps, exact) for key in "Wb" for a, b in zip(s[key], e[key])]
    assert steps[-1]["loss"] < 0.9 * steps[0]["loss"], name
    for step in steps:
        step |= {key: nine(step[key]) for key in ("loss", "W", "b")}
    return {
        "name": name,
        **({"clip_norm": clip} if clip else {}),
        "optimizer": kind,
        "options": options,
        "weight_decay": decay,
        "decayed": list(decayed),
        "schedule": "cosine" if schedule else "constant",
        "rates": [step["rate"] for step in steps],
        "losses": [step["loss"] for step in steps],
        "W": [step["W"] for step in steps],
        "b": [step["b"] for step in steps],
        "f32_gap": float(f"{max(gaps):.2g}"),
    }


def cosine(optimizer):
    return lr.CosineAnnealingLR(optimizer, T_max=STEPS)


def optimizers():
    plain = {"lr": BASE, "momentum": 0.0, "nesterov": False}
    momentum = {"lr": BASE, "momentum": 0.9, "nesterov": False}
    nesterov = {"lr": BASE, "momentum": 0.9, "nesterov": True}
    adam = {"lr": 0.05, "betas": (0.9, 0.999), "eps": 1e-8}
    return [
        case("sgd", "SGD", plain),
        case("sgd-momentum", "SGD", momentum),
        case("sgd-nesterov", "SGD", nesterov),
        case("sgd-nesterov-decay", "SGD", nesterov, 0.1, "Wb"),
        case("sgd-nesterov-decay-weights", "SGD", nesterov, 0.1, "W"),
        case("sgd-nesterov-cosine", "SGD", nesterov, schedule=cosine),
        case("adam", "Adam", adam),
        case("adam-decay", "Adam", adam, 0.1, "Wb"),
        case("adam-decay-weights", "Adam", adam, 0.1, "W"),
        case("adamw-decay", "AdamW", adam, 0.1, "Wb"),
        case("adamw-decay-weights", "AdamW", adam, 0.1, "W"),
        case("sgd-momentum-clip", "SGD", momentum, clip=1.0),
        case("adam-clip", "Adam", adam, clip=0.5),
    ]


def schedule(name, build, parameters, per_epoch=False):
    """`build` takes the optimizer and `parameters`, unless these are of several schedulers."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], BASE)
    scheduler = build(optimizer)
    rates = []
    for step in range(1, STEPS + 1):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if not per_epoch or step % EPOCH == 0:
            scheduler.step()
    return {"name": name, "stepped": "epoch" if per_epoch else "step", "parameters": parameters, "rates": rates}


def one(name, kind, per_epoch=False, **options):
    parameters = {"scheduler": kind.__name__} | options
    return schedule(name, lambda optimizer: kind(optimizer, **options), parameters, per_epoch)


def schedules():
    rise = {"start_factor": 1 / EPOCH, "total_iters": EPOCH - 1}
    fall = {"T_max": STEPS - EPOCH}

    def warm_cosine(optimizer):
        parts = [lr.LinearLR(optimizer, **rise), lr.CosineAnnealingLR(optimizer, **fall)]
        return lr.SequentialLR(optimizer, parts, [EPOCH])

    both = {"scheduler": "SequentialLR", "milestones": [EPOCH], "LinearLR": rise, "CosineAnnealingLR": fall}
    cycle = {"max_lr": BASE, "total_steps": STEPS, "anneal_strategy": "cos"}
    cycle |= {"three_phase": False, "cycle_momentum": False}
    return [
        one("constant", lr.ConstantLR, factor=1.0),
        one("multi-step", lr.MultiStepLR, True, milestones=[2, 4], gamma=0.1),
        one("cosine", lr.CosineAnnealingLR, T_max=STEPS, eta_min=0.0),
        one("cosine-floor", lr.CosineAnnealingLR, T_max=STEPS, eta_min=0.001),
        schedule("warmup-cosine", warm_cosine, both),
        one("warmup-constant", lr.LinearLR, **rise),
        one("one-cycle", lr.OneCycleLR, pct_start=0.3, div_factor=25.0, final_div_factor=1e4, **cycle),
        one("one-cycle-short", lr.OneCycleLR, pct_start=0.2, div_factor=10.0, final_div_factor=100.0, **cycle),
    ]


def figures():
    return {
        "steps": STEPS,
        "steps_per_epoch": EPOCH,
        "base_rate": BASE,
        "optimizers": optimizers(),
        "schedules": schedules(),
    }


if __name__ == "__main__":
    write(__file__, figures)
