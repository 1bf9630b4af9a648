#include "nn/parameters.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/random.hpp"
#include "kernels/reference/dual.hpp"

namespace unetsr::nn {

template <class T>
int Parameters<T>::add(std::string name, Shape shape, int fan_in) {
  slices_.push_back({std::move(name), shape, size(), fan_in});
  values_.resize(values_.size() + size_t(shape.size()));
  gradients_.resize(values_.size());
  slots_.emplace_back();
  return int(slices_.size()) - 1;
}

template <class T>
void Parameters<T>::initialise(uint64_t seed) {
  for (size_t i = 0; i < slices_.size(); ++i) {
    Random random(seed, i + 1);
    const double bound = 1 / std::sqrt(double(slices_[i].fan_in));
    T* values = values_.data() + slices_[i].offset;
    for (int64_t k = 0; k < slices_[i].shape.size(); ++k) values[k] = T(float(random.uniform(-bound, bound)));
  }
}

template <class T>
autograd::Tensor<T> Parameters<T>::on(autograd::Tape<T>& tape, int index) {
  const Slice& s = slices_[size_t(index)];
  autograd::Gradient<T>& slot = slots_[size_t(index)];
  slot.view = View<T>(gradients_.data() + s.offset, s.shape);
  return tape.parameter(View<T>(values_.data() + s.offset, s.shape), slot);
}

template <class T>
void Parameters<T>::clear_gradients() {
  std::fill(gradients_.begin(), gradients_.end(), T(0));
  for (autograd::Gradient<T>& slot : slots_) slot.written = false;
}

template class Parameters<float>;
template class Parameters<double>;
template class Parameters<Dual>;

}  // namespace unetsr::nn
