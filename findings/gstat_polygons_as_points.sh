#!/usr/bin/env bash
# gstat 2.1-0 (Debian 12): krige() from SpatialPolygons takes each polygon's value for a point value at its centre,
# without a word; krige0() does so too, unless vgmArea is its model.
# Kriging coarse cells down to fine ones (ATPRK) gives fine cells whose mean is not the coarse cell's value: here 6.19
# for 6, and 6.15 for the very polygon whose value is 6. Guessed: areas, as newdata's polygons are, or an error.
set -euo pipefail
version=2.1-0-1
if [ "$(dpkg-query --show --showformat='${Version}' r-cran-gstat 2>/dev/null)" != "$version" ]; then
  apt-get install -qq -y --no-install-recommends r-base-core "r-cran-gstat=$version" >/dev/null
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/polygons.R" <<'R'
suppressMessages({ library(sp); library(gstat) })
square <- function(i, j)
  Polygons(list(Polygon(4 * cbind(j + c(0, 1, 1, 0, 0), i + c(0, 0, 1, 1, 0)))), paste(i, j))
squares <- list()
values <- c()
for (i in 0:4) for (j in 0:4) {
  squares <- c(squares, square(i, j))
  values <- c(values, i + j^2)
}
blocks <- SpatialPolygonsDataFrame(SpatialPolygons(squares), data.frame(z = values), match.ID = FALSE)
middle <- SpatialPolygonsDataFrame(SpatialPolygons(squares[13]), data.frame(z = values[13]), match.ID = FALSE)
cells <- SpatialPoints(expand.grid(x = 8 + 1:4 - 0.5, y = 8 + 1:4 - 0.5))
model <- vgm(1, "Exp", 6)
quiet <- function(...) krige(..., debug.level = 0)$var1.pred
centres <- SpatialPointsDataFrame(coordinates(blocks), data.frame(z = values))
cat("gstat", as.character(packageVersion("gstat")), "\n")
areas <- mean(krige0(z ~ 1, blocks, cells, vgmArea, vgm = model, ndiscr = 16))
polygons <- quiet(z ~ 1, blocks, cells, model)
points <- quiet(z ~ 1, centres, cells, model)
own <- quiet(z ~ 1, blocks, middle, model)
zero <- mean(krige0(z ~ 1, blocks, cells, model))
cat("value of the middle block:", values[13], "\n")
cat("mean of its cells, krige from polygons:", mean(polygons), "; from points at their centres:", mean(points), "\n")
cat("krige from polygons to that polygon:", own, "\n")
cat("mean of its cells, krige0 from polygons:", zero, "; with vgmArea:", areas, "\n")
found <- max(abs(polygons - points)) < 1e-9 && abs(mean(polygons) - 6.189) < 0.001 && abs(own - 6.150) < 0.001 &&
  abs(zero - mean(points)) < 1e-9 && abs(areas - 6) < 1e-9
if (!found) {
  cat("gstat behaves otherwise now\n")
  quit(status = 1)
}
R
Rscript --vanilla "$folder/polygons.R"
