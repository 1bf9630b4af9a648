#include "pipeline/train/held_out.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data/features/features.hpp"
#include "data/regression/linear_regression.hpp"
#include "data/splits/correlation_length.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "nn/network.hpp"
#include "pipeline/console/number_pattern.hpp"
#include "pipeline/train/honest_protocol.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

constexpr int64_t least_scored = 2;  // R2 of one value means nothing
constexpr const char* blocks_auto = "blocks:auto:#/#";

int in_coarse_cells(int cells, int factor) {
  return (cells + factor - 1) / factor;
}

[[noreturn]] void refuse_test_cells(const std::string& test) {
  throw UsageError("--test " + excerpt(test) +
                   ": take columns:FOLD/FOLDS, blocks:CELLS:FOLD/FOLDS, blocks:auto:FOLD/FOLDS or window:INDEX");
}

data::Split cut(Shape shape, const std::string& test, const data::SplitOptions& options) {
  if (const auto n = numbers_in_pattern(test, "columns:#/#"))
    return data::columns_split(shape, n->at(0), n->at(1), options);
  if (const auto n = numbers_in_pattern(test, "blocks:#:#/#"))
    return data::blocks_split(shape, n->at(0), n->at(1), n->at(2), options);
  if (const auto n = numbers_in_pattern(test, "window:#")) return data::window_split(shape, n->at(0), options);
  refuse_test_cells(test);
}

// The largest buffer, below the one of `options`, with which half of the cells that do not test can train; -1: none.
int useful_buffer(Shape shape, const std::string& test, data::SplitOptions options) {
  const auto leaves_half = [&](int buffer) {
    options.buffer = buffer;
    try {
      const data::Split split = cut(shape, test, options);
      return 2 * split.count(data::Role::train) >= shape.pixels() - split.count(data::Role::test);
    } catch (const UsageError&) {
      return false;
    }
  };
  int least = -1, most = options.buffer;
  while (most - least > 1) {
    const int middle = (least + most) / 2;
    (leaves_half(middle) ? least : most) = middle;
  }
  return least;
}

// Of a layer, and of its residual from least squares on those of the features that the dataset has.
CorrelationLengths lengths_of(const data::Dataset& dataset, const std::string& sif, std::vector<std::string> features) {
  const std::span<const float> values = dataset.values(sif);
  CorrelationLengths lengths{data::correlation_length(values, dataset.shape()), 0};
  const std::vector<std::string> known = data::feature_names(dataset);
  std::erase_if(features,
                [&](const std::string& name) { return std::find(known.begin(), known.end(), name) == known.end(); });
  if (features.empty()) return lengths;
  const data::FeatureStack bands = data::make_features(dataset, features);
  std::vector<float> errors = data::LinearRegression(bands.view(), values, {}).predict(bands.view());
  for (size_t i = 0; i < errors.size(); ++i) errors[i] -= values[i];
  lengths.errors = data::correlation_length(errors, dataset.shape());
  return lengths;
}

}  // namespace

void require_test_cells(const std::string& test) {
  for (const char* pattern : {"columns:#/#", "blocks:#:#/#", blocks_auto, "window:#"})
    if (numbers_in_pattern(test, pattern)) return;
  refuse_test_cells(test);
}

int Separation::buffer() const {
  return std::max({network, patch, coarse});
}

int receptive_field_radius(const nn::ModelSpec& spec) {
  return spec.family == nn::Family::paper_cnn ? spec.patch - 1 : (nn::receptive_field(spec) - 1) / 2;
}

Separation separation_of(const ResolvedOptions& o, const data::Dataset& dataset) {
  const int radius = receptive_field_radius(nn::model_spec(o.model, 1)), factor = dataset.coarse_factor;
  if (factor == 0) return {radius, o.patch, 2};
  if (o.supervision == Supervision::footprints)
    return {in_coarse_cells(radius, factor), in_coarse_cells(o.patch, factor), 1};
  const int interpolated = o.supervision == Supervision::wald ? *o.wald_factor : factor;
  return {radius, o.patch, interpolated + interpolated / 2};
}

double CorrelationLengths::longer() const {
  return std::max(sif, errors);
}

CorrelationLengths correlation_lengths(const ResolvedOptions& o, const data::Dataset& dataset,
                                       const data::Dataset& training_grid) {
  if (dataset.coarse_factor == 0)
    return lengths_of(training_grid, data::target_layer, {"sif", "ndvi", "evi", "nir", "red"});
  CorrelationLengths lengths = lengths_of(dataset.coarse(), data::coarse_layer, {"ndvi", "evi", "nir", "red", "nirv"});
  if (!holds_out_coarse_cells(o.supervision))
    lengths.sif *= dataset.coarse_factor, lengths.errors *= dataset.coarse_factor;
  return lengths;
}

std::string with_block_side(const std::string& test, const ResolvedOptions& o, const data::Dataset& dataset,
                            const data::Dataset& training_grid) {
  const auto numbers = numbers_in_pattern(test, blocks_auto);
  if (!numbers) return test;
  const int fold = numbers->at(0), folds = numbers->at(1);
  const int factor = dataset.coarse_factor;
  const Shape shape =
      factor > 0 && holds_out_coarse_cells(o.supervision) ? dataset.coarse_shape() : training_grid.shape();
  const int patch = o.supervision == Supervision::footprints ? in_coarse_cells(o.patch, factor) : o.patch;
  const auto blocks = [&](int side) { return int64_t((shape.h + side - 1) / side) * ((shape.w + side - 1) / side); };
  int side = std::max(1, int(std::ceil(correlation_lengths(o, dataset, training_grid).longer())));
  while (side > 1 && blocks(side) < 2 * int64_t(folds)) --side;
  return fmt::format("blocks:{}:{}/{}", std::max(side, patch), fold, folds);
}

HonestOptions honest_options(const ResolvedOptions& o, Device device) {
  return {.features = o.features,
          .test = o.test,
          .patch = o.patch,
          .validation_share = o.validation,
          .seed = o.seed,
          .first_guess = o.first_guess,
          .buffer = o.buffer,
          .device = device};
}

void require_tested(int64_t count, const std::string& values, const ResolvedOptions& o) {
  if (count < least_scored)
    throw UsageError(fmt::format(
        "--test {}: holds out {} {}, too few to score; take another fold, or blocks:auto:0/4, which lie all over the "
        "grid",
        o.test, count, values));
}

void warn_of_few_validated(int64_t count, const std::string& values, const ResolvedOptions& o, const Output& output) {
  if (o.validation > 0 && count < least_scored)
    output.warning(
        fmt::format("--validation {}: {} {} validate, too few to choose an epoch: the last one counts; take a larger "
                    "share, or another --test",
                    o.validation, count, values));
}

data::Split make_split(Shape shape, const HonestOptions& o) {
  data::SplitOptions options;
  options.buffer = o.buffer;
  options.validation_share = o.validation_share;
  try {
    return cut(shape, o.test, options);
  } catch (const UsageError& e) {
    const int buffer = useful_buffer(shape, o.test, options);
    if (buffer < 0) throw;
    throw UsageError(fmt::format(
        "{}; hold out less, take a --model that sees less, or take --buffer {}, with which maps of test cells depend on "
        "inputs, though on no SIF, of cells that trained",
        e.what(), std::max(1, buffer)));
  }
}

}  // namespace unetsr::pipeline
