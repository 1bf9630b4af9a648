#include "pipeline/train/scored_split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

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
  return std::abs(data::day_number(*first) - data::day_number(*other)) < data::Window::length;
}

// Counts the cells of another dataset that lie where a run was trained.
class PlacesOfTraining {
 public:
  PlacesOfTraining(const SplitPlaces& places, const data::Dataset& dataset)
      : places_(places), dataset_(dataset), from_(dataset.grid.crs), to_(places.grid.crs) {
    for (const std::string& own : dataset.windows)
      for (size_t w = 0; w < places.windows.size(); ++w) (overlap(own, places.windows[w]) ? same_ : other_)[w] = true;
  }

  void count() {
    const data::Grid& grid = dataset_.grid;
    std::vector<double> x(size_t(grid.columns)), y(x.size());
    for (int row = 0; row < grid.rows; ++row) {
      for (int column = 0; column < grid.columns; ++column)
        x[size_t(column)] = grid.x(column), y[size_t(column)] = grid.y(row);
      from_.to_geographic(x, y);
      to_.to_map(x, y);
      for (size_t i = 0; i < x.size(); ++i) count(x[i], y[i]);
    }
  }

  int64_t same_time = 0, other_time = 0;

 private:
  void count(double x, double y) {
    const data::Grid& grid = places_.grid;
    const double column = std::round((x - grid.x_origin) / grid.x_step),
                 row = std::round((y - grid.y_origin) / grid.y_step);
    if (!(column >= 0 && column < grid.columns && row >= 0 && row < grid.rows)) return;
    const size_t cell = size_t(row) * size_t(grid.columns) + size_t(column), cells = size_t(grid.cells());
    const auto trained = [&](const std::vector<bool>& windows) {
      for (size_t w = 0; w < windows.size(); ++w)
        if (windows[w] && places_.split.roles[w * cells + cell] != data::Role::test) return true;
      return false;
    };
    if (trained(same_))
      ++same_time;
    else if (trained(other_))
      ++other_time;
  }

  const SplitPlaces& places_;
  const data::Dataset& dataset_;
  data::Projection from_, to_;
  std::vector<bool> same_ = std::vector<bool>(places_.windows.size()), other_ = same_;  // windows of the run
};

// Simulated scenes lie at one place, but are other lands where they share no file.
bool of_other_scenes(const FinishedRun& run, const data::Dataset& dataset) {
  return run.simulated && dataset.provenance.simulated &&
         std::none_of(dataset.provenance.inputs.begin(), dataset.provenance.inputs.end(), [&](const auto& file) {
           return std::find(run.inputs.begin(), run.inputs.end(), file.sha256) != run.inputs.end();
         });
}

// Throws where a cell lies where and when the run was trained.
int64_t cells_at_other_times(const FinishedRun& run, const data::Dataset& dataset, const std::string& name) {
  if (of_other_scenes(run, dataset)) return 0;
  PlacesOfTraining places(*run.places, dataset);
  places.count();
  if (places.same_time > 0)
    throw UsageError(
        fmt::format("--independent: {} of the {} cells of {} lie where and when {} was trained; omit it for the "
                    "dataset that the run was trained on, or take one of other places or times",
                    places.same_time, dataset.grid.cells(), name, run.directory.string()));
  return places.other_time;
}

Shape shape_of_split(const FinishedRun& run, const data::Dataset& dataset) {
  if (dataset.coarse_factor == 0 || !holds_out_coarse_cells(run.options.supervision)) return dataset.shape();
  return dataset.coarse_shape();
}

}  // namespace

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
  const int64_t other_times = cells_at_other_times(run, dataset, name);
  const Shape shape = shape_of_split(run, dataset);
  data::Split all{"all cells of an independent dataset", shape.n, shape.h, shape.w, {}};
  all.roles.assign(size_t(shape.pixels()), data::Role::test);
  return {std::move(all), true, other_times};
}

data::Mask cells_to_fit(const ScoredSplit& scored) {
  return scored.split.mask(scored.independent ? data::Role::test : data::Role::train);
}

}  // namespace unetsr::pipeline
