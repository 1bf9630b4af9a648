#include "data/correction/reduced_equations.hpp"

#include <algorithm>

#include "kernels/parallel.hpp"

namespace unetsr::data {

ReducedEquations::ReducedEquations(const NodeProducts& products, const MapError& error)
    : products_(products), images_(products.images()) {
  std::vector<double> lengths;
  bool lasts = false;
  for (const MapError::Part& part : error.parts) {
    if (part.passing + part.lasting == 0) continue;
    lengths.push_back(part.length / products.spacing());
    const bool alone = products.windows() == 1;
    passing_.push_back(part.passing + (alone ? part.lasting : 0)), lasting_.push_back(alone ? 0 : part.lasting);
    lasts = lasts || lasting_.back() > 0;
  }
  correlations_.assign(size_t(products.windows()), Correlation(products.rows(), products.columns(), lengths));
  if (lasts) lasting_images_ = products.images(), common_.assign(products.nodes(), 0.0f);
}

void ReducedEquations::times(std::span<const float> q, std::span<float> y) {
  products_.spread(q, images_);
  const size_t nodes = products_.nodes(), windows = size_t(products_.windows());
  const bool lasts = !common_.empty();
  parallel_for(int64_t(windows), [&](int64_t w) {
    float* own = &images_[size_t(w) * nodes];
    Correlation& correlation = correlations_[size_t(w)];
    correlation.along_rows(own);
    const Correlation::Sum sums[] = {
        {passing_, own, nullptr, nullptr},
        {lasting_, lasts ? &lasting_images_[size_t(w) * nodes] : nullptr, nullptr, nullptr}};
    correlation.along_columns({sums, size_t(lasts ? 2 : 1)});
  });
  if (lasts)
    parallel_ranges(int64_t(nodes), 1 << 12, [&](int64_t first, int64_t last) {
      std::fill(common_.begin() + first, common_.begin() + last, 0.0f);
      for (size_t w = 0; w < windows; ++w)
        for (size_t i = size_t(first); i < size_t(last); ++i) common_[i] += lasting_images_[w * nodes + i];
      for (size_t w = 0; w < windows; ++w)
        for (size_t i = size_t(first); i < size_t(last); ++i) images_[w * nodes + i] += common_[i];
    });
  std::copy(q.begin(), q.end(), y.begin());
  products_.gather(images_, 1, y);
}

}  // namespace unetsr::data
