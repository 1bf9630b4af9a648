#include "data/correction/sounding_equations.hpp"

#include <algorithm>

namespace unetsr::data {
namespace {

std::vector<MapError::Part> with_variance(const MapError& error) {
  std::vector<MapError::Part> parts;
  for (const MapError::Part& part : error.parts)
    if (part.passing + part.lasting > 0) parts.push_back(part);
  return parts;
}

std::vector<double> lengths_of(const std::vector<MapError::Part>& parts) {
  std::vector<double> lengths;
  for (const MapError::Part& part : parts) lengths.push_back(part.length);
  return lengths;
}

}  // namespace

SoundingEquations::SoundingEquations(const ScaledSoundings& soundings, const MapError& error, size_t most_held)
    : soundings_(soundings),
      correlation_(soundings.shape().h, soundings.shape().w, lengths_of(with_variance(error))),
      image_(soundings.image()) {
  for (const MapError::Part& part : with_variance(error)) {
    passing_.push_back(part.passing), lasting_.push_back(part.lasting), both_.push_back(part.passing + part.lasting);
    lasts_ = lasts_ || (part.lasting > 0 && soundings.shape().n > 1);
  }
  if (lasts_) common_ = soundings.image();
  if (lasts_ && size_t(soundings.shape().n) * soundings.cells() <= most_held)
    held_.assign(size_t(soundings.shape().n), soundings.image());
}

void SoundingEquations::times(std::span<const double> q, std::span<double> y) {
  each_window(q, Scale::by_map, [&](int window, Vector& image) {
    soundings_.gather(window, image, y);
    for (const uint32_t i : soundings_.of_window(window)) y[i] += q[i];
  });
}

void SoundingEquations::errors(std::span<const double> q, FunctionRef<void(int window, const Vector& z)> take) {
  each_window(q, Scale::none, [&](int window, Vector& image) { take(window, image); });
}

// image = weights x sums (+ before) of what along_rows() left
void SoundingEquations::finish(int window, const std::vector<double>& weights, const Vector* before, Scale scale,
                               Vector& image) {
  const Correlation::Sum sum{weights, image.data(), before ? before->data() : nullptr,
                             scale == Scale::by_map ? soundings_.map(window).data() : nullptr};
  correlation_.along_columns({&sum, 1});
}

void SoundingEquations::each_window(std::span<const double> q, Scale scale,
                                    FunctionRef<void(int window, Vector& image)> take) {
  if (lasts_) return held_.empty() ? each_apart(q, scale, take) : each_held(q, scale, take);
  for (int window = 0; window < soundings_.shape().n; ++window) {
    soundings_.spread(window, q, image_);
    correlation_.along_rows(image_.data());
    finish(window, soundings_.shape().n == 1 ? both_ : passing_, nullptr, scale, image_);
    take(window, image_);
  }
}

void SoundingEquations::each_apart(std::span<const double> q, Scale scale,
                                   FunctionRef<void(int window, Vector& image)> take) {
  for (int window = 0; window < soundings_.shape().n; ++window) soundings_.spread(window, q, common_, window > 0);
  correlation_.along_rows(common_.data());
  finish(0, lasting_, nullptr, Scale::none, common_);
  for (int window = 0; window < soundings_.shape().n; ++window) {
    soundings_.spread(window, q, image_);
    correlation_.along_rows(image_.data());
    finish(window, passing_, &common_, scale, image_);
    take(window, image_);
  }
}

void SoundingEquations::each_held(std::span<const double> q, Scale scale,
                                  FunctionRef<void(int window, Vector& image)> take) {
  for (int window = 0; window < soundings_.shape().n; ++window) {
    Vector& own = held_[size_t(window)];
    soundings_.spread(window, q, own);
    correlation_.along_rows(own.data());
    const Correlation::Sum sums[] = {{passing_, own.data(), nullptr, nullptr},
                                     {lasting_, common_.data(), window > 0 ? common_.data() : nullptr, nullptr}};
    correlation_.along_columns(sums);
  }
  for (int window = 0; window < soundings_.shape().n; ++window) {
    Vector& own = held_[size_t(window)];
    add_image(common_, own);
    if (scale == Scale::by_map) soundings_.scale_by_map(window, own);
    take(window, own);
  }
}

}  // namespace unetsr::data
