#include "data/dataset/dataset_writer.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "data/crs/cf_grid_mapping.hpp"
#include "data/dataset/cf_attributes.hpp"
#include "data/dataset/dataset_layout.hpp"
#include "data/dataset/identity.hpp"
#include "data/dataset/netcdf_dimensions.hpp"
#include "data/dataset/sounding_columns.hpp"
#include "data/dataset/sounding_types.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

using layout::LayerGroup;

std::string to_text(const Provenance& provenance) {
  nlohmann::ordered_json json;
  json["command"] = provenance.command;
  json["version"] = provenance.version;
  json["created"] = provenance.created;
  if (provenance.simulated) json["simulated"] = true;
  if (!provenance.world.empty()) json["world"] = provenance.world;
  if (!provenance.settings.empty()) json["settings"] = provenance.settings;
  if (!provenance.soundings.empty()) json["soundings"] = provenance.soundings;
  json["inputs"] = nlohmann::ordered_json::array();
  for (const auto& input : provenance.inputs)
    json["inputs"].push_back({{"path", input.path}, {"bytes", input.bytes}, {"sha256", input.sha256}});
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

// The layers of one grid, as they are written.
struct LayerArrays {
  LayerGroup names;
  Grid grid;
  FileBlocks blocks;
  std::vector<Layer> layers;  // without values
  std::vector<Hdf5Handle> arrays;
  std::vector<int64_t> written;  // blocks of each layer

  size_t index_of(const std::string& name) const {
    for (size_t i = 0; i < layers.size(); ++i)
      if (layers[i].name == name) return i;
    throw Error("layer '" + excerpt(name) + "' is none of those that the dataset's file was made for");
  }
};

void require_layer_name(const std::string& name) {
  const auto& taken = layout::no_layers;
  if (name.empty() || name.find('/') != std::string::npos || std::find(taken.begin(), taken.end(), name) != taken.end())
    throw UsageError("a layer cannot be called '" + excerpt(name) + "': a dataset's file uses the name otherwise");
}

}  // namespace

SoundingTable SoundingTable::of(const Soundings& soundings) {
  SoundingTable table{int64_t(soundings.size()), {}};
  visit_optional_columns(soundings, [&](const std::string& name, const auto& column) {
    if (column.size() == soundings.size() && !column.empty()) table.optional.push_back(name);
  });
  return table;
}

struct DatasetWriter::State {
  State(const std::filesystem::path& path, const Dataset& d, const SoundingTable& table_)
      : file(Hdf5File::create(path)),
        dimensions(file),
        identity(d),
        days(layout::first_days(d.windows)),
        windows(d.windows),
        window_days(d.window_days),
        table(table_),
        sif(d.sif),
        fine{layout::fine_group(days.has_value()), d.grid, fine_blocks(d.grid, d.coarse_factor), {}, {}, {}} {
    file.write_text(file.id(), "/", "Conventions", "CF-1.12");
    file.write_text(file.id(), "/", "format", layout::format_name + " " + std::to_string(layout::format_version));
    file.write_text(file.id(), "/", layout::sif_kind, unetsr::to_string(d.sif.kind));
    file.write_numbers(file.id(), "/", layout::sif_wavelength, {double(d.sif.wavelength)});
    if (d.sif.fit_window) file.write_numbers(file.id(), "/", layout::sif_fit_window, {double(d.sif.fit_window)});
    const CfGridMapping mapping = cf_grid_mapping(d.grid.crs);
    write_grid(file.id(), fine, mapping);
    write_region(d);
    create_layers(file.id(), fine, d.layers, d.coarse_factor > 0);
    if (d.coarse_factor == 0) return;
    const Hdf5Handle group = file.create_group("coarse");
    file.write_numbers(group, "/coarse", "factor", {double(d.coarse_factor)});
    coarse.emplace(LayerArrays{layout::coarse_group(days.has_value()),
                               coarsened(d.grid, d.coarse_factor),
                               coarse_blocks(d.grid, d.coarse_factor),
                               {},
                               {},
                               {}});
    write_grid(group, *coarse, mapping);
    create_layers(group, *coarse, d.coarse_layers, true);
    create_columns();
  }

  // Coordinates and the reference system, in a group of its own for tools that read one group.
  void write_grid(hid_t group, const LayerArrays& own, const CfGridMapping& mapping) {
    write_windows(group, own.names);
    write_axis(group, own.names.y, own.grid.y_origin, own.grid.y_step, own.grid.rows, mapping, 'Y');
    write_axis(group, own.names.x, own.grid.x_origin, own.grid.x_step, own.grid.columns, mapping, 'X');
    const std::string place = own.names.place(layout::crs);
    const int32_t zero = 0;
    const Hdf5Handle array = file.write_array(group, place, H5T_STD_I32LE, H5T_NATIVE_INT32, {}, {}, &zero);
    for (const auto& [name, text] : mapping.texts) file.write_text(array, place, name, text);
    for (const auto& [name, numbers] : mapping.numbers) file.write_numbers(array, place, name, numbers);
    file.write_text(array, place, "definition", own.grid.crs);
  }

  void write_windows(hid_t group, const LayerGroup& names) {
    if (!days) {
      const Hdf5Handle array = file.write_texts(group, names.window, windows);
      file.write_text(array, names.window, "long_name", "label of the window");
      dimensions.add(array, names.window);
      return;
    }
    const Extent count = {days->size()};
    const Hdf5Handle array =
        file.write_array(group, names.window, H5T_STD_I32LE, H5T_NATIVE_INT32, count, {}, days->data());
    write_texts(array, names.window,
                {{"units", "days since 1970-01-01"},
                 {"calendar", "standard"},
                 {"standard_name", "time"},
                 {"long_name", "first day of the window"},
                 {"axis", "T"},
                 {"bounds", layout::time_bounds}});
    dimensions.add(array, names.window);
    const std::string length = names.place(layout::bounds), place = names.place(layout::time_bounds);
    dimensions.add_length(group, length, 2);
    std::vector<int32_t> begin_and_end;
    for (const int32_t day : *days) begin_and_end.insert(begin_and_end.end(), {day, day + window_days});
    const Hdf5Handle both =
        file.write_array(group, place, H5T_STD_I32LE, H5T_NATIVE_INT32, {days->size(), 2}, {}, begin_and_end.data());
    dimensions.attach(both, place, {names.window, length});
  }

  void write_axis(hid_t group, const std::string& place, double origin, double step, int count,
                  const CfGridMapping& mapping, char axis) {
    std::vector<double> values;
    for (int i = 0; i < count; ++i) values.push_back(origin + i * step);
    const Hdf5Handle array =
        file.write_array(group, place, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, {values.size()}, {}, values.data());
    const bool x = axis == 'X';
    const std::string degrees = x ? "degrees_east" : "degrees_north", geographic = x ? "longitude" : "latitude";
    write_texts(array, place,
                {{"units", mapping.geographic ? degrees : mapping.axis_units},
                 {"standard_name",
                  mapping.geographic ? geographic : std::string("projection_") + (x ? "x" : "y") + "_coordinate"},
                 {"long_name", x ? "centres of the columns" : "centres of the rows"},
                 {"axis", std::string(1, axis)}});
    file.write_numbers(array, place, "origin_and_step", {origin, step});
    dimensions.add(array, place);
  }

  void write_region(const Dataset& d) {
    if (d.region.empty()) return;
    constexpr hsize_t side = 1024;
    const std::string place = "/" + layout::region;
    const Extent extent = {hsize_t(d.grid.rows), hsize_t(d.grid.columns)};
    const Hdf5Handle array = file.write_array(file.id(), place, H5T_STD_U8LE, H5T_NATIVE_UINT8, extent,
                                              {std::min(side, extent[0]), std::min(side, extent[1])}, d.region.data());
    write_texts(array, place,
                {{"long_name", "cells that were asked for"},
                 {"grid_mapping", layout::crs},
                 {"flag_meanings", "outside inside"}});
    const std::array<uint8_t, 2> flags = {0, 1};
    file.write_values(array, place, "flag_values", H5T_STD_U8LE, H5T_NATIVE_UINT8, flags.size(), flags.data());
    dimensions.attach(array, place, {fine.names.y, fine.names.x});
  }

  void create_layers(hid_t group, LayerArrays& own, const std::vector<Layer>& layers, bool granules) {
    const Extent extent = {windows.size(), hsize_t(own.grid.rows), hsize_t(own.grid.columns)};
    const hsize_t side = hsize_t(own.blocks.side());
    const Extent chunk = {1, std::min(side, extent[1]), std::min(side, extent[2])};
    const float missing = std::numeric_limits<float>::quiet_NaN();
    for (const Layer& layer : layers) {
      require_layer_name(layer.name);
      const std::string place = own.names.place(layer.name);
      Hdf5Handle array = file.create_array(group, place, H5T_IEEE_F32LE, extent, chunk, &missing);
      file.write_values(array, place, "_FillValue", H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, 1, &missing);
      write_texts(array, place,
                  {{"units", layer.units}, {"long_name", layer.long_name}, {"grid_mapping", layout::crs}});
      write_attributes(array, place, layer_attributes(layer.name, granules));
      dimensions.attach(array, place, {own.names.window, own.names.y, own.names.x});
      own.layers.push_back({layer.name, layer.units, layer.long_name, {}});
      own.arrays.push_back(std::move(array));
      own.written.push_back(0);
    }
  }

  void create_columns() {
    const Hdf5Handle group = file.create_group("soundings");
    const hsize_t count = hsize_t(table.count);
    dimensions.add_length(group, "/soundings/sounding", count);
    dimensions.add_length(group, "/soundings/corner", 4);
    const auto create = [&](const std::string& name, auto member) {
      using T = typename std::decay_t<decltype(Soundings().*member)>::value_type;
      const std::string place = "/soundings/" + name;
      const bool corners = is_corners<T>;
      Extent extent = {count}, chunk = {std::min<hsize_t>(count, soundings_in_batch)};
      if (corners) extent.push_back(4), chunk.push_back(4);
      if (count == 0) chunk.clear();
      const Hdf5Handle array = file.create_array(group, place, file_type<T>(), extent, chunk);
      write_attributes(array, place, column_attributes(name, sif));
      if (std::is_same_v<T, float>) write_texts(array, place, {{"coordinates", "time latitude longitude"}});
      dimensions.attach(array, place,
                        corners ? std::vector<std::string>{"/soundings/sounding", "/soundings/corner"}
                                : std::vector<std::string>{"/soundings/sounding"});
    };
    visit_column_members(create);
    visit_optional_members([&](const std::string& name, auto member) {
      if (holds(name)) create(name, member);
    });
  }

  bool holds(const std::string& optional_column) const {
    return std::find(table.optional.begin(), table.optional.end(), optional_column) != table.optional.end();
  }

  void write_texts(hid_t array, const std::string& place,
                   const std::vector<std::pair<std::string, std::string>>& texts) const {
    for (const auto& [name, text] : texts) file.write_text(array, place, name, text);
  }

  void write_attributes(hid_t array, const std::string& place, const CfAttributes& attributes) const {
    write_texts(array, place, attributes.texts);
    if (!attributes.flag_values.empty())
      file.write_values(array, place, "flag_values", H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, attributes.flag_values.size(),
                        attributes.flag_values.data());
  }

  // `set(layer, block, digest)` receives the blocks' digests.
  template <class Set>
  void write_layers(LayerArrays& own, int window, const Part& part, const std::vector<Layer>& layers, const Set& set) {
    const int side = own.blocks.side();
    const auto ends = [&](int first, int count, int all) {
      return (first + count) % side == 0 || first + count == all;
    };
    if (part.row % side || part.column % side || !ends(part.row, part.rows, own.grid.rows) ||
        !ends(part.column, part.columns, own.grid.columns))
      throw ShapeError("a part of " + std::to_string(part.rows) + " x " + std::to_string(part.columns) +
                       " cells is not made of blocks of " + std::to_string(side));
    const FileBlocks inside({part.rows, part.columns}, side);
    for (const Layer& layer : layers)
      if (int64_t(layer.values.size()) != int64_t(part.rows) * part.columns)
        throw ShapeError("layer '" + excerpt(layer.name) + "' has " + std::to_string(layer.values.size()) +
                         " values for a part of " + std::to_string(part.rows) + " x " + std::to_string(part.columns));
    std::vector<Digest> digests(layers.size() * size_t(inside.count()));
    parallel_for(int64_t(digests.size()), [&](int64_t i) {
      const Part block = inside.part(i % inside.count());
      const float* values = layers[size_t(i / inside.count())].values.data();
      digests[size_t(i)] = digest_of(values + int64_t(block.row) * part.columns + block.column, block, part.columns);
    });
    for (size_t l = 0; l < layers.size(); ++l) {
      const size_t layer = own.index_of(layers[l].name);
      file.write_block(own.arrays[layer], own.names.place(layers[l].name),
                       {hsize_t(window), hsize_t(part.row), hsize_t(part.column)},
                       {1, hsize_t(part.rows), hsize_t(part.columns)}, H5T_NATIVE_FLOAT, layers[l].values.data());
      own.written[layer] += inside.count();
      for (int64_t i = 0; i < inside.count(); ++i) {
        const Part block = inside.part(i);
        set(layer, own.blocks.at(part.row + block.row, part.column + block.column),
            digests[l * size_t(inside.count()) + size_t(i)]);
      }
    }
  }

  // Writes a full batch, or at the end what there is.
  void write_batch() {
    if (batch.size() == 0) return;
    const auto write = [&](const std::string& name, auto member) {
      auto& column = batch.*member;
      using T = typename std::decay_t<decltype(column)>::value_type;
      const std::string place = "/soundings/" + name;
      Extent start = {hsize_t(stored)}, count = {column.size()};
      if (is_corners<T>) start.push_back(0), count.push_back(4);
      file.write_block(file.open_array(place), place, start, count, memory_type<T>(), column.data());
    };
    visit_optional_members([&](const std::string& name, auto member) {
      if (holds(name))
        (batch.*member).resize(batch.size(), -1), write(name, member);
      else
        (batch.*member).clear();
    });
    visit_column_members(write);
    identity.add(digest_of(batch));
    stored += int64_t(batch.size());
    batch = {};
  }

  void write_runs() {
    const Hdf5Handle group = file.create_group(layout::runs_group);
    const std::string prefix = "/" + layout::runs_group + "/", length = prefix + "run";
    dimensions.add_length(group, length, runs.size());
    std::vector<std::vector<int64_t>> columns(layout::run_columns.size());
    for (const SoundingRun& run : runs) {
      const int64_t numbers[] = {run.window,       run.first,      run.count,        run.cells.row,
                                 run.cells.column, run.cells.rows, run.cells.columns};
      for (size_t c = 0; c < columns.size(); ++c) columns[c].push_back(numbers[c]);
    }
    for (size_t c = 0; c < columns.size(); ++c) {
      const std::string place = prefix + layout::run_columns[c];
      const Extent chunk = runs.empty() ? Extent{} : Extent{std::min<hsize_t>(runs.size(), 65536)};
      const Hdf5Handle array =
          file.write_array(group, place, H5T_STD_I64LE, H5T_NATIVE_INT64, {runs.size()}, chunk, columns[c].data());
      dimensions.attach(array, place, {length});
    }
  }

  void require_complete(const LayerArrays& own) const {
    for (size_t i = 0; i < own.layers.size(); ++i)
      if (own.written[i] != own.blocks.count() * int64_t(windows.size()))
        throw Error("layer '" + excerpt(own.layers[i].name) + "': " + std::to_string(own.written[i]) + " of " +
                    std::to_string(own.blocks.count() * int64_t(windows.size())) + " blocks were written");
  }

  Hdf5File file;
  NetcdfDimensions dimensions;
  IdentitySum identity;
  std::optional<std::vector<int32_t>> days;
  std::vector<std::string> windows;
  int window_days;
  SoundingTable table;
  SifQuantity sif;
  LayerArrays fine;
  std::optional<LayerArrays> coarse;
  Soundings batch;
  int64_t stored = 0;
  std::vector<SoundingRun> runs;
};

DatasetWriter::DatasetWriter(const std::filesystem::path& path, const Dataset& d, const SoundingTable& table) {
  if (d.windows.empty()) throw UsageError(path.string() + ": a dataset without windows cannot be written");
  state_ = std::make_unique<State>(path, d, table);
}

DatasetWriter::~DatasetWriter() = default;

const FileBlocks& DatasetWriter::blocks() const {
  return state_->fine.blocks;
}

void DatasetWriter::write_block(int window, const Part& part, const std::vector<Layer>& layers,
                                const std::vector<Layer>& coarse_layers) {
  State& s = *state_;
  s.write_layers(s.fine, window, part, layers,
                 [&](size_t layer, int64_t block, const Digest& d) { s.identity.set(layer, window, block, d); });
  if (!s.coarse) return;
  const int factor = s.fine.blocks.side() / s.coarse->blocks.side();
  const Grid blocks = coarsened(part_of(s.fine.grid, part), factor);
  s.write_layers(s.coarse.value(), window, {part.row / factor, part.column / factor, blocks.rows, blocks.columns},
                 coarse_layers,
                 [&](size_t layer, int64_t block, const Digest& d) { s.identity.set_coarse(layer, window, block, d); });
}

void DatasetWriter::append(int window, const Part& cells, const Soundings& soundings) {
  State& s = *state_;
  const int64_t first = s.stored + int64_t(s.batch.size());
  if (first + int64_t(soundings.size()) > s.table.count)
    throw Error("more soundings than the " + std::to_string(s.table.count) + " that the dataset's file was made for");
  if (soundings.size() > 0) s.runs.push_back({window, cells, first, int64_t(soundings.size())});
  for (size_t i = 0; i < soundings.size(); ++i) {
    s.batch.append(soundings, i);
    if (s.batch.size() == soundings_in_batch) s.write_batch();
  }
}

void DatasetWriter::finish(const Provenance& provenance) {
  State& s = *state_;
  s.require_complete(s.fine);
  if (s.coarse) {
    s.require_complete(*s.coarse);
    s.write_batch();
    if (s.stored != s.table.count)
      throw Error(std::to_string(s.stored) + " of " + std::to_string(s.table.count) + " soundings were written");
    s.write_runs();
  }
  s.dimensions.finish();
  s.file.write_text(s.file.id(), "/", "identity", s.identity.hexadecimal());
  s.file.write_text(s.file.id(), "/", "provenance", to_text(provenance));
  s.fine.arrays.clear();
  if (s.coarse) s.coarse->arrays.clear();
  s.file.close();
}

}  // namespace unetsr::data
