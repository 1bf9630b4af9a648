#include "data/formats/vnp13a2_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "data/dataset/hdf5_file.hpp"
#include "data/dataset/missing.hpp"
#include "data/dataset/readable_file.hpp"
#include "data/formats/eos_structure.hpp"
#include "data/geography/sinusoidal.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

struct DataSet {
  const char *name, *layer, *units;
  double scale;  // 1: the file states none
};

const std::array<DataSet, vnp13a2_data_sets> data_sets = {{
    {"NDVI", "ndvi", "1", 1e-4},
    {"EVI", "evi", "1", 1e-4},
    {"EVI2", "evi2", "1", 1e-4},
    {"red reflectance", "red", "1", 1e-4},
    {"NIR reflectance", "nir", "1", 1e-4},
    {"blue reflectance", "blue", "1", 1e-4},
    {"green reflectance", "green", "1", 1e-4},
    {"SWIR1 reflectance", "swir1", "1", 1e-4},
    {"SWIR2 reflectance", "swir2", "1", 1e-4},
    {"SWIR3 reflectance", "swir3", "1", 1e-4},
    {"view zenith angle", "vza", "degree", 0.01},
    {"sun zenith angle", "sza", "degree", 0.01},
    {"relative azimuth angle", "raa", "degree", 0.01},
    {"composite day of the year", "composite_day", "1", 1},
    {"VI Quality", quality_layer, "1", 1},
    {"pixel reliability", "viirs_reliability", "1", 1},
}};

// The two grids that hold indices, as the files name them.
struct Layout {
  const char *grid, *prefix;
  int tile_cells;
};
constexpr std::array<Layout, 2> layouts = {
    {{"VIIRS_Grid_16Day_VI_1km", "1 km 16 days ", 1200}, {"VIIRS_Grid_16Day_VI_500m", "500 m 16 days ", 2400}}};

constexpr const char* structure_place = "/HDFEOS INFORMATION/StructMetadata.0";
constexpr double pixel_tolerance = 0.01;

bool exists(const Hdf5File& file, const std::string& place) {
  for (size_t at = place.find('/', 1); at != std::string::npos; at = place.find('/', at + 1))
    if (H5Lexists(file.id(), place.substr(0, at).c_str(), H5P_DEFAULT) <= 0) return false;
  return H5Lexists(file.id(), place.c_str(), H5P_DEFAULT) > 0;
}

std::string attribute(const Hdf5File& file, const char* name) {
  return H5Aexists(file.id(), name) > 0 ? file.read_text(file.id(), "/", name) : "";
}

OwnMetadata metadata_of(const Hdf5File& file) {
  return {attribute(file, "ShortName"), attribute(file, "VersionID"), attribute(file, "RangeBeginningDate"),
          attribute(file, "HORIZONTALTILENUMBER"), attribute(file, "VERTICALTILENUMBER")};
}

class Vnp13a2File {
 public:
  explicit Vnp13a2File(const std::filesystem::path& path) : path_(path), file_(opened(path)), layout_(find_layout()) {
    own_ = metadata_of(file_);
    place_on_tile(structure());
    require_name(path_, own_, grid_);
  }

  const Grid& grid() const { return grid_; }
  std::string prefix() const { return layout_.prefix; }
  bool has(const DataSet& set) const { return exists(file_, place_of(set)); }

  // Values as stored, fills and what is outside the valid range missing; returns how many of the latter there are.
  int64_t read(const DataSet& set, std::vector<float>& values) const {
    const std::string place = place_of(set);
    const Hdf5Handle array = file_.open_array(place);
    require_whole_numbers(array, place);
    const Extent extent = {hsize_t(grid_.rows), hsize_t(grid_.columns)};
    file_.require(file_.extent_of(array, place) == extent, place,
                  fmt::format("not {} x {} values, as StructMetadata.0 states", grid_.rows, grid_.columns));
    file_.require_stored(array, place);
    require_scale(array, place, set);
    const std::vector<double> fills = file_.read_numbers(array, place, "_FillValue"),
                              valid = file_.read_numbers(array, place, "valid_range");
    file_.require(valid.size() == 2 && valid[0] < valid[1], place, "attribute 'valid_range' is not two numbers");
    std::vector<int32_t> stored(size_t(grid_.cells()));
    file_.read_block(array, place, {0, 0}, extent, H5T_NATIVE_INT32, stored.data());
    values.assign(stored.size(), missing);
    int64_t impossible = 0;
    for (size_t i = 0; i < stored.size(); ++i) {
      const double v = stored[i];
      if (std::find(fills.begin(), fills.end(), v) != fills.end()) continue;
      if (v >= valid[0] && v <= valid[1])
        values[i] = float(v * set.scale);
      else
        ++impossible;
    }
    return impossible;
  }

 private:
  static Hdf5File opened(const std::filesystem::path& path) {
    require_readable(path);
    return Hdf5File::open(path, "download it again");
  }

  Layout find_layout() const {
    for (const Layout& layout : layouts)
      if (exists(file_, std::string("/HDFEOS/GRIDS/") + layout.grid)) return layout;
    const std::string product = attribute(file_, "ShortName");
    throw Error(path_.string() + ": has no grid " + layouts[0].grid + ": " +
                (product.empty() ? "" : "it is " + excerpt(product) + ", ") +
                "not VNP13A2, VJ113A2 or VJ213A2, whose indices are read");
  }

  std::string structure() const {
    file_.require(exists(file_, structure_place), structure_place, "not there; download the file again");
    const Hdf5Handle array = file_.open_array(structure_place);
    const Hdf5Handle type =
        file_.owned(H5Dget_type(array), H5Tclose, structure_place, "cannot be read (is the file damaged?)");
    constexpr size_t longest = 1 << 20;
    const bool text = H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0 &&
                      file_.extent_of(array, structure_place).empty() && H5Tget_size(type) <= longest;
    file_.require(text, structure_place, "not a text");
    std::string structure(H5Tget_size(type), '\0');
    file_.require(H5Dread(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, structure.data()) >= 0, structure_place,
                  "cannot be read (is the file damaged?)");
    structure.resize(std::min(structure.size(), structure.find('\0')));
    return structure;
  }

  // Corners are rounded in the text; the grid is that of the tile's pixels on which they lie.
  void place_on_tile(const std::string& structure) {
    const std::optional<EosGrid> stated = eos_grid(structure, layout_.grid);
    file_.require(stated.has_value(), structure_place, std::string("describes no whole grid ") + layout_.grid);
    file_.require(stated->projection.ends_with("GCTP_SNSOID") && std::abs(stated->radius - modis_radius) < 0.01,
                  structure_place, "its projection is not the sinusoidal one of MODIS");
    const double cell = modis_tile / layout_.tile_cells;
    constexpr double farthest = 2e7;  // metres from the origin: half of the equator's length
    file_.require(std::max({std::abs(stated->left), std::abs(stated->right), std::abs(stated->top),
                            std::abs(stated->bottom)}) <= farthest + modis_tile,
                  structure_place, "its grid lies beyond the globe");
    const double column = stated->left / cell, row = -stated->top / cell;
    const double last_column = stated->right / cell, last_row = -stated->bottom / cell;
    const double columns = std::round(last_column) - std::round(column), rows = std::round(last_row) - std::round(row);
    const auto off = [](double edge) { return std::abs(edge - std::round(edge)); };
    file_.require(
        std::max({off(column), off(row), off(last_column), off(last_row)}) <= pixel_tolerance &&
            columns == stated->columns && rows == stated->rows,
        structure_place,
        fmt::format("its {} x {} pixels do not lie on the grid of MODIS tiles", stated->rows, stated->columns));
    file_.require(stated->columns <= layout_.tile_cells && stated->rows <= layout_.tile_cells, structure_place,
                  "its grid is larger than a tile");
    const double h = std::floor(std::round(column) / layout_.tile_cells),
                 v = std::floor(std::round(row) / layout_.tile_cells);
    const Grid tile = {
        layout_.tile_cells,  layout_.tile_cells, h * modis_tile + cell / 2, cell, -v * modis_tile - cell / 2, -cell,
        modis_sinusoidal_crs};
    grid_ = part_of(tile, {int(std::round(row) - v * layout_.tile_cells),
                           int(std::round(column) - h * layout_.tile_cells), stated->rows, stated->columns});
  }

  std::string place_of(const DataSet& set) const {
    return fmt::format("/HDFEOS/GRIDS/{}/Data Fields/{}{}", layout_.grid, layout_.prefix, set.name);
  }

  void require_whole_numbers(hid_t array, const std::string& place) const {
    const Hdf5Handle type = file_.owned(H5Dget_type(array), H5Tclose, place, "cannot be read (is the file damaged?)");
    file_.require(H5Tget_class(type) == H5T_INTEGER && H5Tget_size(type) <= 2, place, "not whole numbers of 16 bits");
  }

  // Another scale would be another product's, or one that divides.
  void require_scale(hid_t array, const std::string& place, const DataSet& set) const {
    const bool stated = H5Aexists(array, "scale_factor") > 0;
    const std::vector<double> scale = stated ? file_.read_numbers(array, place, "scale_factor") : std::vector{1.0},
                              offset = H5Aexists(array, "add_offset") > 0
                                           ? file_.read_numbers(array, place, "add_offset")
                                           : std::vector{0.0};
    if (scale.size() != 1 || !(std::abs(scale[0] - set.scale) <= 1e-9 * set.scale) || offset.size() != 1 ||
        offset[0] != 0)
      file_.fail(place,
                 fmt::format("scale_factor {} and add_offset {} are not the product's {} and 0",
                             scale.empty() ? missing : scale[0], offset.empty() ? missing : offset[0], set.scale));
  }

  std::filesystem::path path_;
  Hdf5File file_;
  Layout layout_;
  OwnMetadata own_;
  Grid grid_;
};

}  // namespace

GranuleContents vnp13a2_contents(const std::filesystem::path& path) {
  const Vnp13a2File file(path);
  GranuleContents contents{file.grid(), {}};
  for (const DataSet& set : data_sets)
    if (!file.has(set)) contents.missing.emplace_back(set.name);
  return contents;
}

Granule read_vnp13a2(const std::filesystem::path& path, const PixelScreens& screens) {
  const Vnp13a2File file(path);
  Granule granule;
  granule.grid = file.grid();
  for (const DataSet& set : data_sets) {
    if (!file.has(set)) continue;
    GranuleBand band{set.layer, set.units, "VIIRS 16-day " + std::string(set.name), {}};
    int64_t impossible = file.read(set, band.values);
    if (is_granule_name(path) && band.layer == "composite_day")
      impossible += to_window_days(band.values, granule_name(path).date);
    if (impossible) granule.impossible.emplace_back(set.name, impossible);
    granule.bands.push_back(std::move(band));
  }
  screen(granule, Sensor::viirs, file.prefix(), screens, path);
  return granule;
}

}  // namespace unetsr::data
