#!/bin/bash
# NCO 5.1.4 (Debian 12): ncra of two periods of 16 days that follow each other, with time:bounds = "time_bounds" and
# cell_methods "time: mean". The values are the mean, but time_bounds is averaged like a variable: the mean of days
# 0 to 32 claims the 16 days 8 to 24, which are neither of the periods.
# Why it matters: composites are averaged to seasons with ncra, and the next tool weights or labels them by bounds.
# Guessed: bounds of a mean span its members, as CDO's timmean writes them (shown beside it).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
command -v ncra >/dev/null || apt-get install -y -qq --no-install-recommends nco=5.1.4-1+deb12u1 >/dev/null
command -v cdo >/dev/null || apt-get install -y -qq --no-install-recommends cdo=2.1.1-1+deb12u1 >/dev/null
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q netCDF4==1.7.2 numpy==2.2.6
cat >"$folder/make.py" <<'PYTHON'
import sys

import netCDF4

with netCDF4.Dataset(sys.argv[1], "w") as file:
    file.Conventions = "CF-1.8"
    for name, length in (("time", None), ("lat", 2), ("lon", 2), ("bounds", 2)):
        file.createDimension(name, length)
    for name, values, unit in (("lat", [45, 46], "degrees_north"), ("lon", [7, 8], "degrees_east")):
        v = file.createVariable(name, "f8", (name,))
        v.units = unit
        v[:] = values
    time = file.createVariable("time", "f8", ("time",))
    time.setncatts({"standard_name": "time", "units": "days since 2019-01-01", "calendar": "standard", "axis": "T",
                    "bounds": "time_bounds"})
    bounds = file.createVariable("time_bounds", "f8", ("time", "bounds"))
    v = file.createVariable("v", "f4", ("time", "lat", "lon"))
    v.setncatts({"units": "1", "cell_methods": "time: mean"})
    for k in range(2):
        time[k], bounds[k], v[k] = 16 * k + 8, [16 * k, 16 * k + 16], 1 + 2 * k
PYTHON
cat >"$folder/read.py" <<'PYTHON'
import sys

import netCDF4

found = {}
for tool, name in zip(("ncra", "cdo timmean"), sys.argv[1:]):
    with netCDF4.Dataset(name) as file:
        bounds = file[file["time"].bounds]
        found[tool] = [netCDF4.date2num(netCDF4.num2date(float(b), file["time"].units), "days since 2019-01-01")
                       for b in bounds[0]]
        print(f"{tool}: value {float(file['v'][0, 0, 0])}, bounds {[float(b) for b in found[tool]]}")
sys.exit(0 if found["ncra"] == [8, 24] and found["cdo timmean"] == [0, 32] else 1)
PYTHON
ncra --version 2>&1 | tail -n 1
"$folder/venv/bin/python" "$folder/make.py" "$folder/two.nc"
ncra "$folder/two.nc" "$folder/nco.nc"
cdo -s timmean "$folder/two.nc" "$folder/cdo.nc"
"$folder/venv/bin/python" "$folder/read.py" "$folder/nco.nc" "$folder/cdo.nc"
