#include "nn/parameters.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/random.hpp"
#include "kernels/reference/dual.hpp"
#include "kernels/shape_check.hpp"

namespace unetsr::nn {

template <class T>
int Parameters<T>::add(std::string name, Shape shape, int fan_in) {
  slices_.push_back({std::move(name), shape, extent_, fan_in});
  size_ += shape.size();
  extent_ += (shape.size() + 3) / 4 * 4;
  return int(slices_.size()) - 1;
}

template <class T>
void Parameters<T>::place(const Queue& queue) {
  queue_ = queue;
  values_ = zeros(), gradients_ = zeros();
  slots_.assign(slices_.size(), {});
  place_gradients(nullptr);
}

template <class T>
void Parameters<T>::place_gradients(T* place) {
  for (size_t i = 0; i < slices_.size(); ++i)
    slots_[i].view = View<T>((place ? place : all_gradients()) + slices_[i].offset, slices_[i].shape);
}

template <class T>
void Parameters<T>::initialise(uint64_t seed) {
  std::vector<T> values;
  values.reserve(size_t(size_));
  for (size_t i = 0; i < slices_.size(); ++i) {
    Random random(seed, i + 1);
    const double bound = 1 / std::sqrt(double(slices_[i].fan_in));
    for (int64_t k = 0; k < slices_[i].shape.size(); ++k) values.push_back(T(float(random.uniform(-bound, bound))));
  }
  set_values(values);
}

template <class T>
autograd::Tensor<T> Parameters<T>::on(autograd::Tape<T>& tape, int index) {
  const Slice& s = slices_[size_t(index)];
  return tape.parameter(View<T>(all_values() + s.offset, s.shape), slots_[size_t(index)]);
}

template <class T>
void Parameters<T>::clear_gradients() {
  kernels::clear(queue_, gradients_.data(), gradients_.bytes());
  begin_gradients();
}

template <class T>
void Parameters<T>::begin_gradients() {
  for (autograd::Gradient<T>& slot : slots_) slot.written = false;
}

template <class T>
void Parameters<T>::end_gradients() {
  for (autograd::Gradient<T>& slot : slots_)
    if (!slot.written) kernels::clear(queue_, slot.view.data, size_t(slot.view.size()) * sizeof(T));
}

template <class T>
kernels::Memory Parameters<T>::zeros() const {
  Queue queue = queue_;
  kernels::Memory memory(queue, size_t(extent_) * sizeof(T));
  kernels::clear(queue, memory.data(), memory.bytes());
  return memory;
}

template <class T>
std::vector<T> Parameters<T>::read(const kernels::Memory& memory) const {
  Queue queue = queue_;
  std::vector<T> all(memory.bytes() / sizeof(T)), values;
  kernels::download(queue, memory.data(), all.data(), memory.bytes());
  queue.synchronise();
  values.reserve(size_t(size_));
  for (const Slice& s : slices_)
    values.insert(values.end(), all.begin() + s.offset, all.begin() + s.offset + s.shape.size());
  return values;
}

template <class T>
void Parameters<T>::write(const std::vector<T>& values, kernels::Memory& memory) const {
  kernels::require(int64_t(values.size()) == size_, [&] {
    return "parameters: " + std::to_string(values.size()) + " values for " + std::to_string(size_) + " of a network";
  });
  Queue queue = queue_;
  std::vector<T> all(size_t(extent_), T(0));
  auto from = values.begin();
  for (const Slice& s : slices_) {
    std::copy_n(from, s.shape.size(), all.begin() + s.offset);
    from += s.shape.size();
  }
  kernels::upload(queue, all.data(), memory.data(), memory.bytes());
  queue.synchronise();
}

template class Parameters<float>;
template class Parameters<double>;
template class Parameters<Dual>;

}  // namespace unetsr::nn
