#include "data/formats/granule.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "data/dataset/missing.hpp"
#include "data/geography/projection.hpp"
#include "data/geography/sinusoidal.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"

namespace unetsr::data {
namespace {

// Whether both are there and are other numbers or texts.
bool other(const std::string& own, const std::string& named) {
  const auto number = [](const std::string& text) {
    return !text.empty() && text.size() < 10 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (own.empty()) return false;
  return number(own) && number(named) ? std::stol(own) != std::stol(named) : own != named;
}

const std::vector<float>* values_of(const Granule& granule, const std::string& layer) {
  const GranuleBand* band = band_of(granule, layer);
  return band ? &band->values : nullptr;
}

bool holds(const std::vector<int>& ranks, float rank) {
  return !std::isnan(rank) && std::find(ranks.begin(), ranks.end(), int(rank)) != ranks.end();
}

}  // namespace

const GranuleBand* band_of(const Granule& granule, const std::string& layer) {
  const auto found = std::find_if(granule.bands.begin(), granule.bands.end(),
                                  [&](const GranuleBand& band) { return band.layer == layer; });
  return found == granule.bands.end() ? nullptr : &*found;
}

int worst_measured_rank(Sensor sensor) {
  return sensor == Sensor::modis ? 3 : 9;
}

std::vector<int> default_ranks(Sensor sensor) {
  return sensor == Sensor::modis ? std::vector<int>{0, 1} : std::vector<int>{0, 1, 2, 3};
}

const char* rank_layer(Sensor sensor) {
  return sensor == Sensor::modis ? "reliability" : "viirs_reliability";
}

void require_name(const std::filesystem::path& path, const OwnMetadata& own, const Grid& grid) {
  if (!is_granule_name(path)) return;
  const GranuleName name = granule_name(path);
  const auto refuse = [&](const std::string& named, const std::string& stated) {
    throw Error(path.string() + ": its name gives " + named + ", but the file itself " + excerpt(stated) +
                "; restore the name that it was downloaded with, or download it again");
  };
  if (other(own.product, name.product)) refuse(name.product, own.product);
  if (other(own.version, name.version)) refuse("version " + name.version, own.version);
  const std::string day = to_string(name.date);
  if (other(own.first_day, day)) refuse(day, own.first_day);
  const std::string h = name.tile.substr(1, 2), v = name.tile.substr(4, 2);
  if (other(own.h, h) || other(own.v, v)) refuse("tile " + name.tile, "h" + own.h + "v" + own.v);

  // A tile or a part of it. A part that others cut may have pixels of another size and reach beyond by some.
  const Grid tile = modis_tile_grid(std::stoi(h), std::stoi(v));
  if (!same_crs(grid.crs, tile.crs)) return;
  const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  const auto tile_of = [&](double x, double y) {
    return "h" + two(int(std::floor(x / modis_tile)) + 18) + "v" + two(8 - int(std::floor(y / modis_tile)));
  };
  const std::string place =
      tile_of((grid.x_origin + grid.x(grid.columns - 1)) / 2, (grid.y_origin + grid.y(grid.rows - 1)) / 2);
  if (place != name.tile) refuse("tile " + name.tile, "lies in " + place);
}

int64_t to_window_days(std::vector<float>& days, Date first) {
  const int begin = day_of_year(first), year = day_of_year({first.year, 12, 31});
  int64_t outside = 0;
  for (float& day : days) {
    if (std::isnan(day)) continue;
    if (int(day) < begin) day += float(year);
    if (int(day) < begin + Window::composite_days) continue;
    day = missing, ++outside;
  }
  return outside;
}

void screen(Granule& granule, Sensor sensor, const std::string& prefix, const PixelScreens& screens,
            const std::filesystem::path& path) {
  const std::vector<float>*quality = values_of(granule, quality_layer), *ranks = values_of(granule, rank_layer(sensor)),
        *ndvi = values_of(granule, "ndvi");
  if (!ndvi)
    throw Error(path.string() + ": has no data set \"" + prefix + "NDVI\": not " +
                (sensor == Sensor::modis ? "MOD13A2 or MYD13A2" : "VNP13A2, VJ113A2 or VJ213A2"));
  if (!screens.any && (!ranks || !quality))
    throw Error(path.string() + ": has no data set \"" + prefix + (ranks ? "VI Quality" : "pixel reliability") +
                "\", so that its pixels cannot be screened; download it again, or use them all: --reliability any");
  const std::vector<int> used = screens.reliability.empty() ? default_ranks(sensor) : screens.reliability;
  for (size_t i = 0; i < ndvi->size(); ++i) {
    if (std::isnan((*ndvi)[i])) continue;
    ++granule.land_pixels;
    const bool estimated = ranks && (*ranks)[i] > float(worst_measured_rank(sensor));
    const bool reliable = screens.any || !ranks || holds(used, (*ranks)[i]);
    const bool useful = screens.any || !quality ||
                        (!std::isnan((*quality)[i]) && ((int((*quality)[i]) >> 2) & 15) <= screens.usefulness);
    if (!estimated && reliable && useful) continue;
    ++granule.screened_pixels;
    granule.estimated_pixels += estimated;
    for (GranuleBand& band : granule.bands)
      if (&band.values != quality && &band.values != ranks) band.values[i] = missing;
  }
}

}  // namespace unetsr::data
