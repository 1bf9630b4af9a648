#include "pipeline/train/scored_split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "data/dataset/calendar.hpp"
#include "data/geography/projection.hpp"
#include "kernels/error.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

// Labels that are no dates are the same window where they are equal.
bool overlap(const std::string& a, const std::string& b) {
  const auto first = data::parse_date(a), other = data::parse_date(b);
  if (!first && !other) return a == b;
  if (!first || !other) return true;
  return std::abs(data::day_number(*first) - data::day_number(*other)) < data::Window::composite_days;
}

// The cells of a grid that lie where a training took place.
class PlacesOfTraining {
 public:
  PlacesOfTraining(const SplitPlaces& places, const data::Grid& grid)
      : places_(places), grid_(grid), from_(grid.crs), to_(places.grid.crs) {}

  // visit(cell, place): a cell of the grid, and the cell of the training in which its centre lies.
  template <class Visit>
  void each(const Visit& visit) {
    std::vector<double> x(size_t(grid_.columns)), y(x.size());
    for (int row = 0; row < grid_.rows; ++row) {
      for (int column = 0; column < grid_.columns; ++column)
        x[size_t(column)] = grid_.x(column), y[size_t(column)] = grid_.y(row);
      from_.to_geographic(x, y);
      to_.to_map(x, y);
      for (size_t i = 0; i < x.size(); ++i)
        if (const auto place = place_of(x[i], y[i])) visit(size_t(row) * x.size() + i, *place);
    }
  }

  // Cells that validated, or lay in a buffer, count too.
  bool trained(size_t window, size_t place) const {
    return places_.split.roles[window * size_t(places_.grid.cells()) + place] != data::Role::test;
  }

 private:
  std::optional<size_t> place_of(double x, double y) const {
    const data::Grid& grid = places_.grid;
    const double column = std::round((x - grid.x_origin) / grid.x_step),
                 row = std::round((y - grid.y_origin) / grid.y_step);
    if (!(column >= 0 && column < grid.columns && row >= 0 && row < grid.rows)) return std::nullopt;
    return size_t(row) * size_t(grid.columns) + size_t(column);
  }

  const SplitPlaces& places_;
  const data::Grid& grid_;
  data::Projection from_, to_;
};

// Simulated scenes lie at one place, but are other lands where they share no file.
bool of_other_scenes(const SplitPlaces& places, const data::Provenance& provenance) {
  return places.simulated && provenance.simulated &&
         std::none_of(provenance.inputs.begin(), provenance.inputs.end(), [&](const auto& file) {
           return std::find(places.inputs.begin(), places.inputs.end(), file.sha256) != places.inputs.end();
         });
}

struct Seen {
  int64_t same_time = 0, other_time = 0;
};

// The cells of another dataset that lie where a training took place, then or in windows that it did not train on.
Seen cells_seen(const SplitPlaces& places, const data::Dataset& dataset) {
  if (places.windows.empty() && places.dataset == dataset.identity) return {dataset.grid.cells(), 0};
  if (places.windows.empty() || of_other_scenes(places, dataset.provenance)) return {};
  std::vector<bool> same(places.windows.size()), other = same;  // windows of the training
  for (const std::string& own : dataset.windows)
    for (size_t w = 0; w < places.windows.size(); ++w) (overlap(own, places.windows[w]) ? same : other)[w] = true;
  Seen seen;
  PlacesOfTraining training(places, dataset.grid);
  training.each([&](size_t, size_t place) {
    const auto trained = [&](const std::vector<bool>& windows) {
      for (size_t w = 0; w < windows.size(); ++w)
        if (windows[w] && training.trained(w, place)) return true;
      return false;
    };
    if (trained(same))
      ++seen.same_time;
    else if (trained(other))
      ++seen.other_time;
  });
  return seen;
}

int64_t test_cells_seen(const SplitPlaces& places, const SplitPlaces& own, const data::Provenance& provenance) {
  if (places.windows.empty() && places.dataset == own.dataset) return own.split.count(data::Role::test);
  if (places.windows.empty() || of_other_scenes(places, provenance)) return 0;
  int64_t seen = 0;
  const size_t cells = size_t(own.grid.cells());
  PlacesOfTraining training(places, own.grid);
  training.each([&](size_t cell, size_t place) {
    for (size_t w = 0; w < own.windows.size(); ++w) {
      if (own.split.roles[w * cells + cell] != data::Role::test) continue;
      for (size_t v = 0; v < places.windows.size(); ++v)
        if (overlap(own.windows[w], places.windows[v]) && training.trained(v, place)) {
          ++seen;
          break;
        }
    }
  });
  return seen;
}

// Throws where a cell lies where and when the run was trained.
int64_t cells_at_other_times(const FinishedRun& run, const data::Dataset& dataset, const std::string& name) {
  Seen seen = cells_seen(*run.places, dataset);
  for (const SplitPlaces& before : run.places->before) {
    const Seen earlier = cells_seen(before, dataset);
    seen = {std::max(seen.same_time, earlier.same_time), std::max(seen.other_time, earlier.other_time)};
  }
  if (seen.same_time > 0)
    throw UsageError(
        fmt::format("--independent: {} of the {} cells of {} lie where and when {} was trained; omit it for the "
                    "dataset that the run was trained on, or take one of other places or times",
                    seen.same_time, dataset.grid.cells(), name, run.directory.string()));
  return seen.other_time;
}

Shape shape_of_split(const FinishedRun& run, const data::Dataset& dataset) {
  if (dataset.coarse_factor == 0 || !holds_out_coarse_cells(run.options.supervision)) return dataset.shape();
  return dataset.coarse_shape();
}

}  // namespace

double share_of_test(const ScoredSplit& scored) {
  const std::vector<data::Role>& roles = scored.split.roles;
  return roles.empty() ? 0 : double(std::count(roles.begin(), roles.end(), data::Role::test)) / double(roles.size());
}

void require_own_dataset(const FinishedRun& run, const data::Dataset& dataset, const std::string& name) {
  if (run.dataset != dataset.identity)
    throw UsageError(
        fmt::format("{} is not the dataset that {} was trained on ({}): which of its cells trained is not known. Take "
                    "that one, or evaluate --independent to score all cells, where none of them trained",
                    name, run.directory.string(), run.options.dataset.string()));
}

ScoredSplit scored_split(const FinishedRun& run, const data::Dataset& dataset, const std::string& name,
                         bool independent) {
  if (!independent) {
    require_own_dataset(run, dataset, name);
    return {run.places->split};
  }
  data::require_same_sif(run.directory.string(), run.sif, name, dataset.sif);
  const int64_t other_times = cells_at_other_times(run, dataset, name);
  const Shape shape = shape_of_split(run, dataset);
  data::Split all{"all cells of an independent dataset", shape.n, shape.h, shape.w, {}};
  all.roles.assign(size_t(shape.pixels()), data::Role::test);
  return {std::move(all), true, other_times};
}

void refuse_seen_test_cells(const FinishedRun& from, const SplitPlaces& own, const data::Provenance& provenance) {
  int64_t seen = test_cells_seen(*from.places, own, provenance);
  for (const SplitPlaces& before : from.places->before) seen = std::max(seen, test_cells_seen(before, own, provenance));
  if (seen > 0)
    throw UsageError(
        fmt::format("--from {}: {} of the {} test cells lie where and when it was trained, so that a score "
                    "on them would mean nothing; hold out the same cells: --test {}",
                    from.directory.string(), seen, own.split.count(data::Role::test), from.options.test));
}

data::Mask cells_to_fit(const ScoredSplit& scored) {
  return scored.split.mask(scored.independent ? data::Role::test : data::Role::train);
}

data::Mask coarse_cells_to_fit(const ScoredSplit& scored, Supervision supervision, const data::Dataset& dataset) {
  const data::Mask cells = cells_to_fit(scored);
  return holds_out_coarse_cells(supervision) ? cells : coarse_mask(dataset, cells);
}

}  // namespace unetsr::pipeline
