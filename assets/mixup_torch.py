"""The networks of `mixup` in PyTorch: load the weights of a run, and save weights that `mixup` reads.

    network, about = load("runs/mine")                 # a run folder, or a weights file
    logits = network(about.prepare("cat.jpg"))
    about.probabilities(logits)                        # a row for each picture, which sums to 1
    save(network, "mine.safetensors", about)           # or mine.pt; `mixup evaluate --weights` takes both

Copy this file next to your program. It needs torch; safetensors is imported for files of that format, and Pillow for
pictures.
"""

import dataclasses
import json
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import max_pool2d, pad, relu

PREFIXES = ("module.", "_orig_mod.", "model.")
ENTRIES = ("state_dict", "model_state_dict", "model")
CIFAR10 = "airplane automobile bird cat deer dog frog horse ship truck".split()


def last_side(side):
    """Height or width of the article's last maps: twice two 3x3 convolutions without padding, and a pool."""
    return ((side - 4) // 2 - 4) // 2


class Cnn(nn.Module):
    """The article's network, with batch normalisation after each convolution or without. Names: cnn, cnn-bn."""

    def __init__(self, widths, hidden, classes, shape, norm):
        super().__init__()
        channels, height, width = shape
        first, second = widths
        self.norm = norm
        sizes = {"11": (channels, first), "12": (first, first), "21": (first, second), "22": (second, second)}
        for name, (inputs, outputs) in sizes.items():
            setattr(self, "conv" + name, nn.Conv2d(inputs, outputs, 3, bias=not norm))
            if norm:
                setattr(self, "bn" + name, nn.BatchNorm2d(outputs))
        self.fc1 = nn.Linear(second * last_side(height) * last_side(width), hidden)
        self.fc2 = nn.Linear(hidden, classes)

    def layer(self, name, x):
        x = getattr(self, "conv" + name)(x)
        return relu(getattr(self, "bn" + name)(x) if self.norm else x)

    def forward(self, x):
        x = max_pool2d(self.layer("12", self.layer("11", x)), 2)
        x = max_pool2d(self.layer("22", self.layer("21", x)), 2)
        return self.fc2(relu(self.fc1(x.flatten(1))))


def conv(inputs, outputs, kernel=3, stride=1):
    """A convolution that keeps the size at stride 1. It has no bias, because a normalisation follows."""
    return nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False)


class PlainBlock(nn.Module):
    """ResNet-20's block. Its shortcut takes every second pixel and fills missing channels with zeros."""

    expansion = 1

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1, self.bn1 = conv(inputs, width, stride=stride), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = conv(width, width), nn.BatchNorm2d(width)
        self.stride, self.missing = stride, width - inputs

    def forward(self, x):
        out = self.bn2(self.conv2(relu(self.bn1(self.conv1(x)))))
        front = self.missing // 2
        x = pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, front, self.missing - front))
        return relu(out + x)


class PreactBlock(nn.Module):
    """PreAct ResNet-18's block: the normalisations come before the convolutions."""

    expansion = 1

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, width, stride=stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(width), conv(width, width)
        changes = stride != 1 or inputs != width
        self.shortcut = nn.Sequential(conv(inputs, width, 1, stride)) if changes else None

    def forward(self, x):
        out = relu(self.bn1(x))
        kept = x if self.shortcut is None else self.shortcut(out)
        return self.conv2(relu(self.bn2(self.conv1(out)))) + kept


def projection(inputs, outputs, stride):
    if stride == 1 and inputs == outputs:
        return None
    return nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))


class BasicBlock(nn.Module):
    """ResNet-18's block, with torchvision's names."""

    expansion = 1

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1, self.bn1 = conv(inputs, width, stride=stride), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = conv(width, width), nn.BatchNorm2d(width)
        self.downsample = projection(inputs, width, stride)

    def forward(self, x):
        out = self.bn2(self.conv2(relu(self.bn1(self.conv1(x)))))
        return relu(out + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(nn.Module):
    """ResNet-50's block, with torchvision's names. The second convolution has the stride."""

    expansion = 4

    def __init__(self, inputs, width, stride):
        super().__init__()
        outputs = width * self.expansion
        self.conv1, self.bn1 = conv(inputs, width, 1), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = conv(width, width, stride=stride), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = conv(width, outputs, 1), nn.BatchNorm2d(outputs)
        self.downsample = projection(inputs, outputs, stride)

    def forward(self, x):
        out = relu(self.bn1(self.conv1(x)))
        out = self.bn3(self.conv3(relu(self.bn2(self.conv2(out)))))
        return relu(out + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    """A stem, layers of blocks, the mean of each map, and a linear layer, which is called `head`.

    With `large`, the stem and a pool after it divide height and width by four, as for ImageNet.
    """

    def __init__(self, block, counts, widths, classes, shape, head, large):
        super().__init__()
        self.conv1 = conv(shape[0], widths[0], 7, 2) if large else conv(shape[0], widths[0])
        self.bn1 = nn.BatchNorm2d(widths[0])
        self.head, self.large = head, large
        inputs = widths[0]
        for number, (width, count) in enumerate(zip(widths, counts)):
            blocks = []
            for index in range(count):
                blocks.append(block(inputs, width, 2 if number > 0 and index == 0 else 1))
                inputs = width * block.expansion
            setattr(self, f"layer{number + 1}", nn.Sequential(*blocks))
        self.layers = len(counts)
        setattr(self, head, nn.Linear(inputs, classes))

    def forward(self, x):
        x = relu(self.bn1(self.conv1(x)))
        if self.large:
            x = max_pool2d(x, 3, 2, 1)
        for number in range(self.layers):
            x = getattr(self, f"layer{number + 1}")(x)
        return getattr(self, self.head)(x.mean((2, 3)))


# Block, blocks of each layer, name of the last layer, whether the stem is that for large images.
RESNETS = {
    "resnet20": (PlainBlock, (3, 3, 3), "linear", False),
    "preact-resnet18": (PreactBlock, (2, 2, 2, 2), "linear", False),
    "resnet18": (BasicBlock, (2, 2, 2, 2), "fc", True),
    "resnet50": (Bottleneck, (3, 4, 6, 3), "fc", True),
}


class Transform(nn.Module):
    """PointNet's network that decides by which matrix the features of a cloud are turned."""

    def __init__(self, channels, widths, hidden):
        super().__init__()
        first, second, third = widths
        half = (hidden + 1) // 2
        self.conv1, self.conv2, self.conv3 = layers(channels, widths)
        self.fc1, self.fc2 = nn.Linear(third, hidden), nn.Linear(hidden, half)
        self.fc3 = nn.Linear(half, channels * channels)
        self.bn1, self.bn2, self.bn3 = (nn.BatchNorm1d(width) for width in widths)
        self.bn4, self.bn5 = nn.BatchNorm1d(hidden), nn.BatchNorm1d(half)
        self.channels = channels

    def forward(self, x):
        out = relu(self.bn1(self.conv1(x)))
        out = relu(self.bn2(self.conv2(out)))
        out = relu(self.bn3(self.conv3(out))).amax(2)
        out = relu(self.bn4(self.fc1(out)))
        out = relu(self.bn5(self.fc2(out)))
        matrices = self.fc3(out).view(-1, self.channels, self.channels) + torch.eye(self.channels).to(out)
        return matrices.transpose(1, 2) @ x


def layers(channels, widths):
    """Three layers that treat every point alike."""
    return (nn.Conv1d(inputs, outputs, 1) for inputs, outputs in zip((channels, *widths), widths))


class Encoder(nn.Module):
    """What PointNet applies to each point; with `turns`, its points and features are turned by matrices."""

    def __init__(self, widths, hidden, turns):
        super().__init__()
        self.stn = Transform(3, widths, hidden) if turns else None
        self.conv1, self.conv2, self.conv3 = layers(3, widths)
        self.bn1, self.bn2, self.bn3 = (nn.BatchNorm1d(width) for width in widths)
        self.fstn = Transform(widths[0], widths, hidden) if turns else None

    def forward(self, x):
        x = x if self.stn is None else self.stn(x)
        x = relu(self.bn1(self.conv1(x)))
        x = x if self.fstn is None else self.fstn(x)
        x = relu(self.bn2(self.conv2(x)))
        return self.bn3(self.conv3(x)).amax(2)


class PointNet(nn.Module):
    """PointNet for clouds [clouds, 3, points] or [clouds, 3, points, 1]. Names: pointnet, pointnet-t."""

    def __init__(self, widths, hidden, classes, turns):
        super().__init__()
        half = (hidden + 1) // 2
        self.feat = Encoder(widths, hidden, turns)
        self.fc1, self.fc2 = nn.Linear(widths[2], hidden), nn.Linear(hidden, half)
        self.fc3 = nn.Linear(half, classes)
        self.bn1, self.bn2 = nn.BatchNorm1d(hidden), nn.BatchNorm1d(half)

    def forward(self, x):
        x = self.feat(x.flatten(2))
        x = relu(self.bn1(self.fc1(x)))
        return self.fc3(relu(self.bn2(self.fc2(x))))


def build(name, widths, classes, hidden=None, shape=(3, 32, 32)):
    """The network `name` of an experiment with PyTorch's initial weights, for images of `shape` (channels, height,
    width). Only cnn, cnn-bn and the networks for point clouds have `hidden`."""
    if name in ("pointnet", "pointnet-t"):
        return PointNet(widths, hidden, classes, turns=name == "pointnet-t")
    if name in ("cnn", "cnn-bn"):
        return Cnn(widths, hidden, classes, shape, norm=name == "cnn-bn")
    block, counts, head, large = RESNETS[name]
    return ResNet(block, counts, widths, classes, shape, head, large)


def inner(outer, like):
    """The largest size (width, height) within `outer` with the proportions of `like`, in whole pixels."""
    (width, height), (across, down) = outer, like
    if width * down >= height * across:
        return min(max((2 * height * across + down) // (2 * down), 1), width), height
    return width, min(max((2 * width * down + across) // (2 * across), 1), height)


@dataclasses.dataclass
class About:
    """What the outputs of a network depend on besides its weights, and what they mean."""

    classes: list  # The name of each class, in the order of the logits.
    shape: tuple  # Channels, height and width of the images.
    mean: list  # One number for each channel, for pixels from 0 to 1.
    std: list
    loss: str = "cross-entropy"  # Or bce, bce-logits.
    resize: str = "squash"  # How pictures of other proportions are made to fit: squash, crop or pad.
    more: dict = dataclasses.field(default_factory=dict)  # Other entries of the note, which are written again.
    clouds: bool = False  # Whether the samples are point clouds. Then `shape` is (3, points, 1).

    @classmethod
    def read(cls, note, shape):
        """From the note of a weights file. `shape` is that of files older than 0.3.0, which do not say it."""
        more = json.loads(note)
        pixels, loss = more.pop("normalisation"), more.pop("loss")
        found = more.pop("shape", None)
        clouds = found is not None and "points" in found
        if clouds:
            shape = (3, found["points"], 1)
        elif found is not None:
            shape = (found["channels"], found["height"], found["width"])
        resize = more.pop("resize", "squash")
        if "epsilon" in loss:
            more["epsilon"] = loss["epsilon"]
        return cls(more.pop("classes"), shape, pixels["mean"], pixels["std"], loss["name"], resize, more, clouds)

    def note(self):
        """The text that `mixup` reads."""
        channels, height, width = self.shape
        more = {"epoch": 0} | self.more
        epsilon = more.pop("epsilon", 1e-6)
        loss = {"name": self.loss} | ({"epsilon": epsilon} if self.loss == "bce" else {})
        shape = {"points": height} if self.clouds else {"channels": channels, "height": height, "width": width}
        return json.dumps(more | {
            "shape": shape,
            "resize": self.resize,
            "normalisation": {"mean": list(self.mean), "std": list(self.std)},
            "loss": loss,
            "classes": list(self.classes),
        })

    def prepare(self, picture):
        """What the network takes. For point clouds, f32 [clouds, 3, points, 1] of a cloud [points, 3] or of several.

        For images, f32 [images, channels, height, width]: of a picture (a path or Pillow's image), or of
        u8 pixels [channels, height, width] or [images, channels, height, width] in the network's size.

        A picture of another size is resized nearly as `mixup` does it: values may differ by 1 of 255.
        """
        if self.clouds:
            points = torch.as_tensor(picture).float()
            return points.reshape(-1, self.shape[1], 3).transpose(1, 2).unsqueeze(3)
        pixels = picture if torch.is_tensor(picture) else self.pixels(picture)
        mean, std = (torch.tensor(values).view(-1, 1, 1) for values in (self.mean, self.std))
        return (pixels.reshape(-1, *self.shape).float() / 255 - mean.to(pixels.device)) / std.to(pixels.device)

    def pixels(self, picture):
        """A picture as u8 [channels, height, width]."""
        from PIL import Image, ImageOps

        if not isinstance(picture, Image.Image):
            picture = Image.open(picture)
        channels, height, width = self.shape
        picture = ImageOps.exif_transpose(picture).convert("L" if channels == 1 else "RGB")
        size, how = (width, height), Image.Resampling.BILINEAR
        if picture.size != size and self.resize == "crop":
            part = inner(picture.size, size)
            left, top = ((outer - side) // 2 for outer, side in zip(picture.size, part))
            picture = picture.crop((left, top, left + part[0], top + part[1]))
        if picture.size != size and self.resize == "pad":
            small = picture.resize(inner(size, picture.size), how)
            picture = Image.new(picture.mode, size)
            picture.paste(small, tuple((outer - side) // 2 for outer, side in zip(size, small.size)))
        picture = picture.resize(size, how)
        values = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8)
        return values.view(height, width, channels).permute(2, 0, 1)

    def probabilities(self, logits):
        """A softmax, or sigmoids divided by their sum: [images, classes] whose rows sum to 1."""
        if self.loss == "cross-entropy":
            return logits.softmax(1)
        return torch.nn.functional.logsigmoid(logits).softmax(1)


def bare(state):
    """The tensors without the prefixes that wrappers of a module give to all names."""
    for _ in range(8):
        shared = (prefix for prefix in PREFIXES if state and all(name.startswith(prefix) for name in state))
        prefix = next(shared, "")
        state = {name[len(prefix) :]: tensor for name, tensor in state.items()}
    return state


def is_state(value):
    """Whether it is a dict of tensors by their names, and of nothing else."""
    if not isinstance(value, dict) or not value:
        return False
    return all(isinstance(name, str) and torch.is_tensor(tensor) for name, tensor in value.items())


def chosen(path, saved):
    """The only state dict in what torch.save wrote, and the note next to it or None."""
    if is_state(saved):
        return saved, None
    saved = saved if isinstance(saved, dict) else {}
    found = [entry for entry in ENTRIES if is_state(saved.get(entry))]
    if len(found) != 1:
        found = ", ".join(found) or "none"
        raise ValueError(f"{path}: expected a dict of tensors, alone or as one of {', '.join(ENTRIES)}, found {found}")
    note = saved.get("mixup")
    return saved[found[0]], note if isinstance(note, str) else None


def read(path):
    """The tensors of a weights file in f32, and its note or None."""
    path = Path(path)
    if path.is_dir():
        path = path / "model.safetensors"
    with path.open("rb") as file:
        # As for `mixup`, the first bytes tell the format, whatever the name.
        is_archive = file.read(4) == b"PK\x03\x04"
    if is_archive:
        state, note = chosen(path, torch.load(path, map_location="cpu", weights_only=True))
    else:
        from safetensors import safe_open

        with safe_open(path, "pt") as file:
            state = {name: file.get_tensor(name) for name in file.keys()}
            note = (file.metadata() or {}).get("mixup")
    state = {name: tensor for name, tensor in bare(state).items() if not name.endswith("num_batches_tracked")}
    return {name: tensor.float() for name, tensor in state.items()}, note


def network_of(state):
    """Name, widths and hidden of the network that has these tensors."""
    if "conv11.weight" in state:
        name = "cnn-bn" if "bn11.weight" in state else "cnn"
        widths = [state[f"conv{block}.weight"].shape[0] for block in ("11", "21")]
        return name, widths, state["fc1.weight"].shape[0]
    if "feat.conv1.weight" in state:
        widths = [state[f"feat.conv{number}.weight"].shape[0] for number in (1, 2, 3)]
        name = "pointnet-t" if "feat.stn.conv1.weight" in state else "pointnet"
        return name, widths, state["fc1.weight"].shape[0]
    layers = [f"layer{number}.0.conv1.weight" for number in range(1, 5)]
    widths = [state[layer].shape[0] for layer in layers if layer in state]
    if "linear.weight" in state:
        return ("resnet20" if len(widths) == 3 else "preact-resnet18"), widths, None
    return ("resnet50" if "layer1.0.conv3.weight" in state else "resnet18"), widths, None


def load(path):
    """The network in a weights file or run folder, in evaluation mode, and an `About`.

    A file without a note is taken for one of images and classes like CIFAR-10's, as `mixup` does.
    """
    state, note = read(path)
    name, widths, hidden = network_of(state)
    firsts = ("conv11.weight", "feat.stn.conv1.weight", "feat.conv1.weight", "conv1.weight")
    first = next(state[layer] for layer in firsts if layer in state)
    last = next(state[layer] for layer in ("fc3.bias", "fc2.bias", "linear.bias", "fc.bias") if layer in state)
    shape, classes = (first.shape[1], 32, 32), last.shape[0]
    if note is None:
        names = CIFAR10 if classes == 10 else [f"class {number}" for number in range(classes)]
        grey = shape[0] == 1
        mean, std = ([0.0], [1.0]) if grey else ([0.4914, 0.4822, 0.4465], [0.247, 0.2435, 0.2616])
        about = About(names, shape, mean, std, "bce" if name == "cnn" else "cross-entropy")
    else:
        about = About.read(note, shape)
    network = build(name, widths, classes, hidden, about.shape)
    network.load_state_dict(state)
    return network.eval(), about


def save(network, path, about=None):
    """Writes the weights of a network of this file, or of one with the same names, as safetensors, or with torch.save
    if the path ends with .pt or .pth. `about` goes with them, so that `mixup` knows images and classes."""
    state = bare(dict(network.state_dict()))
    kept = {name: tensor for name, tensor in state.items() if not name.endswith("num_batches_tracked")}
    kept = {name: tensor.detach().float().cpu().contiguous() for name, tensor in kept.items()}
    note = {} if about is None else {"mixup": about.note()}
    if Path(path).suffix in (".pt", ".pth"):
        torch.save({"state_dict": kept} | note if note else kept, path)
    else:
        from safetensors.torch import save_file

        save_file(kept, path, metadata=note)
