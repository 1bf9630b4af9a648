#pragma once
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "data/dataset/dataset_file.hpp"
#include "data/tables/table_files.hpp"
#include "data/tables/table_pair.hpp"
#include "files.hpp"
#include "kernels/random.hpp"
#include "simulated_tables.hpp"

namespace unetsr::test {

// A dataset of simulated tables in which NDVI alone makes the fine SIF, beside the coarse SIF and some noise; `useless`
// has nothing to do with it.
inline data::Dataset one_channel_scene() {
  const TemporaryDirectory directory;
  data::write_simulated_tables(directory.path(), {.rows = 40, .columns = 60});
  data::Dataset dataset = data::dataset_from_tables(data::find_table_pairs(directory.path()));
  Random random(3, 1);
  data::Layer useless{"useless", "1", "", dataset.layer("ndvi").values};
  for (float& v : useless.values) v = float(random.normal());
  const std::span<const float> sif = dataset.values("sif"), ndvi = dataset.values("ndvi");
  std::vector<float> target;
  for (size_t i = 0; i < sif.size(); ++i)
    target.push_back(float(double(sif[i]) + 0.5 * std::tanh(8 * (double(ndvi[i]) - 0.5)) + 0.05 * random.normal()));
  for (data::Layer& layer : dataset.layers)
    if (layer.name == data::target_layer) layer.values = target;
  dataset.add(std::move(useless));
  return dataset;
}

// A directory of its own with that dataset as scene.h5.
class OneChannelDirectory {
 public:
  OneChannelDirectory() { data::write_dataset(directory_ / "scene.h5", one_channel_scene()); }
  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  nlohmann::json json(const std::string& name) const { return nlohmann::json::parse(read_file(directory_ / name)); }

 private:
  TemporaryDirectory directory_;
};

}  // namespace unetsr::test
