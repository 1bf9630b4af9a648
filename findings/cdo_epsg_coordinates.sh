#!/bin/bash
# CDO 2.1.1 (Debian 12) given proj_params = "EPSG:5070" in a CF grid mapping: exit code 0, and every longitude and
# latitude is -9999; the same projection as a PROJ string gives the right ones, to the digits that are printed.
# Why it matters: maps of satellite products on a national grid are regridded and masked with CDO by coordinates.
# Guessed: PROJ takes "EPSG:5070" wherever it takes a PROJ string, so a code would do, or be refused.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
command -v cdo >/dev/null || apt-get install -y -qq --no-install-recommends cdo=2.1.1-1+deb12u1 >/dev/null
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q netCDF4==1.7.2 pyproj==3.7.2
cdo --version 2>&1 | head -n 1
cat >"$folder/check.py" <<'PYTHON'
import subprocess
import sys

import netCDF4
import pyproj

ALBERS = "+proj=aea +lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5 +x_0=0 +y_0=0 +datum=NAD83 +units=m +no_defs"
X, Y = [-1000.0, 0.0, 1000.0], [2301000.0, 2300000.0]


def printed(parameters):
    name = sys.argv[1] + "/map.nc"
    with netCDF4.Dataset(name, "w") as file:
        crs = file.createVariable("crs", "i4")
        crs.setncatts(pyproj.CRS("EPSG:5070").to_cf())
        crs.proj_params = parameters
        for axis, values in (("y", Y), ("x", X)):
            file.createDimension(axis, len(values))
            v = file.createVariable(axis, "f8", (axis,))
            v.setncatts({"standard_name": f"projection_{axis}_coordinate", "units": "m", "axis": axis.upper()})
            v[:] = values
        v = file.createVariable("v", "f4", ("y", "x"))
        v.grid_mapping = "crs"
        v[:] = 1
    done = subprocess.run(["cdo", "-s", "-outputtab,lon,lat", name], capture_output=True, text=True)
    rows = [[float(n) for n in line.split()] for line in done.stdout.splitlines() if not line.startswith("#")]
    print(f"{parameters}\n  exit code {done.returncode}, first coordinates {rows[0]}, {done.stderr.strip()}")
    return done.returncode, rows


to_degrees = pyproj.Transformer.from_crs("EPSG:5070", "EPSG:4269", always_xy=True)
right = [to_degrees.transform(x, y) for y in Y for x in X]
code, rows = printed("EPSG:5070")
silent = code == 0 and all(row == [-9999, -9999] for row in rows)
code, rows = printed(ALBERS)
good = code == 0 and all(abs(a - b) < 1e-3 for row, pair in zip(rows, right) for a, b in zip(row, pair))
print(f"right: {right[0]}")
sys.exit(0 if silent and good else 1)
PYTHON
"$folder/venv/bin/python" "$folder/check.py" "$folder"
