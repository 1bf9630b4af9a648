#include "pipeline/inputs/isolated_readers.hpp"

#include <fmt/format.h>
#include <cereal/types/map.hpp>
#include <cereal/types/optional.hpp>

#include <memory>

#include "data/footprints/raster_footprints.hpp"
#include "data/formats/file_software.hpp"
#include "data/formats/map_metadata.hpp"
#include "data/formats/netcdf_file.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/child_process.hpp"
#include "pipeline/inputs/archives.hpp"
#include "pipeline/processes/packed.hpp"

namespace unetsr::pipeline::isolated {

template <class Archive>
void serialize(Archive& archive, RasterHead& h) {
  archive(h.field, h.units, h.labels, h.long_names, h.grid);
}

template <class Archive>
void serialize(Archive& archive, ComparedMeans& m) {
  archive(m.line, m.means);
}

namespace {

namespace fs = std::filesystem;

std::vector<float> means_over(const data::Raster& raster, std::span<const data::FootprintCorners> footprints) {
  const data::RasterFootprints placed(raster.grid);
  std::vector<float> means;
  for (const data::FootprintCorners& corners : footprints)
    means.push_back(data::RasterFootprints::mean(placed.cells(corners), raster.values));
  return means;
}

data::Raster band_of(const std::string& raster, int band) {
  const std::unique_ptr<data::RasterSource> source = data::open_raster(raster);
  if (band < 1 || band > int(source->bands.size()))
    throw UsageError(fmt::format("{}: has {} bands, no band {}", source->name, source->bands.size(), band));
  return data::read_bands(*source, std::vector{band}, value_rules(source->bands[size_t(band - 1)].attributes));
}

// What `read` returns, in a child process.
template <class Read>
auto read_in_child(const std::string& file, const Read& read) {
  decltype(read()) result;
  run_in_child(
      file, [&](const Send& send) { send(packed(read())); },
      [&](std::string message) { result = unpacked<decltype(read())>(std::move(message)); });
  return result;
}

}  // namespace

void read_soundings(const fs::path& file, size_t part, const std::function<void(const data::Soundings&)>& take,
                    const data::SoundingSource& source) {
  const auto send_part = [](const Send& send) { return [&send](const data::Soundings& s) { send(packed(s)); }; };
  run_in_child(
      file.string(), [&](const Send& send) { data::read_soundings(file, part, send_part(send), source); },
      [&](std::string message) { take(unpacked<data::Soundings>(std::move(message))); });
}

data::SoundingContents sounding_contents(const fs::path& file, const data::SoundingSource& source) {
  return read_in_child(file.string(), [&] { return data::sounding_contents(file, source); });
}

int64_t count_soundings(const fs::path& file, const data::SoundingSource& source) {
  return read_in_child(file.string(), [&] { return data::count_soundings(file, source); });
}

data::Soundings sounding_places(const fs::path& file, const data::SoundingSource& source) {
  return read_in_child(file.string(), [&] { return data::sounding_places(file, source); });
}

std::map<int, int64_t> sounding_days(const fs::path& file, const data::SoundingSource& source) {
  return read_in_child(file.string(), [&] { return data::sounding_days(file, source); });
}

bool is_flex_l2(const fs::path& file) {
  return read_in_child(file.string(), [&] { return data::is_flex_l2(file); });
}

bool is_oco_lite(const fs::path& file) {
  return read_in_child(file.string(), [&] { return data::is_oco_lite(file); });
}

data::OcoFootprints read_oco_lite(const fs::path& file) {
  return read_in_child(file.string(), [&] { return data::read_oco_lite(file); });
}

data::GranuleContents granule_contents(const fs::path& file) {
  return read_in_child(file.string(), [&] { return data::granule_contents(file); });
}

data::Granule read_granule(const fs::path& file, const data::PixelScreens& screens) {
  return read_in_child(file.string(), [&] { return data::read_granule(file, screens); });
}

data::AuxiliaryLayer auxiliary_layer(const data::AuxiliaryBand& band, const data::Dataset& dataset) {
  return read_in_child(band.file, [&] { return data::auxiliary_layer(band, dataset); });
}

data::AuxiliaryLayer compared_layer(const data::AuxiliaryBand& map, const data::Grid& grid,
                                    const std::vector<std::string>& windows, int window_days) {
  return read_in_child(map.file, [&] { return data::compared_layer(map, grid, windows, window_days); });
}

RasterHead raster_head(const std::string& raster) {
  return read_in_child(raster, [&] {
    const std::unique_ptr<data::RasterSource> source = data::open_raster(raster);
    RasterHead head{source->field, source->units, {}, {}, source->grid};
    for (const data::RasterSource::Band& band : source->bands) {
      head.labels.push_back(band.label);
      head.long_names.push_back(band.attributes.long_name);
    }
    return head;
  });
}

data::Raster raster_band(const std::string& raster, int band) {
  return read_in_child(raster, [&] { return band_of(raster, band); });
}

std::vector<float> raster_means(const std::string& raster, int band,
                                std::span<const data::FootprintCorners> footprints) {
  return read_in_child(raster, [&] { return means_over(band_of(raster, band), footprints); });
}

ComparedMeans compared_means(const data::AuxiliaryBand& map, const std::string& window, size_t windows, int window_days,
                             std::span<const data::FootprintCorners> footprints) {
  return read_in_child(map.file, [&] {
    const auto own = data::compared_window(map, window, windows, window_days);
    return own ? ComparedMeans{own->line, means_over(own->raster, footprints)} : ComparedMeans();
  });
}

std::vector<std::string> data_sets_of(const std::string& raster) {
  return read_in_child(raster, [&] { return data::data_sets_of(raster); });
}

std::string map_metadata(const fs::path& file, const std::string& name) {
  return read_in_child(file.string(), [&] { return data::map_metadata(file, name); });
}

std::string software_of_file(const fs::path& file) {
  return read_in_child(file.string(), [&] { return data::software_of_file(file); });
}

std::optional<std::string> simulated_world(const fs::path& file) {
  return read_in_child(file.string(), [&] { return data::simulated_world(file); });
}

data::Grid region_grid(const data::RegionOptions& o, const data::Grid& lattice, const data::Grid& extent) {
  if (o.polygons.empty()) return data::region_grid(o, lattice, extent);
  return read_in_child(o.polygons.string(), [&] { return data::region_grid(o, lattice, extent); });
}

data::Mask inside_polygons(const fs::path& polygons, const data::Grid& grid) {
  return read_in_child(polygons.string(), [&] { return data::inside_polygons(polygons, grid); });
}

std::string first_attribute(const fs::path& file, const std::vector<std::string>& names) try {
  return read_in_child(file.string(), [&]() -> std::string {
    const data::NetcdfFile netcdf(file);
    for (const std::string& name : names)
      if (const auto text = netcdf.text(name.c_str())) return *text;
    return "";
  });
} catch (const Error&) {  // reading it gives the error
  return "";
}

}  // namespace unetsr::pipeline::isolated
