"""Structural similarity beside scikit-image, power spectra beside numpy."""
import numpy

from row import Row, Skipped, largest, ours, shape4, smooth_field


def similarity(x, y, cells, value_range):
    return ours("ssim", {"map": x, "target": y, "cells": cells.astype(numpy.float32)}, {"similarity": numpy.float32},
                shape=shape4(x), range=value_range)["similarity"].reshape(x.shape)


def ssim():
    try:
        import skimage
        from skimage.metrics import structural_similarity
    except ImportError as error:
        raise Skipped(f"scikit-image: {error}")

    def theirs(x, y, value_range):
        return structural_similarity(x.astype(float), y.astype(float), data_range=value_range, gaussian_weights=True,
                                     sigma=1.5, use_sample_covariance=False, full=True)[1]

    off, borders, cells = [], [], 0
    for offset, scale in ((0, 1), (5, 1), (300, 2), (0, 1e-3)):
        target = offset + scale * smooth_field(70, 90, 1)
        noisy = target + 0.4 * scale * numpy.random.default_rng(2).standard_normal(target.shape)
        x, y = noisy.astype(numpy.float32), target.astype(numpy.float32)
        value_range = float(numpy.ptp(y))
        difference = numpy.abs(similarity(x, y, numpy.ones_like(x), value_range) - theirs(x, y, value_range))
        off.append(difference[5:-5, 5:-5].max())
        borders.append(numpy.nanmax(difference))
        corners = int(numpy.isnan(difference).sum())
        cells += difference[5:-5, 5:-5].size
    peer = f"scikit-image {skimage.__version__}"
    yield Row("SSIM, Gaussian of 11 x 11 (data/scores/ssim)", peer, f"{cells} cells", largest(off), 1e-5, "of SSIM",
              f"within 5 cells of the border ours scales the weights of the cells up to 1, scikit-image reflects the "
              f"image: up to {max(borders):.2f} apart; ours is missing in {corners} cells at the corners, with less "
              f"than half of the window's weight")

    gaps = numpy.ones_like(x)
    gaps[30:36, 40:50] = 0
    x[gaps == 0] = numpy.nan
    far = numpy.ones(x.shape, bool)
    far[25:41, 35:55] = False
    far[:5], far[-5:], far[:, :5], far[:, -5:] = False, False, False, False
    whole = theirs(noisy.astype(numpy.float32), y, value_range)
    yield Row("SSIM beside a gap of 6 x 10 cells, cells whose window has none of it", peer, f"{far.sum()} cells",
              largest((similarity(x, y, gaps, value_range) - whole)[far]), 1e-5, "of SSIM",
              "ours has a value where at least half of the window's weight is present; scikit-image makes NaN of every "
              "cell whose window has a gap, and of the mean")


def spectrum():
    off, cases = [], 0
    for tile, width, height in ((8, 1, 1), (32, 1, 1), (33, 1, 1), (64, 0.7, 1), (50, 2, 1.1)):
        a, b = (smooth_field(tile, tile, seed) + 3 for seed in (tile, tile + 1))
        result = ours("power_spectrum", {"a": a.astype(numpy.float32), "b": b.astype(numpy.float32)},
                      {"power_a": float, "power_b": float, "wavelengths": float}, shape=[1, tile, tile, 1],
                      width=width, height=height)
        longer, bins = max(width, height), tile // 2
        window = numpy.hanning(2 * tile + 1)[1::2]
        window = numpy.outer(window, window)
        window /= numpy.sqrt((window**2).mean())
        # Cycles on the ground of a tile whose side has the longer cells.
        along_y, along_x = (numpy.fft.fftfreq(tile) * tile * longer / side for side in (height, width))
        wavenumber = numpy.hypot(along_y[:, None], along_x[None])
        ring = numpy.floor(wavenumber + 0.5).astype(int)
        for image, powers in ((a, result["power_a"]), (b, result["power_b"])):
            image = image.astype(numpy.float32).astype(float)
            power = numpy.abs(numpy.fft.fft2((image - image.mean()) * window)) ** 2 / tile**4
            theirs = [power[ring == k].mean() for k in range(1, bins + 1)]
            off.append(largest(powers / theirs - 1))
            cases += bins
        off.append(largest(result["wavelengths"] / (longer * tile / numpy.arange(1, bins + 1)) - 1))
    yield Row("power spectra (data/scores/power_spectrum)", f"numpy {numpy.__version__} fft2", f"{cases} wavenumbers",
              largest(off), 1e-9, "relative", "")


COMPARISONS = [ssim, spectrum]
