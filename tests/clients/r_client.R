# r_client.R MAP LONGITUDES LATITUDES: see tests/clients/run. Prints rows as JSON.
suppressPackageStartupMessages({
  library(jsonlite)
  library(sf)
  library(stars)
  library(terra)
})
arguments <- commandArgs(trailingOnly = TRUE)
map <- arguments[1]
places <- data.frame(x = fromJSON(arguments[2]), y = fromJSON(arguments[3]))
netcdf <- paste0(map, ".nc")
tiff <- paste0(map, ".tif")
row <- function(client, file, way, values, time = "", note = "") {
  list(client = client, file = file, way = way, values = unname(values), time = time, note = note)
}
terra_client <- paste("terra", packageVersion("terra"))
stars_client <- paste("stars", packageVersion("stars"))

points <- vect(places, geom = c("x", "y"), crs = "EPSG:4326")
terra_values <- function(raster) extract(raster, project(points, crs(raster)))[[2]]
sif <- rast(netcdf, subds = "sif")
rows <- list(
  row(terra_client, netcdf, "rast(subds = \"sif\")", terra_values(sif[[1]]), format(time(sif)[1]),
      paste("CRS", crs(sif, describe = TRUE)$name)),
  row(terra_client, tiff, "rast", terra_values(rast(tiff)[[1]]), note = paste("layer 1 is", names(rast(tiff))[1]))
)

geometry <- st_as_sf(places, coords = c("x", "y"), crs = 4326)
stars_values <- function(cube) {
  values <- st_extract(cube, st_transform(geometry, st_crs(cube)))[[1]]
  as.numeric(if (is.matrix(values)) values[, 1] else values)
}
cube <- read_stars(netcdf, sub = "sif", curvilinear = character(0), quiet = TRUE)
rows <- c(rows, list(
  row(stars_client, netcdf, "read_stars(sub = \"sif\", curvilinear = character(0))", stars_values(cube),
      format(st_get_dimension_values(cube, "time")[1]), paste("CRS", st_crs(cube)$Name)),
  row(stars_client, tiff, "read_stars", stars_values(read_stars(tiff)))
))
cat(toJSON(rows, auto_unbox = TRUE, digits = NA))
