#!/bin/bash
# CDO 2.1.1 (Debian 12) on a projected grid with proj_params: cells have areas, and remapcon works. The same file with
# 2-D lat and lon named in "coordinates", as CF 5.6 wants for projected grids: CDO forgets the projection, and with it
# the corners of the cells; gridarea and remapcon end with "corner coordinates missing".
# Guessed: auxiliary coordinates add to what the projection says, as in GDAL, xarray, QGIS and terra.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
command -v cdo >/dev/null || apt-get install -y -qq --no-install-recommends cdo=2.1.1-1+deb12u1 >/dev/null
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q netCDF4==1.7.2 numpy==2.2.6
cdo --version 2>&1 | head -n 1
cat >"$folder/check.py" <<'PYTHON'
import os
import subprocess
import sys

import netCDF4
import numpy

R, CELL = 6371007.181, 926.625433055833
PROJ = f"+proj=sinu +lon_0=0 +x_0=0 +y_0=0 +R={R} +units=m +no_defs"
x, y = -7.3e6 + CELL * numpy.arange(6), 5.0e6 - CELL * numpy.arange(5)
lat = numpy.degrees(y / R)[:, None] + 0 * x
lon = numpy.degrees(x / (R * numpy.cos(y / R)[:, None]))


def written(name, places):
    with netCDF4.Dataset(name, "w") as file:
        crs = file.createVariable("crs", "i4")
        crs.setncatts({"grid_mapping_name": "sinusoidal", "longitude_of_projection_origin": 0.0, "false_easting": 0.0,
                       "false_northing": 0.0, "earth_radius": R, "proj_params": PROJ})
        for axis, values in (("y", y), ("x", x)):
            file.createDimension(axis, len(values))
            v = file.createVariable(axis, "f8", (axis,))
            v.setncatts({"standard_name": f"projection_{axis}_coordinate", "units": "m", "axis": axis.upper()})
            v[:] = values
        v = file.createVariable("v", "f4", ("y", "x"))
        v.grid_mapping = "crs"
        v[:] = 1
        if places:
            v.coordinates = "lat lon"
            for short, name, unit, values in (("lat", "latitude", "north", lat), ("lon", "longitude", "east", lon)):
                p = file.createVariable(short, "f8", ("y", "x"))
                p.setncatts({"standard_name": name, "units": f"degrees_{unit}"})
                p[:] = values


def asked(file, operator, **variables):
    done = subprocess.run(["cdo", "-s", "outputtab,value", operator, "-selname,v", file], capture_output=True,
                          text=True, env={**os.environ, **variables})
    said = [line for line in done.stderr.splitlines() if "missing" in line]
    first = done.stdout.split()[2] if done.returncode == 0 else said
    print(f"{os.path.basename(file)} {variables} {operator}: exit code {done.returncode}, {first}")
    return done.returncode, bool(said)


plain, both = (os.path.join(sys.argv[1], name) for name in ("projection.nc", "projection_and_lat_lon.nc"))
written(plain, False)
written(both, True)
operators = ("-gridarea", "-remapcon,r3600x1800")
good = all(asked(plain, o) == (0, False) for o in operators)
lost = all(code != 0 and said for code, said in [asked(both, o) for o in operators])
back = all(asked(both, o, IGNORE_ATT_COORDINATES="1") == (0, False) for o in operators)
sys.exit(0 if good and lost and back else 1)
PYTHON
"$folder/venv/bin/python" "$folder/check.py" "$folder"
