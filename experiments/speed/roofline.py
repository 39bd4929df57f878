"""The least time that a training step of the article's network takes on a device, as its roofline has it.

Each pass over a layer takes the longer of its arithmetic and its traffic: every tensor that the pass reads
or writes moves once, bias and ReLU ride along with the layer, pooling and the ReLU's gradient are passes of
traffic alone. An algorithm with less arithmetic (Winograd) may be faster than this.
"""

# Name, input values, output values, multiplications, weights; of one image.
LAYERS = (
    ("conv11", 3 * 32 * 32, 64 * 30 * 30, 900 * 64 * 27, 64 * 27),
    ("conv12", 64 * 30 * 30, 64 * 28 * 28, 784 * 64 * 576, 64 * 576),
    ("conv21", 64 * 14 * 14, 128 * 12 * 12, 144 * 128 * 576, 128 * 576),
    ("conv22", 128 * 12 * 12, 128 * 10 * 10, 100 * 128 * 1152, 128 * 1152),
    ("fc1", 3200, 256, 3200 * 256, 3200 * 256),
    ("fc2", 256, 10, 256 * 10, 256 * 10),
)
POOLED = ("conv12", "conv22")
PARAMETERS = 1_082_186
# Adam reads a weight, its gradient and two moments, and writes all but the gradient; all in f32.
ADAM_BYTES = PARAMETERS * 7 * 4


def passes(batch, value_bytes):
    """Operations and bytes of each pass of a step."""
    for name, inputs, outputs, products, weights in LAYERS:
        operations = 2 * products * batch
        forward = (inputs + outputs) * batch + weights
        yield operations, forward * value_bytes
        # The gradient of the weights; of the input, which the first layer leaves out.
        yield operations, forward * value_bytes
        if name != "conv11":
            yield operations, forward * value_bytes
        if name in POOLED:
            yield 0, (outputs + outputs // 4) * batch * value_bytes
        if name != "fc2":
            # Of the ReLU, and of the pooling behind it: the activation and a gradient in, a gradient out.
            yield 0, (2 * outputs + (outputs // 4 if name in POOLED else outputs)) * batch * value_bytes
    yield 0, ADAM_BYTES


def seconds(batch, value_bytes, operations_per_second, bytes_per_second):
    """The roofline's time of a step."""
    return sum(
        max(operations / operations_per_second, moved / bytes_per_second) for operations, moved in passes(batch, value_bytes)
    )
