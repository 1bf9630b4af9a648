"""Regressions beside numpy, mgwr and scikit-learn."""
import numpy

from row import Row, Skipped, largest, ours, shape4, smooth_field


def scene(rows, columns, channels, seed):
    """Channels and a target whose coefficients change from place to place."""
    random = numpy.random.default_rng(seed)
    x = numpy.stack([smooth_field(rows, columns, seed + c, 0.8) + c for c in range(channels)], -1)
    law = [smooth_field(rows, columns, seed + 50 + c, 2) for c in range(channels)]
    y = 1 + sum(law[c] * x[..., c] for c in range(channels)) + 0.3 * random.standard_normal((rows, columns))
    return x.astype(numpy.float32), y.astype(numpy.float32)


def least_squares():
    x, y = scene(40, 50, 4, 1)
    fit = ours("linear_regression", {"channels": x, "target": y}, {"coefficients": float}, shape=shape4(x))
    terms = numpy.column_stack([numpy.ones(y.size), x.reshape(-1, 4)]).astype(float)
    theirs = numpy.linalg.lstsq(terms, y.ravel().astype(float), rcond=None)[0]
    yield Row("least squares (data/regression/linear_regression)", f"numpy {numpy.__version__} lstsq", "2000 cells",
              largest(fit["coefficients"] / theirs - 1), 1e-9, "relative, of a coefficient")


DRAWN_TO_ALL = 0.01  # as data/regression/local_regression.cpp has it


def our_weights(place, places, present, neighbours):
    """Of all cells around a place: the definition in data/regression/local_regression.hpp."""
    squared = ((places - place)**2).sum(1)
    farthest = numpy.sort(squared[present])[neighbours - 1]
    nearest = numpy.flatnonzero(present & (squared <= farthest))
    bandwidth = numpy.sqrt(farthest) + 1
    weights = numpy.zeros(len(places))
    weights[nearest] = (1 - squared[nearest] / bandwidth**2) ** 2
    return weights / weights.sum() + DRAWN_TO_ALL * present / present.sum()


def gwr():
    try:
        import mgwr
        from mgwr.gwr import GWR
        from mgwr.kernels import Kernel
    except ImportError as error:
        raise Skipped(f"mgwr: {error}")

    class WithOurWeights(GWR):
        def _build_wi(self, i, bw):
            return our_weights(self.coords[i], self.coords, self.present, bw)

    class WithOurBandwidth(GWR):
        def _build_wi(self, i, bw):
            distances = numpy.sqrt(((self.coords - self.coords[i]) ** 2).sum(1))
            return Kernel(i, self.coords, numpy.sort(distances)[bw - 1] + 1, fixed=True, function="bisquare").kernel

    peer = f"mgwr {mgwr.__version__}"
    off, off_prediction, off_bandwidth, off_adaptive, cells, neighbours = [], [], [], [], 0, []
    for channels, gap in ((1, 0.0), (2, 0.2)):
        rows, columns = 24, 28
        x, y = scene(rows, columns, channels, 10 * channels)
        present = numpy.random.default_rng(5).random(rows * columns) >= gap
        fit = ours("local_regression", {"channels": x, "target": y, "cells": present.astype(numpy.float32)},
                   {"coefficients": numpy.float32, "prediction": numpy.float32, "neighbours": float}, shape=shape4(x))
        k = int(fit["neighbours"][0])
        coefficients = fit["coefficients"].reshape(channels + 1, -1).T
        features = x.reshape(-1, channels).astype(float)
        centre, scale = features[present].mean(0), features[present].std(0)
        scaled, target = (features - centre) / scale, y.reshape(-1, 1).astype(float)
        places = numpy.array([(i, j) for i in range(rows) for j in range(columns)], float)
        model = WithOurWeights(places, target, scaled, k, n_jobs=1)
        model.present = present
        theirs = model.fit()
        off.append(largest(coefficients - theirs.params) / theirs.params.std())
        off_prediction.append(largest(fit["prediction"] - theirs.predy.ravel()) / target.std())
        for kind, differences in ((WithOurBandwidth, off_bandwidth), (GWR, off_adaptive)):
            known = kind(places[present], target[present], scaled[present], k, kernel="bisquare", n_jobs=1).fit()
            differences.append(numpy.abs(fit["prediction"][present] - known.predy.ravel()).mean() / target.std())
        cells += rows * columns
        neighbours.append(str(k))
    what = f"{cells} regressions of 2 and 3 coefficients, K {' and '.join(neighbours)}"
    yield Row("GWR, coefficients (data/regression/local_regression)", f"{peer} with our weights", what, largest(off),
              1e-5, "of their spread", "ours draws each regression to that of all by 0.01 of its weight; our "
              "coefficients are float32")
    yield Row("GWR, predictions", f"{peer} with our weights", what, largest(off_prediction), 1e-5,
              "of the target's spread")
    yield Row("GWR, predictions (mean difference)", f"{peer} bisquare, same bandwidth", what, largest(off_bandwidth),
              0.03, "of the target's spread", "definition: ours has K neighbours, and the 0.01 of all; mgwr all that "
              "are within the bandwidth")
    yield Row("the same", f"{peer} adaptive bisquare, same K", what, largest(off_adaptive), 0.15,
              "of the target's spread", "definition: our bandwidth is a cell more than the distance of the K-th "
              "neighbour, mgwr's that distance; ours chooses K by predictions from cells more than 3 rows or columns "
              "away, mgwr by AICc")


LEAST_IN_LEAF, RIDGE, TREES = 50, 1e-4, 30  # as data/regression/regression_trees.cpp has them


def codes_of(column):
    """Bins by 64 quantiles, each up to its upper edge."""
    ordered = numpy.sort(column)
    edges = numpy.unique([ordered[max(k * len(column) // 64, 1) - 1] for k in range(1, 64)])
    return numpy.searchsorted(edges, column, side="left")


def leaves_of(tree, features, drawn, node=0, own=None):
    """The cells of each leaf. A cell between the drawn ones of both sides goes right, as ours has it."""
    own = numpy.ones(len(features), bool) if own is None else own
    left, right = tree.children_left[node], tree.children_right[node]
    if left < 0:
        yield own
        return
    values = features[:, tree.feature[node]]
    known = values[own & drawn]
    below = values <= known[known <= tree.threshold[node]].max()
    yield from leaves_of(tree, features, drawn, left, own & below)
    yield from leaves_of(tree, features, drawn, right, own & ~below)


def bagged(tree_features, x, y, draws):
    """scikit-learn's trees and ridge regressions in their leaves, for given draws of cells."""
    from sklearn.linear_model import Ridge
    from sklearn.tree import DecisionTreeRegressor

    deviation = x.std(0)
    deviation = numpy.where(deviation > 0, deviation, 1)
    total = numpy.zeros(len(y))
    for drawn in draws:
        tree = DecisionTreeRegressor(min_samples_leaf=LEAST_IN_LEAF, random_state=0)
        tree.fit(tree_features, y, sample_weight=drawn)
        for own in leaves_of(tree.tree_, tree_features, drawn > 0):
            fitted = own & (drawn > 0)
            ridge = Ridge(alpha=RIDGE * drawn[fitted].sum()).fit(x[fitted] / deviation, y[fitted], drawn[fitted])
            low, high = y[fitted].min(), y[fitted].max()
            reach = 0.25 * (high - low)
            total[own] += numpy.clip(ridge.predict(x[own] / deviation), low - reach, high + reach)
    return total / len(draws)


def trees():
    try:
        import sklearn
    except ImportError as error:
        raise Skipped(f"scikit-learn: {error}")
    off, unbinned, cells = [], [], 0
    for channels in (1, 3):
        x, y = scene(50, 60, channels, 100 + channels)
        result = ours("regression_trees", {"channels": x, "target": y, "weights": numpy.ones_like(y)},
                      {"prediction": numpy.float32, "draws": float}, shape=shape4(x), seed=7, trees=TREES)
        draws = result["draws"].reshape(TREES, -1)
        features, target = x.reshape(-1, channels).astype(float), y.ravel().astype(float)
        codes = numpy.stack([codes_of(x[..., c].ravel()) for c in range(channels)], -1)
        off.append(largest(result["prediction"] - bagged(codes, features, target, draws)) / target.std())
        difference = result["prediction"] - bagged(features, features, target, draws)
        unbinned.append(numpy.sqrt((difference**2).mean()) / target.std())
        cells += y.size
    peer = f"scikit-learn {sklearn.__version__}"
    yield Row("bagged regression trees (data/regression/regression_trees)", f"{peer} tree and Ridge", f"{cells} cells",
              largest(off), 1e-5, "of the target's spread", "our draws and our bins of 64 quantiles given to "
              "scikit-learn; a cell that a tree did not draw, between drawn cells of both sides, goes right in ours; "
              "the ridge regression in each leaf, kept near the leaf's range, is ours by definition")
    yield Row("the same, rms", f"{peer}, splits at any value", f"{cells} cells", largest(unbinned), 0.1,
              "of the target's spread", "definition: ours splits at 64 quantiles only")


COMPARISONS = [least_squares, gwr, trees]
