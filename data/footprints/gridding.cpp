#include "data/footprints/gridding.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "data/dataset/missing.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "kernels/parallel.hpp"

namespace unetsr::data {
namespace {

double squared(double v) {
  return v * v;
}

constexpr size_t batch = 8192;          // soundings, bounds what their shares take
constexpr int64_t laid_at_once = 1024;  // of them, by one thread
constexpr int strips = 16;              // of rows, to which shares are added by one thread each

}  // namespace

// Consecutive soundings on the grid.
struct WindowGridder::Laid {
  // Cells of one row, side by side.
  struct Run {
    int row, column, count;
    size_t shares;  // the first
  };
  struct Block {
    int row, column;
    double overlap;
  };
  struct Sounding {
    size_t index = 0;
    Placement placement = Placement::outside;
    double x = 0, y = 0;          // of the centre
    size_t runs = 0, blocks = 0;  // the first ones
    size_t last_run = 0, last_block = 0;
    int first_row = 0, last_row = 0;  // of the blocks
  };
  std::vector<Sounding> soundings;
  std::vector<Run> runs;
  std::vector<double> shares;
  std::vector<Block> blocks;
  std::vector<double> bands;  // of each sounding all means over the footprint
  std::vector<Outline> outlines;
  PolygonRows polygon;

  // Of the last sounding.
  double& share_of_block(int row, int column) {
    for (size_t b = blocks.size(); b > soundings.back().blocks; --b)
      if (blocks[b - 1].row == row && blocks[b - 1].column == column) return blocks[b - 1].overlap;
    return blocks.emplace_back(Block{row, column, 0}).overlap;
  }
  void clear() { soundings.clear(), runs.clear(), shares.clear(), blocks.clear(), bands.clear(); }
};

int64_t& WindowGridder::Counts::of(Placement placement) {
  return placement == Placement::inside      ? placed
         : placement == Placement::over_pole ? over_pole
         : placement == Placement::off_map   ? off_map
                                             : outside;
}

void WindowGridder::Sums::resize(size_t count, bool nearest) {
  cells.assign(count, {});
  if (nearest) distance.assign(count, std::numeric_limits<double>::infinity());
}

WindowGridder::WindowGridder(const Grid& fine, int factor, GriddingMethod method, std::vector<FineBand> bands)
    : placer_(fine), coarse_grid_(coarsened(fine, factor)), factor_(factor), method_(method), bands_(std::move(bands)) {
  fine_.resize(size_t(fine.cells()), method == GriddingMethod::nearest);
  coarse_.resize(size_t(coarse_grid_.cells()), method == GriddingMethod::nearest);
  band_values_.assign(bands_.size(), std::vector<double>(size_t(coarse_grid_.cells()), 0.0));
  band_weights_ = band_values_;
}

// The cells of a footprint (one of its pieces), and its blocks: a block's share is the sum of its cells'.
void WindowGridder::add_area(PolygonRows& polygon, Laid& laid) const {
  const double of_block = 1.0 / (factor_ * factor_);
  for (int r = 0; r < polygon.rows(); ++r) {
    const PolygonRows::Row part = polygon.shares(r);
    const double *first = part.shares.data(), *end = first + part.shares.size();
    while (first < end && *first < least_overlap) ++first;
    while (first < end && end[-1] < least_overlap) --end;
    if (first == end) continue;
    const int row = polygon.row() + r;
    int column = polygon.column() + part.column + int(first - part.shares.data());
    laid.runs.push_back({row, column, int(end - first), laid.shares.size()});
    laid.shares.insert(laid.shares.end(), first, end);
    while (first < end) {
      const int block = column / factor_, rest = std::min(int(end - first), (block + 1) * factor_ - column);
      double sum = 0;
      for (const double* stop = first + rest; first < stop; ++first) sum += *first;
      laid.share_of_block(row / factor_, block) += sum * of_block;
      column += rest;
    }
  }
}

void WindowGridder::add_band_means(Laid& laid) const {
  if (bands_.empty()) return;
  const Laid::Sounding& own = laid.soundings.back();
  const size_t columns = size_t(placer_.grid().columns);
  double covered = 0;
  for (size_t r = own.runs; r < laid.runs.size(); ++r)
    for (int j = 0; j < laid.runs[r].count; ++j) covered += laid.shares[laid.runs[r].shares + size_t(j)];
  for (const FineBand& band : bands_) {
    double sum = 0, weight = 0;
    for (size_t r = own.runs; r < laid.runs.size(); ++r) {
      const Laid::Run& run = laid.runs[r];
      const float* values = band.values.data() + size_t(run.row) * columns + size_t(run.column);
      const double* shares = laid.shares.data() + run.shares;
      for (int j = 0; j < run.count; ++j)
        if (!std::isnan(values[j])) sum += shares[j] * double(values[j]), weight += shares[j];
    }
    laid.bands.push_back(weight > 0 && 2 * weight >= covered ? sum / weight : std::numeric_limits<double>::quiet_NaN());
  }
}

// The cell and the block of the centre alone.
void WindowGridder::add_centre(double x, double y, Laid& laid) const {
  const Laid::Sounding& own = laid.soundings.back();
  const Grid& grid = placer_.grid();
  laid.runs.resize(own.runs), laid.blocks.resize(own.blocks);
  if (!(x >= 0 && x < grid.columns && y >= 0 && y < grid.rows)) return;
  laid.runs.push_back({int(y), int(x), 1, laid.shares.size()});
  laid.shares.push_back(1);
  laid.blocks.push_back({int(y) / factor_, int(x) / factor_, 1});
}

void WindowGridder::lay(const Soundings& s, size_t i, Laid& laid) const {
  Laid::Sounding& own = laid.soundings.emplace_back();
  own.index = i, own.runs = own.last_run = laid.runs.size(), own.blocks = own.last_block = laid.blocks.size();
  laid.bands.resize((laid.soundings.size() - 1) * bands_.size());
  laid.outlines.clear();
  own.placement = placer_.place(s, i, laid.outlines);
  if (own.placement != Placement::inside) return;
  for (const Outline& outline : laid.outlines) {
    data::lay(outline, placer_.grid().rows, placer_.grid().columns, laid.polygon);
    add_area(laid.polygon, laid);
  }
  add_band_means(laid);
  if (method_ != GriddingMethod::area) {
    const bool placed = placer_.centre(s, i, own.x, own.y);
    if (method_ == GriddingMethod::centre) add_centre(placed ? own.x : -1, own.y, laid);
  }
  own.last_run = laid.runs.size(), own.last_block = laid.blocks.size();
  if (own.runs == own.last_run) {
    own.placement = Placement::outside;
    return;
  }
  own.first_row = own.last_row = laid.blocks[own.blocks].row;
  for (size_t b = own.blocks; b < own.last_block; ++b) {
    own.first_row = std::min(own.first_row, laid.blocks[b].row);
    own.last_row = std::max(own.last_row, laid.blocks[b].row);
  }
}

bool WindowGridder::accumulate(Sums& sums, size_t cell, double overlap, double value, double error,
                               double distance) const {
  CellSums& own = sums.cells[cell];
  own.count += 1;
  if (method_ == GriddingMethod::nearest) {
    if (distance >= sums.distance[cell]) return false;
    sums.distance[cell] = distance;
    own.weight = 1, own.value = value, own.variance = squared(error);
    return true;
  }
  own.weight += overlap;
  own.value += overlap * value;
  own.variance += squared(overlap * error);
  return true;
}

// Of a sounding, what lies in some rows of the coarse grid.
void WindowGridder::add_fine(const Laid& laid, size_t k, double value, double error, int first_row, int last_row) {
  const Laid::Sounding& own = laid.soundings[k];
  for (size_t r = own.runs; r < own.last_run; ++r) {
    const Laid::Run& run = laid.runs[r];
    if (run.row < first_row * factor_ || run.row >= last_row * factor_) continue;
    const size_t cell = size_t(run.row) * size_t(placer_.grid().columns) + size_t(run.column);
    const double* shares = laid.shares.data() + run.shares;
    const double down = squared(own.y - (run.row + 0.5));
    for (int j = 0; j < run.count; ++j)
      accumulate(fine_, cell + size_t(j), shares[j], value, error, squared(own.x - (run.column + j + 0.5)) + down);
  }
}

void WindowGridder::add_coarse(const Laid& laid, size_t k, double value, double error, int first_row, int last_row) {
  const Laid::Sounding& own = laid.soundings[k];
  for (size_t i = own.blocks; i < own.last_block; ++i) {
    const Laid::Block& block = laid.blocks[i];
    if (block.row < first_row || block.row >= last_row) continue;
    const size_t cell = size_t(block.row) * size_t(coarse_grid_.columns) + size_t(block.column);
    const double column = (block.column + 0.5) * factor_, row = (block.row + 0.5) * factor_;
    const bool stands =
        accumulate(coarse_, cell, block.overlap, value, error, squared(own.x - column) + squared(own.y - row));
    for (size_t b = 0; b < bands_.size(); ++b) {
      if (method_ == GriddingMethod::nearest && stands) band_values_[b][cell] = band_weights_[b][cell] = 0;
      const double mean = laid.bands[k * bands_.size() + b];
      if (!stands || std::isnan(mean)) continue;
      const double weight = method_ == GriddingMethod::nearest ? 1 : block.overlap;
      band_values_[b][cell] += weight * mean;
      band_weights_[b][cell] += weight;
    }
  }
}

// Cells that will be added to soon: where they are not in the caches, that is most of the time it takes.
void WindowGridder::fetch(const Laid& laid, size_t k) const {
  const Laid::Sounding& own = laid.soundings[k];
  for (size_t r = own.runs; r < own.last_run; ++r) {
    const Laid::Run& run = laid.runs[r];
    const CellSums* first = &fine_.cells[size_t(run.row) * size_t(placer_.grid().columns) + size_t(run.column)];
    for (int j = 0; j < run.count; j += 2) __builtin_prefetch(first + j, 1);
    __builtin_prefetch(first + run.count - 1, 1);
  }
}

void WindowGridder::add_laid(const Laid& laid, const Soundings& s, int first_row, int last_row) {
  constexpr size_t ahead = 4;
  std::array<size_t, size_t(laid_at_once)> here;
  size_t count = 0;
  for (size_t k = 0; k < laid.soundings.size(); ++k) {
    const Laid::Sounding& own = laid.soundings[k];
    if (own.placement == Placement::inside && own.first_row < last_row && own.last_row >= first_row) here[count++] = k;
  }
  for (size_t i = 0; i < std::min(ahead, count); ++i) fetch(laid, here[i]);
  for (size_t i = 0; i < count; ++i) {
    if (i + ahead < count) fetch(laid, here[i + ahead]);
    const size_t index = laid.soundings[here[i]].index;
    const double value = s.sif[index], error = s.error[index];
    add_fine(laid, here[i], value, error, first_row, last_row);
    add_coarse(laid, here[i], value, error, first_row, last_row);
  }
}

std::vector<size_t> WindowGridder::add(const Soundings& s, std::span<const size_t> chosen, Counts& counts) {
  std::vector<size_t> placed;
  std::vector<Laid> laid(size_t(batch / laid_at_once));
  for (size_t first = 0; first < chosen.size(); first += batch) {
    const int64_t count = int64_t(std::min(batch, chosen.size() - first));
    for (Laid& part : laid) part.clear();
    parallel_ranges(count, laid_at_once, [&](int64_t begin, int64_t end) {
      for (int64_t k = begin; k < end; ++k) lay(s, chosen[first + size_t(k)], laid[size_t(begin / laid_at_once)]);
    });
    int first_row = coarse_grid_.rows, last_row = 0;
    for (const Laid& part : laid)
      for (const Laid::Sounding& own : part.soundings) {
        ++counts.of(own.placement);
        if (own.placement != Placement::inside) continue;
        placed.push_back(own.index);
        first_row = std::min(first_row, own.first_row), last_row = std::max(last_row, own.last_row + 1);
      }
    // Each strip takes the soundings in their order, so that threads change no sum.
    const int rows = (std::max(last_row - first_row, 0) + strips - 1) / strips;
    parallel_for(strips, [&](int64_t strip) {
      const int top = first_row + int(strip) * rows;
      for (const Laid& part : laid) add_laid(part, s, top, std::min(top + rows, last_row));
    });
  }
  return placed;
}

WindowGridder::Image WindowGridder::image(const Sums& sums) const {
  const size_t cells = sums.cells.size();
  Image image{std::vector<float>(cells, missing), std::vector<float>(cells, missing), std::vector<float>(cells, 0.0f)};
  for (size_t i = 0; i < cells; ++i) {
    const CellSums& own = sums.cells[i];
    if (own.weight < 0.5) continue;
    image.mean[i] = float(own.value / own.weight);
    image.error[i] = float(std::sqrt(own.variance) / own.weight);
    image.count[i] = own.count;
  }
  return image;
}

std::vector<float> WindowGridder::coarse_band(const std::string& name) const {
  const auto found = std::find_if(bands_.begin(), bands_.end(), [&](const FineBand& b) { return b.name == name; });
  if (found == bands_.end()) throw Error("no band '" + excerpt(name) + "' is gridded");
  const size_t band = size_t(found - bands_.begin());
  std::vector<float> mean(coarse_.cells.size(), missing);
  for (size_t i = 0; i < mean.size(); ++i)
    if (coarse_.cells[i].weight >= 0.5 && 2 * band_weights_[band][i] >= coarse_.cells[i].weight)
      mean[i] = float(band_values_[band][i] / band_weights_[band][i]);
  return mean;
}

}  // namespace unetsr::data
