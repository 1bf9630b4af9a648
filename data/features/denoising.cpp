#include "data/features/denoising.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <optional>

#include "data/dataset/missing.hpp"
#include "data/features/gaussian_mixture.hpp"
#include "data/features/mixture_panel.hpp"
#include "data/features/present_means.hpp"
#include "kernels/parallel.hpp"
#include "kernels/random.hpp"

namespace unetsr::data {
namespace {

using Eigen::Index, Eigen::MatrixXd, Eigen::VectorXd;
using Plane = std::vector<float>;

constexpr float least_reflectance = 1e-3f;
constexpr int most_kinds = 16, most_samples = 6000, samples_of_a_kind = 300;
constexpr double least_share = 0.03;  // of a kind of land from which noise is estimated
constexpr int rows_at_once = 8, cells_at_once = 1 << 14;

Part around(const Part& part, const BandSource& source) {
  const int top = std::max(part.row - 1, 0), left = std::max(part.column - 1, 0),
            bottom = std::min(part.row + part.rows + 1, source.rows),
            right = std::min(part.column + part.columns + 1, source.columns);
  return {top, left, bottom - top, right - left};
}

Plane logarithms(const BandSource& source, size_t band, int window, const Part& part) {
  Plane logs(size_t(part.rows) * size_t(part.columns));
  source.read(band, window, part, logs.data());
  parallel_ranges(int64_t(logs.size()), cells_at_once, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      float& v = logs[size_t(i)];
      v = std::log(std::isnan(v) ? v : std::max(v, least_reflectance));
    }
  });
  return logs;
}

// Of all windows of a part's pixels and their neighbours: the sum of a band's logarithms, and how many there are.
struct WindowSums {
  std::vector<std::vector<double>> sums;  // of each band
  std::vector<Plane> counts;

  WindowSums(const BandSource& source, const Part& part) {
    const Part all = around(part, source);
    const size_t cells = size_t(all.rows) * size_t(all.columns);
    sums.assign(source.names.size(), std::vector<double>(cells, 0.0));
    counts.assign(source.names.size(), Plane(cells, 0.0f));
    for (int w = 0; w < source.windows; ++w)
      for (size_t b = 0; b < sums.size(); ++b) {
        const Plane logs = logarithms(source, b, w, all);
        parallel_ranges(int64_t(cells), cells_at_once, [&](int64_t begin, int64_t end) {
          add_present(logs.data() + begin, end - begin, sums[b].data() + begin, counts[b].data() + begin);
        });
      }
  }

  // The mean of the other windows, given this one's logarithms.
  Plane others(size_t band, const Plane& own) const {
    Plane mean(own.size());
    for (size_t i = 0; i < own.size(); ++i) {
      const bool there = !std::isnan(own[i]);
      const double count = double(counts[band][i]) - there;
      mean[i] = count > 0 ? float((sums[band][i] - (there ? double(own[i]) : 0)) / count) : missing;
    }
    return mean;
  }
};

// The variables of a part's pixels in one window: all bands, the other windows' means of them, then the eight
// neighbours' means of both.
class Pixels {
 public:
  // `sums`: null without the other windows.
  Pixels(const BandSource& source, const Part& part, int window, const WindowSums* sums)
      : part_(part), all_(around(part, source)), bands_(int(source.names.size())) {
    for (size_t b = 0; b < source.names.size(); ++b) planes_.push_back(logarithms(source, b, window, all_));
    for (size_t b = 0; sums && b < source.names.size(); ++b) planes_.push_back(sums->others(b, planes_[b]));
  }

  int rows() const { return part_.rows; }
  int columns() const { return part_.columns; }
  int bands() const { return bands_; }
  int variables() const { return 2 * int(planes_.size()); }
  // Of the window itself alone: its bands and their neighbours.
  std::vector<int> own_variables() const {
    std::vector<int> own(size_t(2 * bands_));
    for (int b = 0; b < bands_; ++b) own[size_t(b)] = b, own[size_t(bands_ + b)] = int(planes_.size()) + b;
    return own;
  }

  // A row's pixels, as (variables, columns).
  void read_row(int row, std::vector<double>& values) const {
    const size_t planes = planes_.size(), columns = size_t(part_.columns), start = size_t(part_.column - all_.column);
    values.resize(2 * planes * columns);
    std::vector<double> means(static_cast<size_t>(all_.columns));
    const int own = row + part_.row - all_.row;
    for (size_t p = 0; p < planes; ++p) {
      const auto line = [&](int i) {
        return i >= 0 && i < all_.rows ? planes_[p].data() + size_t(i) * size_t(all_.columns) : nullptr;
      };
      std::copy_n(line(own) + start, columns, values.data() + p * columns);
      mean_neighbours(line(own - 1), line(own), line(own + 1), all_.columns, means.data());
      std::copy_n(means.data() + start, columns, values.data() + (planes + p) * columns);
    }
  }

 private:
  Part part_, all_;  // all_: with the neighbours
  int bands_;
  std::vector<Plane> planes_;
};

// The columns of a row's pixels whose variables, from `first` of each half on `count` of them, are all there.
std::vector<int> present(const std::vector<double>& values, int columns, int count) {
  const size_t half = values.size() / size_t(columns) / 2;
  std::vector<double> check(size_t(columns), 0);  // becomes NaN
  for (const size_t start : {size_t(0), half})
    for (size_t v = start; v < start + size_t(count); ++v)
      for (size_t j = 0; j < size_t(columns); ++j) check[j] += 0 * values[v * size_t(columns) + j];
  std::vector<int> found;
  for (int j = 0; j < columns; ++j)
    if (check[size_t(j)] == 0) found.push_back(j);
  return found;
}

// How many pixels have all variables, in each row of each block.
class PixelCounts {
 public:
  PixelCounts(const BandSource& source) : blocks_(source.blocks), rows_(source.rows) {
    counts_.assign(size_t(rows_) * size_t(blocks_.across()), 0);
  }
  int32_t& at(int row, int across) { return counts_[size_t(row) * size_t(blocks_.across()) + size_t(across)]; }
  int64_t total() const { return std::accumulate(counts_.begin(), counts_.end(), int64_t(0)); }

  // The pixels of these numbers, counted row by row through the grid: the row, the block's column, and the number among
  // the pixels of the row in this block. `numbers` rise.
  struct Place {
    int row, across;
    int64_t number;
  };
  std::vector<Place> find(const std::vector<int64_t>& numbers) const {
    std::vector<Place> places;
    int64_t before = 0;
    size_t next = 0;
    for (int row = 0; row < rows_; ++row)
      for (int across = 0; across < blocks_.across(); ++across) {
        const int64_t end = before + counts_[size_t(row) * size_t(blocks_.across()) + size_t(across)];
        for (; next < numbers.size() && numbers[next] < end; ++next)
          places.push_back({row, across, numbers[next] - before});
        before = end;
      }
    return places;
  }

 private:
  FileBlocks blocks_;
  int rows_;
  std::vector<int32_t> counts_;
};

// The samples of one window: pixels whose variables are all present, all of them where they are few, else drawn with
// replacement.
struct Samples {
  bool others = false;                     // the other windows are among the variables
  std::vector<size_t> entries;             // the row of `values` for each of `places`
  std::vector<PixelCounts::Place> places;  // in the order of the grid
  MatrixXd values;

  void choose(const PixelCounts& counts, int window) {
    const int64_t whole = counts.total();
    std::vector<int64_t> numbers;
    Random random(0, uint64_t(window));
    const int64_t count = std::min<int64_t>(whole, most_samples);
    for (int64_t s = 0; s < count; ++s)
      numbers.push_back(whole <= most_samples ? s : int64_t(random.below(uint32_t(whole))));
    entries.resize(numbers.size());
    std::iota(entries.begin(), entries.end(), size_t(0));
    std::stable_sort(entries.begin(), entries.end(), [&](size_t a, size_t b) { return numbers[a] < numbers[b]; });
    std::sort(numbers.begin(), numbers.end());
    places = counts.find(numbers);
  }

  void take(const Pixels& pixels, const Part& part, int across) {
    std::vector<double> row;
    std::vector<int> columns;
    int read = -1;
    for (size_t i = 0; i < places.size(); ++i) {
      const PixelCounts::Place& place = places[i];
      if (place.across != across || place.row < part.row || place.row >= part.row + part.rows) continue;
      if (place.row != read) {
        pixels.read_row(place.row - part.row, row);
        columns = present(row, part.columns, pixels.variables() / 2);
        read = place.row;
      }
      if (values.rows() == 0) values.resize(Index(places.size()), pixels.variables());
      const int column = columns[size_t(place.number)];
      for (int v = 0; v < pixels.variables(); ++v)
        values(Index(entries[i]), v) = row[size_t(v) * size_t(part.columns) + size_t(column)];
    }
  }
};

// The variance of each band that the other variables leave unexplained.
VectorXd unexplained(const GaussianMixture::Component& kind, int bands) {
  return kind.covariance.inverse().diagonal().head(bands).cwiseInverse();
}

VectorXd noise_variance(const GaussianMixture& land, int bands) {
  double largest = 0;
  for (const auto& kind : land.components) largest = std::max(largest, kind.share);
  VectorXd least = VectorXd::Constant(bands, std::numeric_limits<double>::infinity());
  for (const auto& kind : land.components)
    if (kind.share >= std::min(least_share, largest)) least = least.cwiseMin(unexplained(kind, bands));
  return least;
}

// The bands without noise, given all variables of `land`, of which the bands are the first.
class Filter {
 public:
  Filter(const GaussianMixture& land, const VectorXd& noise) : densities_(land), bands_(int(noise.size())) {
    const VectorXd root = noise.cwiseSqrt();
    for (const auto& kind : land.components) {
      const MatrixXd inverse = kind.covariance.inverse();
      // Of all bands together no more noise than leaves their signals a covariance.
      const MatrixXd relative = root.asDiagonal() * inverse.topLeftCorner(bands_, bands_) * root.asDiagonal();
      const double most = relative.selfadjointView<Eigen::Lower>().eigenvalues().maxCoeff();
      MatrixXd signal = kind.covariance.topRows(bands_);
      signal.diagonal() -= noise / std::max(1.0, most);
      gains_.emplace_back(signal * inverse);
      offsets_.emplace_back(kind.mean.head(bands_) - gains_.back() * kind.mean);
    }
  }

  // panel: (variables, panel_samples); bands: (bands, panel_samples). likely: room.
  void operator()(const double* panel, std::vector<double>& likely, double* bands) const {
    std::array<double, panel_samples> largest, sums;
    likely.resize(gains_.size() * panel_samples);
    densities_(panel, likely.data());
    normalise_panel(densities_.components(), likely.data(), largest.data(), sums.data());
    std::fill_n(bands, bands_ * panel_samples, 0.0);
    for (size_t k = 0; k < gains_.size(); ++k) {
      const double* own = likely.data() + k * panel_samples;
      if (std::all_of(own, own + panel_samples, [](double share) { return share == 0; })) continue;
      add_linear(gains_[k].data(), offsets_[k].data(), bands_, int(gains_[k].cols()), panel, own, bands);
    }
  }

 private:
  using Gains = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  PanelDensities densities_;
  int bands_;
  std::vector<Gains> gains_;
  std::vector<VectorXd> offsets_;
};

// Where other windows are missing, their variables are omitted.
class Denoiser {
 public:
  Denoiser(const GaussianMixture& land, const VectorXd& noise, std::vector<int> own)
      : own_(std::move(own)), whole_(land, noise), alone_(land.of(own_), noise) {}

  // Writes the bands of these rows, each (rows, columns).
  void rows(const Pixels& pixels, int first, int last, const std::vector<float*>& bands) const {
    std::vector<int> all(size_t(pixels.variables()));
    std::iota(all.begin(), all.end(), 0);
    Row row;
    row.columns = pixels.columns();
    for (row.number = first; row.number < last; ++row.number) {
      pixels.read_row(row.number, row.values);
      const std::vector<int> whole = present(row.values, row.columns, pixels.variables() / 2);
      write(row, all, whole, whole_, bands);
      if (own_.size() == all.size()) continue;
      std::vector<int> alone;
      const std::vector<int> seen = present(row.values, row.columns, pixels.bands());
      std::set_difference(seen.begin(), seen.end(), whole.begin(), whole.end(), std::back_inserter(alone));
      write(row, own_, alone, alone_, bands);
    }
  }

 private:
  struct Row {
    int number = 0, columns = 0;
    std::vector<double> values;  // (variables, columns)
  };

  // The pixels of these columns of a row, from these variables.
  static void write(const Row& row, const std::vector<int>& variables, const std::vector<int>& columns,
                    const Filter& filter, const std::vector<float*>& bands) {
    std::vector<double> panel(variables.size() * panel_samples), estimate(bands.size() * panel_samples), likely;
    const size_t start = size_t(row.number) * size_t(row.columns);
    for (size_t first = 0; first < columns.size(); first += panel_samples) {
      const size_t count = std::min(columns.size() - first, size_t(panel_samples));
      for (size_t v = 0; v < variables.size(); ++v) {
        const double* line = row.values.data() + size_t(variables[v]) * size_t(row.columns);
        for (size_t i = 0; i < panel_samples; ++i)
          panel[v * panel_samples + i] = line[columns[first + std::min(i, count - 1)]];
      }
      filter(panel.data(), likely, estimate.data());
      for (size_t b = 0; b < bands.size(); ++b)
        for (size_t i = 0; i < count; ++i)
          bands[b][start + size_t(columns[first + i])] = float(std::exp(estimate[b * panel_samples + i]));
    }
  }

  std::vector<int> own_;
  Filter whole_, alone_;
};

// Which pixels of all windows have all variables, with the other windows and without.
struct Counts {
  std::vector<PixelCounts> all, own;
};

// Calls see(window, pixels, block) for all windows of all blocks.
template <class See>
void see_blocks(const BandSource& source, bool others, const std::function<void(double)>& reached, const See& next) {
  for (int64_t block = 0; block < source.blocks.count(); ++block) {
    const Part part = source.blocks.part(block);
    std::optional<WindowSums> sums;
    if (others) sums.emplace(source, part);
    for (int w = 0; w < source.windows; ++w) {
      reached((double(block) + double(w) / source.windows) / double(source.blocks.count()));
      next(w, part, int(block % source.blocks.across()), sums ? &*sums : nullptr);
    }
  }
}

Counts count_pixels(const BandSource& source, const std::function<void(double)>& reached) {
  Counts counts{std::vector<PixelCounts>(size_t(source.windows), source),
                std::vector<PixelCounts>(size_t(source.windows), source)};
  see_blocks(source, source.windows > 1, reached, [&](int w, const Part& part, int across, const WindowSums* sums) {
    const Pixels pixels(source, part, w, sums);
    parallel_ranges(part.rows, rows_at_once, [&](int64_t first, int64_t last) {
      std::vector<double> values;
      for (int row = int(first); row < int(last); ++row) {
        pixels.read_row(row, values);
        const auto count = [&](int variables) { return int32_t(present(values, part.columns, variables).size()); };
        counts.all[size_t(w)].at(part.row + row, across) = count(pixels.variables() / 2);
        counts.own[size_t(w)].at(part.row + row, across) = count(pixels.bands());
      }
    });
  });
  return counts;
}

std::vector<Samples> take_samples(const BandSource& source, const std::function<void(double)>& reached) {
  std::vector<Samples> samples(static_cast<size_t>(source.windows));
  const auto half = [&](double begin) { return [&reached, begin](double share) { reached(begin + share / 2); }; };
  {
    const Counts counts = count_pixels(source, half(0));
    for (size_t w = 0; w < samples.size(); ++w) {
      samples[w].others = source.windows > 1 && counts.all[w].total() >= samples_of_a_kind;
      samples[w].choose(samples[w].others ? counts.all[w] : counts.own[w], int(w));
    }
  }
  see_blocks(source, source.windows > 1, half(0.5), [&](int w, const Part& part, int across, const WindowSums* sums) {
    Samples& own = samples[size_t(w)];
    own.take(Pixels(source, part, w, own.others ? sums : nullptr), part, across);
  });
  return samples;
}

}  // namespace

struct BandDenoising::Window {
  bool others;
  Denoiser denoiser;
};

BandDenoising::BandDenoising(const BandSource& source, const std::function<void(double share)>& reached)
    : source_(source), windows_(size_t(source.windows)) {
  if (source.names.empty()) return;
  const std::vector<Samples> samples = take_samples(source, [&](double share) { reached(share / 2); });
  const int bands = int(source.names.size());
  VectorXd noise = VectorXd::Zero(bands);
  int estimates = 0;
  for (size_t w = 0; w < samples.size(); ++w) {
    reached(0.5 + double(w) / double(samples.size()) / 2);
    const MatrixXd& values = samples[w].values;
    const int kinds = std::min(int(values.rows()) / samples_of_a_kind, most_kinds);
    if (kinds == 0) continue;
    const GaussianMixture land = fit_gaussian_mixture(values, kinds, w);
    const VectorXd variance = noise_variance(land, bands);
    noise += variance.cwiseSqrt();
    ++estimates;
    std::vector<int> own(size_t(2 * bands));
    for (int b = 0; b < bands; ++b) own[size_t(b)] = b, own[size_t(bands + b)] = int(values.cols()) / 2 + b;
    windows_[w].reset(new Window{samples[w].others, Denoiser(land, variance, own)});
  }
  if (estimates == 0) return;
  noise /= estimates;
  noise_.assign(noise.begin(), noise.end());
}

BandDenoising::~BandDenoising() = default;

struct BandDenoising::Block::Totals : WindowSums {
  using WindowSums::WindowSums;
};

BandDenoising::Block::Block(const BandDenoising& all, int64_t block)
    : all_(all), part_(all.source_.blocks.part(block)) {
  const auto& windows = all.windows_;
  if (std::any_of(windows.begin(), windows.end(), [](const auto& own) { return own && own->others; }))
    totals_ = std::make_unique<Totals>(all.source_, part_);
}

BandDenoising::Block::~Block() = default;

std::vector<std::vector<float>> BandDenoising::Block::window(int window) const {
  const BandSource& source = all_.source_;
  const size_t cells = size_t(part_.rows) * size_t(part_.columns);
  std::vector<std::vector<float>> images(source.names.size(), Plane(cells));
  std::vector<float*> bands;
  // A pixel without any neighbour stays as it is, and so does a window with too few pixels for a fit.
  for (size_t b = 0; b < images.size(); ++b) {
    source.read(b, window, part_, images[b].data());
    bands.push_back(images[b].data());
  }
  const Window* own = all_.windows_[size_t(window)].get();
  if (!own) return images;
  const Pixels pixels(source, part_, window, own->others ? totals_.get() : nullptr);
  parallel_ranges(part_.rows, rows_at_once,
                  [&](int64_t first, int64_t last) { own->denoiser.rows(pixels, int(first), int(last), bands); });
  return images;
}

}  // namespace unetsr::data
