#!/usr/bin/env bash
# mgwr 2.2.1: GWR.predict at more places than the model was calibrated on raises an IndexError, and a fit() after any
# predict() returns, without a word, the regressions at the predicted places instead of the calibrated ones.
# Downscaling calibrates on few coarse cells and predicts many fine ones. Guessed: any number of places, and a model
# that predict leaves as it was. Tiles no larger than the calibration, with exog_scale and exog_resid given, work.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mgwr==2.2.1 numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import sys

import mgwr
import numpy
from mgwr.gwr import GWR

random = numpy.random.default_rng(0)
coarse, x = random.random((60, 2)), random.standard_normal((60, 1))
y = 2 + x * (1 + coarse[:, :1]) + 0.1 * random.standard_normal((60, 1))
fine, fine_x = random.random((61, 2)), random.standard_normal((61, 1))
print("mgwr", mgwr.__version__)


def model():
    return GWR(coarse, y, x, bw=30, n_jobs=1)


def answer(count):
    try:
        return str(model().predict(fine[:count], fine_x[:count]).predictions.shape)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


few, many = answer(60), answer(61)
print("calibrated on 60, predict at 60:", few)
print("calibrated on 60, predict at 61:", many)

used = model()
before = used.fit().params
used.predict(fine[:10], fine_x[:10])
after = used.fit().params
print("coefficients of fit():", before.shape, "; of fit() after a predict at 10 places:", after.shape)

one = model()
fit = one.fit()
tiles = [one.predict(fine[k:k + 20], fine_x[k:k + 20], fit.scale, fit.resid_response).predictions
         for k in range(0, 61, 20)]
print("in tiles of 20:", numpy.concatenate(tiles).shape)

as_found = (few == "(60, 1)" and many.startswith("IndexError") and before.shape == (60, 2) and after.shape == (10, 2)
            and numpy.concatenate(tiles).shape == (61, 1))
sys.exit(0 if as_found else "mgwr behaves otherwise now")
PYTHON
