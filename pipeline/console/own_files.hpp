#pragma once
#include <filesystem>

namespace unetsr::pipeline {

// Whether this program wrote the file, by its contents: the format of a dataset or checkpoint, the software in a
// GeoTIFF's, netCDF's, PNG's or JSON's metadata, the first lines of a TOML file, a page, an SVG, a table or a history,
// the marks of a simulated granule. False for what cannot be read.
bool written_by_unetsr(const std::filesystem::path& file);

}  // namespace unetsr::pipeline
