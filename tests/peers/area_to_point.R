# area_to_point.R FOLDER FACTOR RANGE REACH: krige to the cells of the blocks in FOLDER/centres.txt (row and column, from
# 0) from the blocks of FOLDER/blocks.txt that are at most REACH rows and columns away; lengths in cells.
suppressMessages({ library(sp); library(gstat) })
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
f <- as.integer(arguments[2])
range <- as.numeric(arguments[3])
reach <- as.integer(arguments[4])
blocks <- as.matrix(read.table(file.path(folder, "blocks.txt"), na.strings = c("nan", "NA")))
centres <- as.matrix(read.table(file.path(folder, "centres.txt")))

square <- function(row, column, id) {
  x <- column * f + c(0, f, f, 0, 0)
  y <- -(row * f + c(0, 0, f, f, 0))
  Polygons(list(Polygon(cbind(x, y))), id)
}

lines <- list()
for (k in seq_len(nrow(centres))) {
  row <- centres[k, 1]
  column <- centres[k, 2]
  squares <- list()
  values <- c()
  for (i in max(0, row - reach):min(nrow(blocks) - 1, row + reach))
    for (j in max(0, column - reach):min(ncol(blocks) - 1, column + reach))
      if (!is.na(blocks[i + 1, j + 1])) {
        values <- c(values, blocks[i + 1, j + 1])
        squares <- c(squares, square(i, j, as.character(length(values))))
      }
  data <- SpatialPolygonsDataFrame(SpatialPolygons(squares), data.frame(z = values), match.ID = FALSE)
  cells <- expand.grid(x = column * f + seq_len(f) - 0.5, y = -(row * f + seq_len(f) - 0.5))
  to <- SpatialPoints(cells)
  model <- vgm(1, "Exp", range)
  lines[[k]] <- as.vector(krige0(z ~ 1, data, to, vgmArea, vgm = model, ndiscr = f * f))
}
write.table(format(do.call(rbind, lines), digits = 17), file.path(folder, "cells.txt"), quote = FALSE,
            row.names = FALSE, col.names = FALSE)
