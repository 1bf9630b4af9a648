#include "pipeline/predict/map_filling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data/dataset/calendar.hpp"
#include "data/dataset/land_cover.hpp"
#include "data/dataset/missing.hpp"
#include "data/dataset/resample.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/maps/network_output.hpp"
#include "pipeline/maps/uncertainty.hpp"

namespace unetsr::pipeline {
namespace {

const std::string quality_layer = "vi_quality";

// The first days of the windows; as many periods apart where labels are no dates in their order.
std::vector<double> days_of(const std::vector<std::string>& labels) {
  std::vector<double> days, periods;
  for (const std::string& label : labels) {
    periods.push_back(double(data::Window::composite_days) * double(periods.size()));
    const auto date = data::parse_date(label);
    if (date && (days.empty() || days.back() < day_number(*date))) days.push_back(day_number(*date));
  }
  return days.size() == labels.size() ? days : periods;
}

// The value in all windows.
data::StoredArray<float> everywhere(const MapStack& maps, float value) {
  const std::vector<float> window(maps.cells(), value);
  data::StoredArray<float> values(maps.store);
  values.reserve(maps.all_cells());
  for (int w = 0; w < maps.windows; ++w) {
    values.append(window);
    maps.release_window(values, w);
  }
  return values;
}

bool is_land_class(float igbp) {
  constexpr float water = 17, water_of_old = 0, no_class = 254;
  return igbp != water && igbp != water_of_old && igbp < no_class;
}

// Bits 11 to 13 of VI Quality, the same of MODIS and VIIRS: 1 is land and nothing else.
bool is_land_quality(float quality) {
  return !std::isnan(quality) && ((unsigned(quality) >> 11) & 7) == 1;
}

// Of the map's error and that of filling. Both draw values to those of similar cells, so that they are correlated:
// measured on simulated scenes, see docs/how-it-works.md.
float deviation_of_sum(float map, float filling) {
  constexpr float correlation = 0.3f;
  return std::sqrt(map * map + filling * filling + 2 * correlation * map * filling);
}

// Above the best ranks a cell may be hazy; tables have means of ranks.
struct Ranks {
  std::string layer;
  float best;
};

Ranks ranks_of(const data::DatasetFile& file) {
  if (file.has("viirs_reliability")) return {"viirs_reliability", 1.5f};  // excellent, good
  return {"reliability", 0.5f};                                           // good
}

std::string percent(const std::array<double, fill_interval_levels.size()>& shares, const char* format) {
  std::string text;
  for (const double share : shares) text += (text.empty() ? "" : "/") + fmt::format(fmt::runtime(format), 100 * share);
  return text;
}

}  // namespace

MapFilling::MapFilling(const data::DatasetFile& file, const FinishedRun& run, const data::ArrayStore& store)
    : file_(file), run_(run), maps_(store), left_(store) {
  const data::Dataset& header = file.description();
  maps_.windows = int(header.windows.size());
  maps_.rows = header.grid.rows, maps_.columns = header.grid.columns;
  maps_.days = days_of(header.windows);
  maps_.sif = everywhere(maps_, data::missing);
}

void MapFilling::keep(int window, const data::Part& part, std::span<const float> sif, std::span<const float> left) {
  const size_t first = size_t(window) * maps_.cells();
  paste(sif, part, maps_.columns, maps_.sif.span().subspan(first, maps_.cells()));
  maps_.release_window(maps_.sif, window);
  if (left.empty()) return;
  if (left_.size() == 0) left_ = everywhere(maps_, 1);
  paste(left, part, maps_.columns, left_.span().subspan(first, maps_.cells()));
  maps_.release_window(left_, window);
}

void MapFilling::read_surroundings() {
  const data::Dataset& header = file_.description();
  const int factor = header.coarse_factor;
  const Ranks ranks = ranks_of(file_);
  const bool has_cover = file_.has(data::land_cover_layer), has_rank = file_.has(ranks.layer);
  for (int w = 0; w < maps_.windows; ++w) {
    data::LayerChoice choice =
        factor > 0 ? data::LayerChoice{{}, {data::coarse_layer}} : data::LayerChoice{{data::coarse_layer}, {}};
    if (has_cover && w == 0) choice.layers.push_back(data::land_cover_layer);
    if (has_rank) choice.layers.push_back(ranks.layer);
    const data::Dataset read = file_.read_block({w, 1}, whole(header.grid), choice);
    const std::vector<float> coarse = factor > 0 ? data::refine(read.coarse().values(data::coarse_layer), read.shape(),
                                                                factor, data::Interpolation::nearest)
                                                 : read.layer(data::coarse_layer).values;
    maps_.coarse_sif.append(coarse);
    maps_.release_window(maps_.coarse_sif, w);
    if (has_cover && w == 0) maps_.land_cover = read.layer(data::land_cover_layer).values;
    if (has_rank) {
      for (const float rank : read.values(ranks.layer)) maps_.hazy.push_back(rank > ranks.best);
      maps_.release_window(maps_.hazy, w);
    }
  }
}

// Empty where the dataset does not state it.
data::Mask MapFilling::land() const {
  data::Mask land;
  if (!maps_.land_cover.empty() && !data::land_cover_names(maps_.land_cover).empty()) {
    for (const float c : maps_.land_cover) land.push_back(is_land_class(c));
  } else if (file_.has(quality_layer)) {
    const data::Dataset read = file_.read_block({0, 1}, whole(file_.description().grid), {{quality_layer}, {}});
    for (const float q : read.values(quality_layer)) land.push_back(is_land_quality(q));
  }
  return land;
}

void MapFilling::fill(const std::function<void(double share)>& reached, const TakeFilled& take) {
  read_surroundings();
  const data::StoredArray<uint8_t> gaps = gaps_to_fill(maps_, maps_.windows == 1 ? land() : data::Mask());
  filled_ = everywhere(maps_, data::missing), deviation_ = everywhere(maps_, data::missing);
  const auto keep_filled = [&](std::span<const FilledCell> cells) {
    for (const FilledCell& c : cells) {
      const size_t i = size_t(c.at.window) * maps_.cells() + c.at.cell;
      filled_[i] = c.sif, deviation_[i] = c.deviation;
    }
    maps_.release_window(filled_, cells.front().at.window), maps_.release_window(deviation_, cells.front().at.window);
    take(cells);
  };
  gaps_ = fill_gaps(maps_, gaps, run_.options.seed, keep_filled, [&](double share) {
    stop_if_interrupted();
    reached(share);
  });
  describe();
}

std::vector<float> MapFilling::sif(int window) const {
  const std::span<const float> predicted = maps_.window(maps_.sif.span(), window),
                               filled = maps_.window(filled_.span(), window);
  std::vector<float> all(predicted.begin(), predicted.end());
  for (size_t i = 0; i < all.size(); ++i)
    if (!std::isnan(filled[i])) all[i] = filled[i];
  maps_.release_window(maps_.sif, window), maps_.release_window(filled_, window);
  return all;
}

std::vector<float> MapFilling::deviation(int window) const {
  const std::span<const float> left = left_.size() == 0 ? std::span<const float>() : maps_.window(left_.span(), window);
  std::vector<float> all = deviations(*run_.uncertainty, sif(window), left);
  const std::span<const float> filling = maps_.window(deviation_.span(), window);
  for (size_t i = 0; i < all.size(); ++i)
    if (!std::isnan(filling[i])) all[i] = deviation_of_sum(all[i], filling[i]);
  if (!left.empty()) maps_.release_window(left_, window);
  maps_.release_window(deviation_, window);
  return all;
}

float MapFilling::deviation_of(const FilledCell& c) const {
  const double left = left_.size() == 0 ? 1 : double(left_[size_t(c.at.window) * maps_.cells() + c.at.cell]);
  return deviation_of_sum(float(run_.uncertainty->sigma(double(c.sif), left)), c.deviation);
}

std::vector<float> MapFilling::flags(int window) const {
  const std::vector<float> values = sif(window);
  const std::span<const float> filling = maps_.window(deviation_.span(), window);
  std::vector<float> flags(values.size(), data::missing);
  for (size_t i = 0; i < flags.size(); ++i)
    if (!std::isnan(values[i])) flags[i] = !std::isnan(filling[i]);
  maps_.release_window(deviation_, window);
  return flags;
}

int64_t MapFilling::count_missing() const {
  int64_t missing = 0;
  for (int w = 0; w < maps_.windows; ++w) {
    const std::vector<float> values = sif(w);
    missing += std::count_if(values.begin(), values.end(), [](float v) { return std::isnan(v); });
  }
  return missing;
}

void MapFilling::describe() {
  const bool alone = maps_.windows == 1;
  lines_.push_back(fmt::format("gaps: {} cells filled, {:.2f} % of the grid's; {} stay missing: {}", gaps_.cells,
                               100 * double(gaps_.cells) / double(maps_.all_cells()), count_missing(),
                               alone ? "no layer of the dataset marks them as land" : "no window has a value there"));
  if (alone)
    lines_.push_back("one window alone: gaps are filled from the cells around them, which other windows would improve");
  if (!gaps_.scores) return;
  const FillScores& s = *gaps_.scores;
  const std::string others =
      alone ? fmt::format("mean of the window {:.3f}", s.linear)
            : fmt::format(
                  "linear in time {:.3f}, harmonic fit (order {}) {:.3f}, mean of other windows x ratio nearby "
                  "{:.3f}",
                  s.linear, gaps_.harmonics, s.harmonic, s.ratio);
  lines_.push_back(
      fmt::format("RMSE against the map, mW m-2 sr-1 nm-1, on {} planted cells of places that trained "
                  "nothing: network {:.3f}, {}",
                  s.cells, s.network, others));
  lines_.push_back(fmt::format("{} % intervals hold {} % of the map's values there",
                               percent(fill_interval_levels, "{:.0f}"), percent(s.coverage, "{:.1f}")));
}

ArrayMemory memory_to_fill(const data::Dataset& header) {
  constexpr double sample = 1e8;  // of planted cells, and both networks
  constexpr double window_cell = 140, filled_at_once = 65536 * 400.0, map_cell = 27;
  const double cells = double(header.grid.cells());
  return {sample + filled_at_once + window_cell * cells, map_cell * cells * double(header.windows.size())};
}

}  // namespace unetsr::pipeline
