#include "data/correction/ordered_bands.hpp"

namespace unetsr::data {

OrderedBands::OrderedBands(size_t count, FunctionRef<Rows(size_t i)> rows_of, int windows, int rows, int rows_of_band)
    : of_window_((rows + rows_of_band - 1) / rows_of_band), rows_(rows), rows_of_band_(rows_of_band) {
  const auto for_bands = [&](size_t i, const auto& f) {
    const Rows own = rows_of(i);
    for (int band = own.first / rows_of_band; own.first <= own.last && band <= own.last / rows_of_band; ++band)
      f(size_t(own.window) * size_t(of_window_) + size_t(band));
  };
  first_.assign(size_t(windows) * size_t(of_window_) + 1, 0);
  for (size_t i = 0; i < count; ++i) for_bands(i, [&](size_t band) { ++first_[band + 1]; });
  for (size_t b = 1; b < first_.size(); ++b) first_[b] += first_[b - 1];
  items_.resize(first_.back());
  std::vector<size_t> next(first_.begin(), first_.end() - 1);
  for (size_t i = 0; i < count; ++i) for_bands(i, [&](size_t band) { items_[next[band]++] = uint32_t(i); });
}

}  // namespace unetsr::data
