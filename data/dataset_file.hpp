#pragma once
#include <filesystem>

#include "data/dataset.hpp"

// A Dataset as HDF5: /layers holds one array a layer (windows, rows, columns), chunked by window and deflated, with the
// attributes units, long_name and _FillValue = NaN; /window, /y and /x are its coordinates; the root has the attributes
// format, crs and provenance (JSON). Equal datasets make equal files.
namespace unetsr::data {

// Writes straight to `file` (replacing it): write to a temporary name first where a torn file would do harm.
void write_dataset(const std::filesystem::path& file, const Dataset&);

// Throws Error naming the file and the place in it: truncated, not HDF5, not a dataset, shapes that do not agree.
Dataset read_dataset(const std::filesystem::path& file);

}  // namespace unetsr::data
