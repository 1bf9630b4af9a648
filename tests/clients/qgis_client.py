"""qgis_client.py MAP LONGITUDES LATITUDES: see tests/clients/run; for the Python that has QGIS. Prints JSON."""
import json
import os
import sys

from qgis.core import (Qgis, QgsApplication, QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsPointXY,
                       QgsProject, QgsRasterLayer)


def row(name, source, way):
    layer = QgsRasterLayer(source, "map")
    if not layer.isValid():
        raise RuntimeError(f"QGIS does not open {source}")
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    to_map = QgsCoordinateTransform(degrees, layer.crs(), QgsProject.instance())
    values = []
    for longitude, latitude in zip(*map(json.loads, sys.argv[2:])):
        value, ok = layer.dataProvider().sample(to_map.transform(QgsPointXY(longitude, latitude)), 1)
        values.append(value if ok else float("nan"))
    note = f"CRS {layer.crs().description()}, drawn as {layer.renderer().type()}"
    if layer.source().endswith(".tif") and layer.renderer().type() != "singlebandpseudocolor":
        raise RuntimeError(f"QGIS does not take the style beside {source}: {note}")
    version = Qgis.QGIS_VERSION.split("-")[0]
    return {"client": f"QGIS {version}", "file": name, "way": way, "values": values, "note": note}


def main():
    application = QgsApplication([], False)
    application.initQgis()
    name = sys.argv[1]
    path = os.path.abspath(name)
    rows = [row(f"{name}.tif", f"{path}.tif", "raster layer"),
            row(f"{name}.nc", f'NETCDF:"{path}.nc":sif', "raster layer, sif")]
    sys.stdout.write(json.dumps(rows))
    sys.stdout.flush()
    application.exitQgis()


main()
