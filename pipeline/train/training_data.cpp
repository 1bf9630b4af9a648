#include "pipeline/train/training_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "data/dataset/dataset_file.hpp"
#include "pipeline/console/memory.hpp"
#include "pipeline/console/memory_size.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/console/size_text.hpp"
#include "pipeline/maps/mapper.hpp"
#include "pipeline/train/held_out.hpp"
#include "pipeline/train/held_out_basis.hpp"

namespace unetsr::pipeline {
namespace {

constexpr double program = 8e7;           // bytes of the program, its libraries and buffers
constexpr int64_t most_cells = 1 << 20;   // of a sample: more would take longer to map than the steps of a draw take
constexpr int typical_channels = 18;      // where the features are not known yet
constexpr double kept_soundings = 0.125;  // of --memory: what was read last, by SoundingSource

double fine_values(const data::Dataset& dataset) {
  return double(dataset.windows.size()) * double(dataset.grid.cells());
}

// Of training on a whole dataset: its layers, the inputs twice, what the correction and the patches take.
double bytes_to_hold(const data::DatasetFile& file, const TrainOptions& o) {
  const double channels = o.features ? double(o.features->size()) + 1 : typical_channels;
  return program + file.bytes() + fine_values(file.description()) * (8 * channels + 110);
}

// Of a cell of a sample, with its share of the sample that is read next, and of the one that is scored.
double bytes_a_cell(int channels) {
  return 16.0 * channels + 700;
}

// Granules with soundings, in the honest protocol, with footprints as the kind of target.
bool can_sample(const data::DatasetFile& file, const TrainOptions& o) {
  return o.protocol == Protocol::honest && file.description().coarse_factor > 0 && file.soundings() > 0 &&
         o.supervision.value_or(Supervision::footprints) == Supervision::footprints;
}

data::Dataset description_of(const data::DatasetFile& file) {
  data::Dataset description = file.description();
  description.layers = file.layers();
  data::LayerChoice coarse;
  for (const data::Layer& layer : file.coarse_layers()) coarse.coarse_layers.push_back(layer.name);
  description.coarse_layers =
      file.read_block({0, int(description.windows.size())}, data::whole(description.grid), coarse).coarse_layers;
  return description;
}

}  // namespace

double training_memory(const std::optional<std::string>& asked) {
  return memory_size("memory", asked.value_or(default_training_memory));
}

TrainingData open_training_data(const TrainOptions& o, const Output& output) {
  const double bound = training_memory(o.memory);
  const data::DatasetFile file(o.dataset);
  if (!can_sample(file, o) || bytes_to_hold(file, o) <= bound) {
    const Stage stage(output, "read " + file_with_size(o.dataset));
    refuse_beyond_memory(file, o.dataset, copies_to_learn);
    return {file.read_all(), nullptr};
  }
  const Stage stage(output, "read the coarse layers and count the soundings of " + file_with_size(o.dataset));
  return {description_of(file), std::make_shared<SoundingSource>(o.dataset, kept_soundings * bound)};
}

std::shared_ptr<const DatasetSample> sample_of(const TrainingData& data, const ResolvedOptions& o,
                                               const HonestOptions& honest, const Output& output) {
  const data::Dataset& dataset = data.dataset;
  const nn::ModelSpec spec = nn::model_spec(o.model, int(o.features.size()) + 1);
  const int channels = int(input_channels(o.features).size());
  double coarse = double(dataset.coarse_shape().size());
  coarse *= 1 + sizeof(float) * double(dataset.coarse_layers.size());
  const double bound = training_memory(o.memory), each = bytes_a_cell(channels);
  const double fixed =
      program + coarse + data.soundings->most_bytes() + memory_of(spec, double(o.batch) * o.patch * o.patch, true);
  const auto cells = int64_t(std::min(double(most_cells), (bound - fixed) / each));
  if (cells <= 0)
    throw UsageError(fmt::format("--memory: training on {} takes {} before it holds any cell; take more than {}",
                                 o.dataset.string(), size_text(fixed), size_text(fixed)));
  auto sample = std::make_shared<DatasetSample>(o.dataset, dataset, data.soundings,
                                                make_split(dataset.coarse_shape(), honest, dataset), honest, cells,
                                                receptive_field_radius(spec));
  const double needed = fixed + each * double(cells);
  refuse_beyond_memory(needed, "training on " + o.dataset.string(), "take a smaller --memory");
  output.line(
      fmt::format("memory: about {}; the dataset is larger: trains on samples of {:.1f} of its {:.1f} million cells",
                  size_text(needed), 1e-6 * double(cells), 1e-6 * fine_values(dataset)));
  return sample;
}

}  // namespace unetsr::pipeline
