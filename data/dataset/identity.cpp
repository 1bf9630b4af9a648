#include "data/dataset/identity.hpp"

#include <type_traits>

#include "data/dataset/sha256.hpp"
#include "data/dataset/sounding_columns.hpp"

namespace unetsr::data {
namespace {

// Each part with its length, so that none can pass for the end of another.
class Sum {
 public:
  void add(const std::string& text) { add_array(text.data(), text.size()); }
  template <class T>
  requires std::is_arithmetic_v<T>
  void add(T number) { sum_.add(&number, sizeof number); }
  template <class T>
  void add(const std::vector<T>& values) {
    add_array(values.data(), values.size());
  }
  std::string hexadecimal() { return sum_.hexadecimal(); }

 private:
  template <class T>
  void add_array(const T* values, size_t count) {
    add(uint64_t(count));
    sum_.add(values, count * sizeof(T));
  }

  Sha256 sum_;
};

void add(Sum& sum, const std::vector<Layer>& layers) {
  sum.add(uint64_t(layers.size()));
  for (const Layer& layer : layers) {
    sum.add(layer.name);
    sum.add(layer.units);
    sum.add(layer.values);
  }
}

void add(Sum& sum, const Soundings& soundings) {
  const auto column = [&](const std::string& name, const auto& values) {
    sum.add(name);
    sum.add(values);
  };
  visit_columns(soundings, column);
  visit_optional_columns(soundings, [&](const std::string& name, const auto& values) {
    if (values.size() == soundings.size()) column(name, values);
  });
}

}  // namespace

std::string identity_of(const Dataset& dataset) {
  Sum sum;
  sum.add(dataset.grid.crs);
  sum.add(dataset.grid.rows);
  sum.add(dataset.grid.columns);
  for (const double number : {dataset.grid.x_origin, dataset.grid.x_step, dataset.grid.y_origin, dataset.grid.y_step})
    sum.add(number);
  for (const std::string& window : dataset.windows) sum.add(window);
  add(sum, dataset.layers);
  sum.add(dataset.coarse_factor);
  if (dataset.coarse_factor > 0) {
    add(sum, dataset.coarse_layers);
    add(sum, dataset.soundings);
  }
  if (!dataset.region.empty()) sum.add(dataset.region);
  return sum.hexadecimal();
}

}  // namespace unetsr::data
