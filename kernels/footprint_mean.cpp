#include "kernels/footprint_mean.hpp"

#include "kernels/cpu/footprint_mean.hpp"
#include "kernels/cuda/footprint_mean.hpp"
#include "kernels/reference/dual.hpp"
#include "kernels/reference/footprint_mean.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::kernels {
namespace {

template <class X, class Y>
void check(const char* op, const Footprints& f, const X& x, const Y& y) {
  require(x.c == 1 && x.pixels() == f.by_cell.rows() && y.shape() == Shape{int(f.by_footprint.rows()), 1, 1, 1}, [&] {
    return std::string(op) + ": " + std::to_string(f.by_footprint.rows()) + " footprints on " +
           std::to_string(f.by_cell.rows()) + " cells do not fit " + to_string(x.shape()) + " and " +
           to_string(y.shape());
  });
}

}  // namespace

template <class T>
void footprint_mean(Queue& queue, const Footprints& footprints, View<const T> x, View<T> y) {
  check("footprint_mean", footprints, x, y);
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::sparse_product(footprints.by_footprint, x, y, Into::write);
    if (queue.device() == Device::cuda) return cuda::footprint_mean(queue, footprints, x, y);
  }
  reference::sparse_product(footprints.by_footprint, x, y, Into::write);
}

template <class T>
void footprint_mean_backward(Queue& queue, const Footprints& footprints, View<const T> dy, View<T> dx, Into into) {
  check("footprint_mean_backward", footprints, dx, dy);
  if constexpr (std::is_same_v<T, float>) {
    if (queue.device() == Device::cpu) return cpu::sparse_product(footprints.by_cell, dy, dx, into);
    if (queue.device() == Device::cuda) return cuda::footprint_mean_backward(queue, footprints, dy, dx, into);
  }
  reference::sparse_product(footprints.by_cell, dy, dx, into);
}

#define INSTANTIATE(T)                                                             \
  template void footprint_mean(Queue&, const Footprints&, View<const T>, View<T>); \
  template void footprint_mean_backward(Queue&, const Footprints&, View<const T>, View<T>, Into)
INSTANTIATE(float);
INSTANTIATE(double);
INSTANTIATE(Dual);

void FootprintMatrix::clear() {
  begin_.assign(1, 0);
  index_.clear(), weight_.clear();
}

void FootprintMatrix::add_entry(int32_t cell, float weight) {
  index_.push_back(cell), weight_.push_back(weight);
}

void FootprintMatrix::end_footprint() {
  begin_.push_back(int64_t(index_.size()));
}

Footprints FootprintMatrix::view(int64_t cells) {
  cell_begin_.assign(size_t(cells) + 1, 0);
  for (const int32_t cell : index_) {
    require(cell >= 0 && cell < cells,
            [&] { return "footprints: no cell " + std::to_string(cell) + " of " + std::to_string(cells); });
    ++cell_begin_[size_t(cell) + 1];
  }
  for (size_t p = 0; p < size_t(cells); ++p) cell_begin_[p + 1] += cell_begin_[p];
  cursor_.assign(cell_begin_.begin(), cell_begin_.end() - 1);
  cell_index_.resize(index_.size()), cell_weight_.resize(index_.size());
  for (int64_t s = 0; s < footprints(); ++s)
    for (int64_t k = begin_[size_t(s)]; k < begin_[size_t(s) + 1]; ++k) {
      const int64_t place = cursor_[size_t(index_[size_t(k)])]++;
      cell_index_[size_t(place)] = int32_t(s), cell_weight_[size_t(place)] = weight_[size_t(k)];
    }
  return {{begin_, index_, weight_}, {cell_begin_, cell_index_, cell_weight_}};
}

}  // namespace unetsr::kernels
