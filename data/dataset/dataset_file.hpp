#pragma once
#include <filesystem>
#include <memory>

#include "data/dataset/dataset.hpp"

// A Dataset as HDF5: /layers holds one array a layer (windows, rows, columns), in deflated chunks, with the attributes
// units, long_name and _FillValue = NaN; /coarse_layers the same on the coarse grid, with the attribute factor;
// /soundings one array a column (file, orbit, scanline, pixel only where they are known); /window, /y and /x are
// coordinates; /region, where a part of the grid was asked for, is 1 in its cells, else 0; the root has the attributes
// format, crs, identity (data/dataset/identity.hpp) and provenance (JSON). Equal datasets make equal files.
namespace unetsr::data {

// Writes straight to `file` (replacing it): write to a temporary name first where a truncated file would do harm.
void write_dataset(const std::filesystem::path& file, const Dataset&);

// Throws Error naming the file and the place in it: truncated, not HDF5, not a dataset, shapes that do not agree,
// contents that are not those of the identity.
Dataset read_dataset(const std::filesystem::path& file);

class Hdf5File;

// Names of layers on each grid; unknown names are ignored.
struct LayerChoice {
  std::vector<std::string> layers, coarse_layers;
};

struct WindowRange {
  int first = 0, count = 1;
};

// A dataset too large to hold: opened once, read in blocks. Throws what read_dataset throws.
class DatasetFile {
 public:
  explicit DatasetFile(const std::filesystem::path& file);
  ~DatasetFile();

  // Grid, windows, coarse factor and provenance; no values, no region.
  const Dataset& description() const { return description_; }
  bool has(const std::string& name) const;  // a layer of the fine grid
  double bytes() const;                     // of memory that read_all() takes

  // read_all: everything. read_block: some windows of the cells from (row, column) on, on both grids, without
  // soundings. row and column are multiples of the coarse factor; the block may end anywhere. read_soundings: empty for
  // a dataset of tables.
  Dataset read_all() const;
  Soundings read_soundings() const;
  Dataset read_block(WindowRange, const Part&) const;
  Dataset read_block(WindowRange, const Part&, const LayerChoice&) const;

 private:
  std::unique_ptr<Hdf5File> file_;
  Dataset description_;
  std::vector<Layer> layers_, coarse_layers_;  // without values
};

}  // namespace unetsr::data
