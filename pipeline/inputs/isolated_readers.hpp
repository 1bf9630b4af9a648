#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/dataset/mask.hpp"
#include "data/footprints/footprint.hpp"
#include "data/formats/auxiliary.hpp"
#include "data/formats/compared_map.hpp"
#include "data/formats/flex_l2_reader.hpp"
#include "data/formats/granule_reader.hpp"
#include "data/formats/oco_lite_reader.hpp"
#include "data/formats/sounding_reader.hpp"
#include "data/geography/region.hpp"

// The readers of data/formats, each in a process of its own (pipeline/console/child_process.hpp): a damaged HDF4, HDF5
// or netCDF file can crash the library that reads it, or keep it busy forever. Contracts are those of the namesakes in
// unetsr::data.
namespace unetsr::pipeline::isolated {

void read_soundings(const std::filesystem::path& file, size_t part,
                    const std::function<void(const data::Soundings&)>& take, const data::SoundingSource& = {});
data::SoundingContents sounding_contents(const std::filesystem::path& file, const data::SoundingSource& = {});
int64_t count_soundings(const std::filesystem::path& file, const data::SoundingSource& = {});
data::Soundings sounding_places(const std::filesystem::path& file, const data::SoundingSource& = {});
std::map<int, int64_t> sounding_days(const std::filesystem::path& file, const data::SoundingSource& = {});
bool is_flex_l2(const std::filesystem::path& file);
bool is_oco_lite(const std::filesystem::path& file);
data::OcoFootprints read_oco_lite(const std::filesystem::path& file);

data::GranuleContents granule_contents(const std::filesystem::path& file);
data::Granule read_granule(const std::filesystem::path& file, const data::PixelScreens&);

data::AuxiliaryLayer auxiliary_layer(const data::AuxiliaryBand&, const data::Dataset&);
data::AuxiliaryLayer compared_layer(const data::AuxiliaryBand&, const data::Grid&,
                                    const std::vector<std::string>& windows, int window_days);

// What data::open_raster opens: a raster without its values, and the values of one band (counted from 1) with the
// meaning that the file gives to its numbers.
struct RasterHead {
  std::string field, units;                     // field: the data set's name; empty where the file has but one
  std::vector<std::string> labels, long_names;  // of the bands; may be empty texts
  data::Grid grid;
};
RasterHead raster_head(const std::string& raster);
data::Raster raster_band(const std::string& raster, int band);
// Means of a raster's band over footprints on its own grid (data/footprints/raster_footprints.hpp).
std::vector<float> raster_means(const std::string& raster, int band, std::span<const data::FootprintCorners>);
// The same of a map of others in one window; no line where it has none there, and then no means.
struct ComparedMeans {
  std::string line;
  std::vector<float> means;
};
ComparedMeans compared_means(const data::AuxiliaryBand&, const std::string& window, size_t windows, int window_days,
                             std::span<const data::FootprintCorners>);

std::vector<std::string> data_sets_of(const std::string& raster);
// See data/formats/map_metadata.hpp.
std::string map_metadata(const std::filesystem::path& file, const std::string& name);
std::string software_of_file(const std::filesystem::path& file);
std::optional<std::string> simulated_world(const std::filesystem::path& file);

data::Grid region_grid(const data::RegionOptions&, const data::Grid& lattice, const data::Grid& extent);
data::Mask inside_polygons(const std::filesystem::path& polygons, const data::Grid&);

// The first of a netCDF file's attributes that it has, of text; empty: it has none, or cannot be read.
std::string first_attribute(const std::filesystem::path& file, const std::vector<std::string>& names);

}  // namespace unetsr::pipeline::isolated
