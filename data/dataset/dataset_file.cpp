#include "data/dataset/dataset_file.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "data/dataset/hdf5_file.hpp"
#include "data/dataset/identity.hpp"
#include "data/dataset/json_text.hpp"
#include "data/dataset/sounding_columns.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

const std::string format_name = "unetsr dataset";
constexpr int format_version = 3;

void write_axis(const Hdf5File& file, const std::string& place, double origin, double step, int count) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(origin + i * step);
  const Hdf5Handle array =
      file.write_array(file.id(), place, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, {values.size()}, {}, values.data());
  file.write_numbers(array, place, "origin_and_step", {origin, step});
}

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

void write_layers(const Hdf5File& file, const std::string& group_name, hid_t group, Shape shape,
                  const std::vector<Layer>& layers) {
  constexpr hsize_t side = 256;
  const Extent extent = {hsize_t(shape.n), hsize_t(shape.h), hsize_t(shape.w)};
  const Extent chunk = {1, std::min(side, extent[1]), std::min(side, extent[2])};
  for (const Layer& layer : layers) {
    const std::string place = "/" + group_name + "/" + layer.name;
    const Hdf5Handle array =
        file.write_array(group, place, H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, extent, chunk, layer.values.data());
    file.write_text(array, place, "units", layer.units);
    file.write_text(array, place, "long_name", layer.long_name);
    file.write_numbers(array, place, "_FillValue", {std::numeric_limits<double>::quiet_NaN()});
  }
}

const std::string region_place = "/region";

void write_region(const Hdf5File& file, const Dataset& dataset) {
  if (dataset.region.empty()) return;
  constexpr hsize_t side = 1024;
  const Extent extent = {hsize_t(dataset.grid.rows), hsize_t(dataset.grid.columns)};
  file.write_array(file.id(), region_place, H5T_STD_U8LE, H5T_NATIVE_UINT8, extent,
                   {std::min(side, extent[0]), std::min(side, extent[1])}, dataset.region.data());
}

Mask read_region(const Hdf5File& file, const Grid& grid) {
  if (H5Lexists(file.id(), region_place.c_str(), H5P_DEFAULT) <= 0) return {};
  const Hdf5Handle array = file.open_array(region_place);
  const Extent extent = {hsize_t(grid.rows), hsize_t(grid.columns)};
  file.require(file.extent_of(array, region_place) == extent, region_place, "not one value a cell");
  file.require_stored(array, region_place);
  Mask region(size_t(grid.cells()));
  file.read_block(array, region_place, {0, 0}, extent, H5T_NATIVE_UINT8, region.data());
  return region;
}

// Names, units and descriptions of the layers of a group; checks that all have the shape.
std::vector<Layer> read_descriptions(const Hdf5File& file, const std::string& group_name, Shape shape) {
  const Hdf5Handle group = file.open_group(group_name);
  std::vector<Layer> layers;
  for (const std::string& name : file.names_in(group, "/" + group_name)) {
    const std::string place = "/" + group_name + "/" + name;
    const Hdf5Handle array = file.open_array(place);
    file.require_numbers(array, place);
    file.require_stored(array, place);
    file.require(file.extent_of(array, place) == Extent{hsize_t(shape.n), hsize_t(shape.h), hsize_t(shape.w)}, place,
                 "not " + std::to_string(shape.n) + " x " + std::to_string(shape.h) + " x " + std::to_string(shape.w) +
                     " as /window, /y and /x require");
    layers.push_back({name, file.read_text(array, place, "units"), file.read_text(array, place, "long_name"), {}});
  }
  return layers;
}

Layer read_values(const Hdf5File& file, const std::string& group, Layer layer, const WindowRange& windows,
                  const Part& part) {
  const std::string place = "/" + group + "/" + layer.name;
  const Hdf5Handle array = file.open_array(place);
  layer.values.resize(size_t(windows.count) * size_t(part.rows) * size_t(part.columns));
  file.read_block(array, place, {hsize_t(windows.first), hsize_t(part.row), hsize_t(part.column)},
                  {hsize_t(windows.count), hsize_t(part.rows), hsize_t(part.columns)}, H5T_NATIVE_FLOAT,
                  layer.values.data());
  return layer;
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

template <class T>
constexpr bool is_corners = std::is_same_v<T, std::array<double, 4>>;
template <class T>
hid_t memory_type() {
  if (std::is_same_v<T, int32_t>) return H5T_NATIVE_INT32;
  return std::is_same_v<T, float> ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE;
}

void write_soundings(const Hdf5File& file, const Soundings& soundings) {
  const Hdf5Handle group = file.create_group("soundings");
  const hsize_t count = soundings.size();
  const auto write = [&](const std::string& name, const auto& column) {
    using T = typename std::decay_t<decltype(column)>::value_type;
    const hid_t type = memory_type<T>();
    Extent extent = {count}, chunk = {std::min<hsize_t>(count, 65536)};
    if (is_corners<T>) extent.push_back(4), chunk.push_back(4);
    if (count == 0) chunk.clear();
    file.write_array(group, "/soundings/" + name, type, type, extent, chunk, column.data());
  };
  visit_columns(soundings, write);
  visit_optional_columns(soundings, [&](const std::string& name, const auto& column) {
    if (column.size() == soundings.size() && !column.empty()) write(name, column);
  });
}

Soundings read_soundings(const Hdf5File& file) {
  Soundings soundings;
  hsize_t count = 0;
  const auto read = [&](const std::string& name, auto& column) {
    using T = typename std::decay_t<decltype(column)>::value_type;
    const std::string place = "/soundings/" + name;
    const Hdf5Handle array = file.open_array(place);
    if (!std::is_same_v<T, int32_t>) file.require_numbers(array, place);
    const Extent extent = file.extent_of(array, place);
    if (name == "sif") count = extent.empty() ? 0 : extent[0];
    file.require(extent == (is_corners<T> ? Extent{count, 4} : Extent{count}), place, "not one entry a sounding");
    file.require_stored(array, place);
    column.resize(size_t(count));
    file.require(H5Dread(array, memory_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, column.data()) >= 0, place,
                 "cannot be read (is the file damaged?)");
  };
  visit_columns(soundings, read);
  const Hdf5Handle group = file.open_group("soundings");
  visit_optional_columns(soundings, [&](const std::string& name, auto& column) {
    if (H5Lexists(group, name.c_str(), H5P_DEFAULT) > 0) read(name, column);
  });
  return soundings;
}

std::string to_text(const Provenance& provenance) {
  nlohmann::ordered_json json;
  json["command"] = provenance.command;
  json["version"] = provenance.version;
  json["created"] = provenance.created;
  if (provenance.simulated) json["simulated"] = true;
  if (!provenance.world.empty()) json["world"] = provenance.world;
  json["inputs"] = nlohmann::ordered_json::array();
  for (const auto& input : provenance.inputs)
    json["inputs"].push_back({{"path", input.path}, {"bytes", input.bytes}, {"sha256", input.sha256}});
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Provenance provenance_of(const Hdf5File& file, const std::string& text) try {
  const nlohmann::json json = parse_json(text, "provenance");
  Provenance provenance;
  provenance.command = json.at("command");
  provenance.version = json.at("version");
  provenance.created = json.at("created");
  provenance.simulated = json.value("simulated", false);
  provenance.world = json.value("world", "");
  for (const auto& input : json.at("inputs"))
    provenance.inputs.push_back({input.at("path"), input.at("sha256"),
                                 uint64_t(whole_number(input, "bytes", 0, std::numeric_limits<int64_t>::max()))});
  return provenance;
} catch (const std::exception&) {
  file.fail("/", "attribute 'provenance' is not the JSON it should be");
}

}  // namespace

void write_dataset(const std::filesystem::path& path, const Dataset& dataset) {
  if (dataset.windows.empty()) throw UsageError(path.string() + ": a dataset without windows cannot be written");
  Hdf5File file = Hdf5File::create(path);
  file.write_text(file.id(), "/", "format", format_name + " " + std::to_string(format_version));
  file.write_text(file.id(), "/", "crs", dataset.grid.crs);
  file.write_text(file.id(), "/", "identity", identity_of(dataset));
  file.write_text(file.id(), "/", "provenance", to_text(dataset.provenance));
  file.write_texts("/window", dataset.windows);
  write_axis(file, "/x", dataset.grid.x_origin, dataset.grid.x_step, dataset.grid.columns);
  write_axis(file, "/y", dataset.grid.y_origin, dataset.grid.y_step, dataset.grid.rows);
  write_region(file, dataset);
  {
    const Hdf5Handle group = file.create_group("layers");
    write_layers(file, "layers", group, dataset.shape(), dataset.layers);
  }
  if (dataset.coarse_factor > 0) {
    const Hdf5Handle group = file.create_group("coarse_layers");
    file.write_numbers(group, "/coarse_layers", "factor", {double(dataset.coarse_factor)});
    const Grid coarse = coarsened(dataset.grid, dataset.coarse_factor);
    write_layers(file, "coarse_layers", group, {int(dataset.windows.size()), coarse.rows, coarse.columns, 1},
                 dataset.coarse_layers);
    write_soundings(file, dataset.soundings);
  }
  file.close();
}

DatasetFile::DatasetFile(const std::filesystem::path& path)
    : file_(new Hdf5File(Hdf5File::open(path, "prepare the dataset anew"))) {
  const Hdf5File& file = *file_;
  file.require(H5Aexists(file.id(), "format") > 0, "/", "no attribute 'format': not a " + format_name);
  const std::string format = file.read_text(file.id(), "/", "format");
  file.require(format == format_name + " " + std::to_string(format_version), "/",
               "format is '" + format.substr(0, 60) + "', but this program reads '" + format_name + " " +
                   std::to_string(format_version) + "'; prepare the dataset anew");
  Dataset& d = description_;
  d.grid.crs = file.read_text(file.id(), "/", "crs");
  d.identity = file.read_text(file.id(), "/", "identity");
  d.provenance = provenance_of(file, file.read_text(file.id(), "/", "provenance"));
  d.windows = file.read_texts("/window");
  file.require(!d.windows.empty(), "/window", "no window");
  read_axis(file, "/x", d.grid.x_origin, d.grid.x_step, d.grid.columns);
  read_axis(file, "/y", d.grid.y_origin, d.grid.y_step, d.grid.rows);
  layers_ = read_descriptions(file, "layers", d.shape());
  if (H5Lexists(file.id(), "coarse_layers", H5P_DEFAULT) > 0) {
    const Hdf5Handle group = file.open_group("coarse_layers");
    const std::vector<double> factor = file.read_numbers(group, "/coarse_layers", "factor");
    file.require(factor.size() == 1 && factor[0] >= 1 && factor[0] <= 10000 && factor[0] == std::floor(factor[0]),
                 "/coarse_layers", "no valid factor");
    d.coarse_factor = int(factor[0]);
    const Grid coarse = coarsened(d.grid, d.coarse_factor);
    coarse_layers_ = read_descriptions(file, "coarse_layers", {int(d.windows.size()), coarse.rows, coarse.columns, 1});
  }
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
  constexpr double columns = 5 * sizeof(float) + 11 * sizeof(double) + 4 * sizeof(int32_t);
  const Extent soundings = file_->extent_of(file_->open_array("/soundings/sif"), "/soundings/sif");
  return bytes + (soundings.empty() ? 0 : columns * double(soundings[0]));
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
  block.coarse_factor = description_.coarse_factor;
  block.provenance = description_.provenance;
  for (const Layer& layer : chosen(layers_, choice.layers))
    block.layers.push_back(read_values(*file_, "layers", layer, windows, part));
  const Grid coarse = coarsened(block.grid, f);
  for (const Layer& layer : chosen(coarse_layers_, choice.coarse_layers))
    block.coarse_layers.push_back(read_values(*file_, "coarse_layers", layer, windows,
                                              {part.row / f, part.column / f, coarse.rows, coarse.columns}));
  return block;
}

Dataset read_dataset(const std::filesystem::path& path) {
  const DatasetFile file(path);
  return file.read_all();
}

Dataset DatasetFile::read_all() const {
  Dataset dataset = description_;
  dataset.region = read_region(*file_, dataset.grid);
  const WindowRange windows = {0, int(dataset.windows.size())};
  for (const Layer& layer : layers_) dataset.add(read_values(*file_, "layers", layer, windows, whole(dataset.grid)));
  if (dataset.coarse_factor > 0) {
    const Grid coarse = coarsened(dataset.grid, dataset.coarse_factor);
    for (const Layer& layer : coarse_layers_)
      dataset.coarse_layers.push_back(read_values(*file_, "coarse_layers", layer, windows, whole(coarse)));
    dataset.soundings = read_soundings();
  }
  file_->require(identity_of(dataset) == dataset.identity, "/",
                 "its contents are not those that were written: damaged, or changed by another program; prepare the "
                 "dataset anew");
  return dataset;
}

Soundings DatasetFile::read_soundings() const {
  return description_.coarse_factor > 0 ? data::read_soundings(*file_) : Soundings{};
}

}  // namespace unetsr::data
