#include "pipeline/prepare/sensor_scaling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kernels/error.hpp"
#include "pipeline/console/text_table.hpp"

namespace unetsr::pipeline {
namespace {

constexpr int64_t enough = 1000;  // pixels that a line needs
constexpr size_t every = 7;       // pixel of a granule is taken: neighbours are correlated

}  // namespace

void keep_shared_bands(data::Granule& granule) {
  std::erase_if(granule.bands, [](const data::GranuleBand& band) {
    return band.layer != data::quality_layer &&
           std::find(shared_bands.begin(), shared_bands.end(), band.layer) == shared_bands.end();
  });
  for (data::GranuleBand& band : granule.bands)
    band.long_name = "16-day " + band.layer + " of MODIS and VIIRS, as MODIS measures it";
}

void BandLine::add(double viirs, double modis) {
  ++count_;
  x_ += viirs, y_ += modis, xx_ += viirs * viirs, yy_ += modis * modis, xy_ += viirs * modis;
}

double BandLine::slope() const {
  const double n = double(count_), vx = xx_ - x_ * x_ / n, vy = yy_ - y_ * y_ / n;
  return std::sqrt(vy / vx);
}

double BandLine::offset() const {
  return (y_ - slope() * x_) / double(count_);
}

double BandLine::correlation() const {
  const double n = double(count_);
  return (xy_ - x_ * y_ / n) / std::sqrt((xx_ - x_ * x_ / n) * (yy_ - y_ * y_ / n));
}

double BandLine::rmse() const {
  const double n = double(count_), vy = (yy_ - y_ * y_ / n) / n;
  return std::sqrt(std::max(0.0, 2 * vy * (1 - correlation())));
}

void SensorScaling::add(const data::Granule& viirs, const data::Granule& modis) {
  const double across = (viirs.grid.x_origin - modis.grid.x_origin) / modis.grid.x_step,
               down = (viirs.grid.y_origin - modis.grid.y_origin) / modis.grid.y_step;
  const int column0 = int(std::lround(across)), row0 = int(std::lround(down));
  for (const std::string& band : shared_bands) {
    const data::GranuleBand *of_viirs = data::band_of(viirs, band), *of_modis = data::band_of(modis, band);
    if (!of_viirs || !of_modis) continue;
    const std::vector<float>&x = of_viirs->values, &y = of_modis->values;
    BandLine& line = lines_[band];
    for (size_t i = 0; i < x.size(); i += every) {
      const int row = int(i / size_t(viirs.grid.columns)) + row0,
                column = int(i % size_t(viirs.grid.columns)) + column0;
      if (row < 0 || column < 0 || row >= modis.grid.rows || column >= modis.grid.columns) continue;
      const float other = y[size_t(row) * size_t(modis.grid.columns) + size_t(column)];
      if (!std::isnan(x[i]) && !std::isnan(other)) line.add(double(x[i]), double(other));
    }
  }
}

void SensorScaling::finish(const Output& output) const {
  TextTable table({"band", "pixels of both", "slope", "offset", "correlation", "RMSE"});
  for (const std::string& band : shared_bands) {
    const auto line = lines_.find(band);
    const int64_t count = line == lines_.end() ? 0 : line->second.count();
    if (count < enough || !(line->second.correlation() > 0))
      throw UsageError(fmt::format(
          "--mix-sensors: {} pixels have {} of both sensors in one window, which is too few to scale one to the other; "
          "give granules of both for some windows",
          count, band));
    const BandLine& own = line->second;
    table.add({band, fmt::to_string(count), fmt::format("{:.4f}", own.slope()), fmt::format("{:.4f}", own.offset()),
               fmt::format("{:.3f}", own.correlation()), fmt::format("{:.4f}", own.rmse())});
  }
  output.line("VIIRS is scaled to MODIS: value x slope + offset\n" + table.text(output.width()));
}

void SensorScaling::apply(data::Granule& viirs) const {
  for (data::GranuleBand& band : viirs.bands) {
    const auto line = lines_.find(band.layer);
    if (line == lines_.end()) continue;
    const float slope = float(line->second.slope()), offset = float(line->second.offset());
    for (float& value : band.values) value = slope * value + offset;
  }
}

}  // namespace unetsr::pipeline
