#pragma once
#include <filesystem>
#include <memory>

#include "data/dataset/dataset.hpp"
#include "data/dataset/sounding_run.hpp"

// A Dataset as a NetCDF-4 file (HDF5), in the words of the CF conventions 1.12; xarray, ncdump and GDAL read it.
// The root has the attributes Conventions, format, identity (data/dataset/identity.hpp) and provenance (JSON); the
// dimensions time (or window, where the labels are no dates in their order), y and x with their coordinates; the
// variable crs with what describes the reference system; region, where a part of the grid was asked for, 1 in its
// cells, else 0; and the layers (windows, rows, columns): float32, NaN where missing, deflated in chunks of one window
// of a block (data/dataset/file_blocks.hpp). The group coarse, with the attribute factor, has the same of the coarse
// grid, over the dimensions coarse_y and coarse_x. The group soundings has one variable a column (file, orbit,
// scanline, pixel only where they are known); soundings/runs has what finds those of some windows and cells. Equal
// datasets make equal files.
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
  // The layers of each grid, without values.
  const std::vector<Layer>& layers() const { return layers_; }
  const std::vector<Layer>& coarse_layers() const { return coarse_layers_; }
  // Which soundings lie where, in the order of the file.
  const std::vector<SoundingRun>& runs() const { return runs_; }
  Mask read_region() const;                         // as Dataset::region
  double bytes() const;                             // of memory that read_all() takes
  int64_t soundings() const { return soundings_; }  // their number

  // read_all: everything. read_block: some windows of the cells from (row, column) on, on both grids, without
  // soundings. row and column are multiples of the coarse factor; the block may end anywhere. read_soundings: empty for
  // a dataset of tables; in the order of the file, all or some of them. Of some windows and a part: all whose
  // footprints cover a cell of it, and others near them.
  Dataset read_all() const;
  Soundings read_soundings() const;
  Soundings read_soundings(int64_t first, int64_t count) const;
  Soundings read_soundings(WindowRange, const Part&) const;
  Dataset read_block(WindowRange, const Part&) const;
  Dataset read_block(WindowRange, const Part&, const LayerChoice&) const;

 private:
  std::unique_ptr<Hdf5File> file_;
  Dataset description_;
  std::vector<Layer> layers_, coarse_layers_;  // without values
  int64_t soundings_ = 0;
  std::vector<SoundingRun> runs_;
};

}  // namespace unetsr::data
