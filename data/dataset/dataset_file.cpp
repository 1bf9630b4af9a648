#include "data/dataset/dataset_file.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "data/dataset/dataset_layout.hpp"
#include "data/dataset/dataset_writer.hpp"
#include "data/dataset/hdf5_file.hpp"
#include "data/dataset/identity.hpp"
#include "data/dataset/json_text.hpp"
#include "data/dataset/sounding_columns.hpp"
#include "data/dataset/sounding_types.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

using layout::LayerGroup;

void read_axis(const Hdf5File& file, const std::string& place, double& origin, double& step, int& count) {
  const Hdf5Handle array = file.open_array(place);
  const Extent extent = file.extent_of(array, place);
  file.require(extent.size() == 1 && extent[0] > 0 && extent[0] <= 1000000, place, "not a coordinate");
  count = int(extent[0]);
  const std::vector<double> axis = file.read_numbers(array, place, "origin_and_step");
  file.require(axis.size() == 2 && std::isfinite(axis[0]) && std::isfinite(axis[1]) && axis[1] != 0, place,
               "attribute 'origin_and_step' is not two numbers");
  origin = axis[0], step = axis[1];
}

std::vector<std::string> read_windows(const Hdf5File& file, const std::string& dated, const std::string& labelled) {
  if (H5Lexists(file.id(), dated.c_str(), H5P_DEFAULT) <= 0) return file.read_texts(labelled);
  const Hdf5Handle array = file.open_array(dated);
  const Extent extent = file.extent_of(array, dated);
  constexpr int32_t latest = 2932896;  // 9999-12-31
  file.require(extent.size() == 1 && extent[0] <= 100000, dated, "not a coordinate");
  std::vector<int32_t> days(extent[0]);
  file.read_block(array, dated, {0}, extent, H5T_NATIVE_INT32, days.data());
  std::vector<std::string> windows;
  for (const int32_t day : days) {
    file.require(std::abs(int64_t(day)) <= latest, dated, "not dates");
    windows.push_back(to_string(date_of(day)));
  }
  return windows;
}

// Of dated windows, which are all as long.
int read_window_days(const Hdf5File& file, size_t windows) {
  const std::string place = "/" + layout::time_bounds;
  if (H5Lexists(file.id(), place.c_str(), H5P_DEFAULT) <= 0) return Window::composite_days;
  const Hdf5Handle array = file.open_array(place);
  file.require(file.extent_of(array, place) == Extent{windows, 2}, place, "not two days a window");
  std::vector<int32_t> days(2 * windows);
  file.read_block(array, place, {0, 0}, {windows, 2}, H5T_NATIVE_INT32, days.data());
  const int64_t length = int64_t(days[1]) - days[0];
  for (size_t w = 0; w < windows; ++w)
    file.require(int64_t(days[2 * w + 1]) - days[2 * w] == length && length >= 1 && length <= Window::composite_days,
                 place, "not the same 1 to 16 days for each window");
  return int(length);
}

Mask region_of(const Hdf5File& file, const Grid& grid) {
  const std::string place = "/" + layout::region;
  if (H5Lexists(file.id(), place.c_str(), H5P_DEFAULT) <= 0) return {};
  const Hdf5Handle array = file.open_array(place);
  const Extent extent = {hsize_t(grid.rows), hsize_t(grid.columns)};
  file.require(file.extent_of(array, place) == extent, place, "not one value a cell");
  file.require_stored(array, place);
  Mask region(size_t(grid.cells()));
  file.read_block(array, place, {0, 0}, extent, H5T_NATIVE_UINT8, region.data());
  return region;
}

// Names, units and descriptions of the layers of a group; checks that all have the shape.
std::vector<Layer> read_descriptions(const Hdf5File& file, const LayerGroup& group, Shape shape) {
  const Hdf5Handle handle = file.open_group(group.group.empty() ? "/" : group.group);
  const auto& others = layout::no_layers;
  std::vector<Layer> layers;
  for (const std::string& name : file.names_in(handle, group.place(""))) {
    if (std::find(others.begin(), others.end(), name) != others.end()) continue;
    const std::string place = group.place(name);
    const Hdf5Handle array = file.open_array(place);
    file.require_numbers(array, place);
    file.require_stored(array, place);
    file.require(file.extent_of(array, place) == Extent{hsize_t(shape.n), hsize_t(shape.h), hsize_t(shape.w)}, place,
                 "not " + std::to_string(shape.n) + " x " + std::to_string(shape.h) + " x " + std::to_string(shape.w) +
                     " as the windows and " + group.y + " and " + group.x + " require");
    layers.push_back({name, file.read_text(array, place, "units"), file.read_text(array, place, "long_name"), {}});
  }
  return layers;
}

Layer read_values(const Hdf5File& file, const LayerGroup& group, Layer layer, const WindowRange& windows,
                  const Part& part) {
  const std::string place = group.place(layer.name);
  const Hdf5Handle array = file.open_array(place);
  layer.values.resize(size_t(windows.count) * size_t(part.rows) * size_t(part.columns));
  file.read_block(array, place, {hsize_t(windows.first), hsize_t(part.row), hsize_t(part.column)},
                  {hsize_t(windows.count), hsize_t(part.rows), hsize_t(part.columns)}, H5T_NATIVE_FLOAT,
                  layer.values.data());
  return layer;
}

// The values of one window and part of layers on a grid.
std::vector<Layer> cut(const std::vector<Layer>& layers, const Grid& grid, int window, const Part& part) {
  std::vector<Layer> result;
  for (const Layer& layer : layers) {
    Layer own{layer.name, layer.units, layer.long_name, {}};
    const float* values = layer.values.data() + window * grid.cells() + int64_t(part.row) * grid.columns + part.column;
    for (int row = 0; row < part.rows; ++row, values += grid.columns)
      own.values.insert(own.values.end(), values, values + part.columns);
    result.push_back(std::move(own));
  }
  return result;
}

std::vector<std::string> names_of(const std::vector<Layer>& layers) {
  std::vector<std::string> names;
  for (const Layer& layer : layers) names.push_back(layer.name);
  return names;
}

std::vector<Layer> chosen(const std::vector<Layer>& layers, const std::vector<std::string>& names) {
  std::vector<Layer> result;
  for (const Layer& layer : layers)
    if (std::find(names.begin(), names.end(), layer.name) != names.end()) result.push_back(layer);
  return result;
}

// Of the soundings' table: how many there are. Throws Error where a column has another number, or less is stored.
int64_t count_soundings(const Hdf5File& file) {
  const std::string place = "/soundings/sif";
  const Extent extent = file.extent_of(file.open_array(place), place);
  file.require(extent.size() == 1 && extent[0] <= hsize_t(std::numeric_limits<int32_t>::max()), place,
               "not one entry a sounding");
  return int64_t(extent[0]);
}

// Entries first .. first + count - 1 of all columns are added to the soundings.
void read_soundings(const Hdf5File& file, int64_t all, int64_t first, int64_t count, Soundings& soundings) {
  const auto read = [&](const std::string& name, auto& column) {
    using T = typename std::decay_t<decltype(column)>::value_type;
    const std::string place = "/soundings/" + name;
    const Hdf5Handle array = file.open_array(place);
    if (!std::is_same_v<T, int32_t>) file.require_numbers(array, place);
    const hsize_t entries = hsize_t(all);
    file.require(file.extent_of(array, place) == (is_corners<T> ? Extent{entries, 4} : Extent{entries}), place,
                 "not one entry a sounding");
    file.require_stored(array, place);
    if (count == 0) return;
    const size_t before = column.size();
    column.resize(before + size_t(count));
    Extent start = {hsize_t(first)}, size = {hsize_t(count)};
    if (is_corners<T>) start.push_back(0), size.push_back(4);
    file.read_block(array, place, start, size, memory_type<T>(), column.data() + before);
  };
  visit_columns(soundings, read);
  const Hdf5Handle group = file.open_group("soundings");
  visit_optional_columns(soundings, [&](const std::string& name, auto& column) {
    if (H5Lexists(group, name.c_str(), H5P_DEFAULT) > 0) read(name, column);
  });
}

std::vector<SoundingRun> read_runs(const Hdf5File& file, const Dataset& d, int64_t soundings) {
  std::vector<std::vector<int64_t>> columns;
  const std::string prefix = "/" + layout::runs_group + "/", damaged = "its runs are not those of the soundings";
  for (const std::string& name : layout::run_columns) {
    const std::string place = prefix + name;
    const Hdf5Handle array = file.open_array(place);
    const Extent extent = file.extent_of(array, place);
    file.require(extent.size() == 1 && (columns.empty() || extent[0] == columns[0].size()), place, damaged);
    file.require_stored(array, place);
    columns.emplace_back(extent[0]);
    if (extent[0] > 0) file.read_block(array, place, {0}, extent, H5T_NATIVE_INT64, columns.back().data());
  }
  std::vector<SoundingRun> runs;
  int64_t next = 0;
  for (size_t i = 0; i < columns[0].size(); ++i) {
    const auto at = [&](size_t column, int64_t low, int64_t high) {
      const int64_t value = columns[column][i];
      file.require(value >= low && value <= high, prefix + layout::run_columns[column], damaged);
      return value;
    };
    SoundingRun run;
    run.window = int(at(0, -1, int64_t(d.windows.size()) - 1));
    run.first = at(1, next, next), run.count = at(2, 1, soundings - next);
    run.cells.row = int(at(3, 0, d.grid.rows)), run.cells.column = int(at(4, 0, d.grid.columns));
    run.cells.rows = int(at(5, 0, d.grid.rows)), run.cells.columns = int(at(6, 0, d.grid.columns));
    next += run.count;
    runs.push_back(run);
  }
  file.require(next == soundings, prefix + "count", damaged);
  return runs;
}

Provenance provenance_of(const Hdf5File& file, const std::string& text) try {
  const nlohmann::json json = parse_json(text, "provenance");
  Provenance provenance;
  provenance.command = json.at("command");
  provenance.version = json.at("version");
  provenance.created = json.at("created");
  provenance.simulated = json.value("simulated", false);
  provenance.world = json.value("world", "");
  provenance.settings = json.value("settings", "");
  provenance.soundings = json.value("soundings", "");
  for (const auto& input : json.at("inputs"))
    provenance.inputs.push_back({input.at("path"), input.at("sha256"),
                                 uint64_t(whole_number(input, "bytes", 0, std::numeric_limits<int64_t>::max()))});
  return provenance;
} catch (const std::exception&) {
  file.fail("/", "attribute 'provenance' is not the JSON it should be");
}

// A whole number of the root; `otherwise` where there is no such attribute.
int whole_number_of(const Hdf5File& file, const std::string& name, int otherwise) {
  if (H5Aexists(file.id(), name.c_str()) <= 0) return otherwise;
  const std::vector<double> values = file.read_numbers(file.id(), "/", name);
  file.require(values.size() == 1 && values[0] >= 1 && values[0] <= 10000 && values[0] == std::floor(values[0]), "/",
               "no valid " + name);
  return int(values[0]);
}

SifQuantity sif_quantity_of(const Hdf5File& file) {
  SifQuantity sif;
  sif.wavelength = whole_number_of(file, layout::sif_wavelength, sif.wavelength);
  sif.fit_window = whole_number_of(file, layout::sif_fit_window, sif.fit_window);
  if (H5Aexists(file.id(), layout::sif_kind.c_str()) <= 0) return sif;
  const std::string kind = file.read_text(file.id(), "/", layout::sif_kind);
  const std::vector<std::string> known = unetsr::names_of<SifKind>();
  file.require(std::find(known.begin(), known.end(), kind) != known.end(), "/",
               "sif_kind is '" + excerpt(kind) + "', none of " + one_of(known));
  sif.kind = parse<SifKind>(kind);
  return sif;
}

}  // namespace

void write_dataset(const std::filesystem::path& path, const Dataset& d) {
  DatasetWriter writer(path, d, SoundingTable::of(d.soundings));
  const FileBlocks& blocks = writer.blocks();
  const int factor = std::max(1, d.coarse_factor);
  for (int64_t block = 0; block < blocks.count(); ++block)
    for (int w = 0; w < int(d.windows.size()); ++w) {
      const Part part = blocks.part(block);
      const Grid cells = coarsened(part_of(d.grid, part), factor);
      std::vector<Layer> coarse;
      if (d.coarse_factor > 0)
        coarse = cut(d.coarse_layers, coarsened(d.grid, factor), w,
                     {part.row / factor, part.column / factor, cells.rows, cells.columns});
      writer.write_block(w, part, cut(d.layers, d.grid, w, part), coarse);
    }
  if (d.coarse_factor > 0) writer.append(-1, whole(d.grid), d.soundings);
  writer.finish(d.provenance);
}

DatasetFile::DatasetFile(const std::filesystem::path& path)
    : file_(new Hdf5File(Hdf5File::open(path, "prepare the dataset anew"))) {
  const Hdf5File& file = *file_;
  const std::string expected = layout::format_name + " " + std::to_string(layout::format_version);
  file.require(H5Aexists(file.id(), "format") > 0, "/", "no attribute 'format': not a " + layout::format_name);
  const std::string format = file.read_text(file.id(), "/", "format");
  file.require(
      format == expected, "/",
      "format is '" + format.substr(0, 60) + "', but this program reads '" + expected + "'; prepare the dataset anew");
  Dataset& d = description_;
  const std::string crs = "/" + layout::crs;
  d.grid.crs = file.read_text(file.open_array(crs), crs, "definition");
  d.identity = file.read_text(file.id(), "/", "identity");
  d.provenance = provenance_of(file, file.read_text(file.id(), "/", "provenance"));
  d.sif = sif_quantity_of(file);
  d.windows = read_windows(file, layout::fine_group(true).window, layout::fine_group(false).window);
  file.require(!d.windows.empty(), "/", "no window");
  d.window_days = read_window_days(file, d.windows.size());
  const LayerGroup fine = layout::fine_group(true), coarse = layout::coarse_group(true);
  read_axis(file, fine.x, d.grid.x_origin, d.grid.x_step, d.grid.columns);
  read_axis(file, fine.y, d.grid.y_origin, d.grid.y_step, d.grid.rows);
  layers_ = read_descriptions(file, fine, d.shape());
  if (H5Lexists(file.id(), coarse.group.c_str(), H5P_DEFAULT) <= 0) return;
  const Hdf5Handle group = file.open_group(coarse.group);
  const std::vector<double> factor = file.read_numbers(group, coarse.group, "factor");
  file.require(factor.size() == 1 && factor[0] >= 1 && factor[0] <= 10000 && factor[0] == std::floor(factor[0]),
               coarse.group, "no valid factor");
  d.coarse_factor = int(factor[0]);
  const Grid cells = coarsened(d.grid, d.coarse_factor);
  coarse_layers_ = read_descriptions(file, coarse, {int(d.windows.size()), cells.rows, cells.columns, 1});
  soundings_ = count_soundings(file);
  runs_ = read_runs(file, d, soundings_);
}

DatasetFile::~DatasetFile() = default;

bool DatasetFile::has(const std::string& name) const {
  return std::any_of(layers_.begin(), layers_.end(), [&](const Layer& layer) { return layer.name == name; });
}

double DatasetFile::bytes() const {
  const Dataset& d = description_;
  const double windows = double(d.windows.size()), fine = windows * double(d.grid.cells());
  double bytes = sizeof(float) * fine * double(layers_.size());
  if (d.coarse_factor == 0) return bytes;
  bytes += sizeof(float) * windows * double(coarsened(d.grid, d.coarse_factor).cells()) * double(coarse_layers_.size());
  constexpr double columns = 5 * sizeof(float) + 11 * sizeof(double) + 5 * sizeof(int32_t);
  return bytes + columns * double(soundings_);
}

Dataset DatasetFile::read_block(WindowRange windows, const Part& part) const {
  return read_block(windows, part, {names_of(layers_), names_of(coarse_layers_)});
}

Dataset DatasetFile::read_block(WindowRange windows, const Part& part, const LayerChoice& choice) const {
  const int f = std::max(1, description_.coarse_factor);
  if (part.row % f || part.column % f)
    throw ShapeError("a block from (" + std::to_string(part.row) + ", " + std::to_string(part.column) +
                     ") on does not begin on a coarse cell of " + std::to_string(f) + " cells");
  Dataset block;
  block.grid = part_of(description_.grid, part);
  for (int w = 0; w < windows.count; ++w) block.windows.push_back(description_.windows.at(size_t(windows.first + w)));
  block.window_days = description_.window_days, block.coarse_factor = description_.coarse_factor;
  block.sif = description_.sif;
  block.provenance = description_.provenance;
  for (const Layer& layer : chosen(layers_, choice.layers))
    block.layers.push_back(read_values(*file_, layout::fine_group(true), layer, windows, part));
  const Grid coarse = coarsened(block.grid, f);
  for (const Layer& layer : chosen(coarse_layers_, choice.coarse_layers))
    block.coarse_layers.push_back(read_values(*file_, layout::coarse_group(true), layer, windows,
                                              {part.row / f, part.column / f, coarse.rows, coarse.columns}));
  return block;
}

Dataset read_dataset(const std::filesystem::path& path) {
  const DatasetFile file(path);
  return file.read_all();
}

Dataset DatasetFile::read_all() const {
  Dataset dataset = description_;
  dataset.region = read_region();
  const WindowRange windows = {0, int(dataset.windows.size())};
  for (const Layer& layer : layers_)
    dataset.add(read_values(*file_, layout::fine_group(true), layer, windows, whole(dataset.grid)));
  if (dataset.coarse_factor > 0) {
    const Grid coarse = coarsened(dataset.grid, dataset.coarse_factor);
    for (const Layer& layer : coarse_layers_)
      dataset.coarse_layers.push_back(read_values(*file_, layout::coarse_group(true), layer, windows, whole(coarse)));
    dataset.soundings = read_soundings();
  }
  file_->require(identity_of(dataset) == dataset.identity, "/",
                 "its contents are not those that were written: damaged, or changed by another program; prepare the "
                 "dataset anew");
  return dataset;
}

Mask DatasetFile::read_region() const {
  return region_of(*file_, description_.grid);
}

Soundings DatasetFile::read_soundings() const {
  Soundings soundings;
  if (description_.coarse_factor > 0) data::read_soundings(*file_, soundings_, 0, soundings_, soundings);
  return soundings;
}

Soundings DatasetFile::read_soundings(int64_t first, int64_t count) const {
  Soundings soundings;
  data::read_soundings(*file_, soundings_, first, count, soundings);
  return soundings;
}

Soundings DatasetFile::read_soundings(WindowRange windows, const Part& part) const {
  Soundings soundings;
  for (const SoundingRun& run : runs_) {
    const bool in_time = run.window < 0 || (run.window >= windows.first && run.window < windows.first + windows.count);
    if (in_time && overlap(run.cells, part)) data::read_soundings(*file_, soundings_, run.first, run.count, soundings);
  }
  return soundings;
}

}  // namespace unetsr::data
