"""The network's form: a small U-Net, whose deepest level looks far along the line. Needs PyTorch."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

WIDTHS = (16, 24, 64, 128)
"""Channels at 1/2, 1/4, 1/8 and 1/16 of the picture's size."""
PLANES_IN, PLANES_OUT = 2, 9
GIVEN = (0, 1, 2, 6, 7, 8)
"""Those of the planes that the finished network gives; the bands by hand are only learned beside them."""


def build() -> Any:
    """Give a network with fresh weights; out at half size come the logits of core, upright, border, cores and hands."""
    return _Net(PLANES_OUT)


def finished(weights: dict[str, Any]) -> Any:
    """Give the network of these weights as it is used: without the planes that were only learned beside the others, and
    with its long kernels each as two."""
    kept = {key: value[list(GIVEN)] if key.startswith("head.") else value for key, value in weights.items()}
    net = _Net(len(GIVEN))
    net.load_state_dict(kept)
    net.eval()
    for block in [each for each in net.modules() if isinstance(each, _Around) and each.far]:
        layer, norm, *rest = block.layers
        block.layers = nn.Sequential(_ByTurns(fuse_conv_bn_eval(layer, norm)), *rest)
    return net


def export(net: Any, path: Path) -> None:
    """Write a network as ONNX for pictures of any height and width."""
    free = {2: "height", 3: "width"}
    with warnings.catch_warnings():
        # The newer exporter asks for packages more, and its graphs are not the ones that OpenCV's engine is tried on.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            net.eval(), torch.zeros(1, PLANES_IN, 256, 192), str(path), input_names=["planes"], output_names=["maps"],
            opset_version=13, dynamo=False, dynamic_axes={"planes": free, "maps": free},
        )  # fmt: skip


def _layer(taken: int, given: int, size: tuple[int, int] = (3, 3), *, stride: int = 1, spread: int = 1) -> list[Any]:
    room = (spread * (size[0] // 2), spread * (size[1] // 2))
    return [nn.Conv2d(taken, given, size, stride, room, spread, bias=False), nn.BatchNorm2d(given)]


def _step(taken: int, given: int, *, stride: int = 1) -> Any:
    return nn.Sequential(*_layer(taken, given, stride=stride), nn.ReLU())


class _Around(nn.Module):  # type: ignore[misc]
    """Two layers with a way around them; `far` makes them long and flat, then narrow and high."""

    def __init__(self, width: int, *, spread: int = 1, far: bool = False) -> None:
        super().__init__()
        self.far = far
        first, second = ((1, 9), (5, 1)) if far else ((3, 3), (3, 3))
        self.layers = nn.Sequential(
            *_layer(width, width, first, spread=spread), nn.ReLU(), *_layer(width, width, second)
        )

    def forward(self, x: Any) -> Any:
        """Add what the layers find."""
        return torch.relu(x + self.layers(x))


class _ByTurns(nn.Module):  # type: ignore[misc]
    """A long flat kernel as the sum of two, of its even and of its odd columns.

    OpenCV's engine takes every kernel of nine numbers for one of 3 x 3.
    """

    def __init__(self, layer: Any) -> None:
        super().__init__()
        taken, given, length = layer.in_channels, layer.out_channels, layer.kernel_size[1]
        even, odd = length - length // 2, length // 2
        self.even = nn.Conv2d(taken, given, (1, even), padding=(0, even - 1), dilation=(1, 2))
        self.odd = nn.Conv2d(taken, given, (1, odd), padding=(0, odd - 1), dilation=(1, 2), bias=False)
        self.even.weight, self.odd.weight = (nn.Parameter(layer.weight[..., first::2]) for first in (0, 1))
        self.even.bias = layer.bias

    def forward(self, x: Any) -> Any:
        """Add what the two find."""
        return self.even(x) + self.odd(x)


class _Net(nn.Module):  # type: ignore[misc]
    def __init__(self, planes: int) -> None:
        super().__init__()
        a, b, c, d = WIDTHS
        self.stem = nn.Sequential(
            nn.Conv2d(PLANES_IN, a, 4, 2, 1, bias=False), nn.BatchNorm2d(a), nn.ReLU(), _step(a, a)
        )
        self.down = nn.ModuleList(
            [
                nn.Sequential(_step(a, b, stride=2), _Around(b)),
                nn.Sequential(_step(b, c, stride=2), _Around(c)),
                nn.Sequential(_step(c, d, stride=2), _Around(d, far=True), _Around(d, spread=2), _Around(d, far=True)),
            ]
        )
        self.thin = nn.ModuleList(
            [nn.Sequential(*_layer(wide, narrow, (1, 1)), nn.ReLU()) for narrow, wide in ((a, b), (b, c), (c, d))]
        )
        self.mix = nn.ModuleList([_step(a, a), _step(b, b), _Around(c)])
        self.head = nn.Conv2d(a, planes, 1)

    def forward(self, planes: Any) -> Any:
        """Give logits at half size."""
        levels = [self.stem(planes)]
        for down in self.down:
            levels.append(down(levels[-1]))
        x = levels.pop()
        for thin, mix, beside in zip(reversed(self.thin), reversed(self.mix), reversed(levels), strict=True):
            x = mix(nn.functional.interpolate(thin(x), scale_factor=2, mode="nearest") + beside)
        return self.head(x)
