#include "nn/ensemble.hpp"

#include <algorithm>

#include "kernels/shape_check.hpp"

namespace unetsr::nn {

Ensemble::Ensemble(std::vector<std::shared_ptr<Trainer>> members) : members_(std::move(members)) {
  kernels::require(!members_.empty(), "an ensemble without networks");
}

// `fill` gives a member's values.
template <class Fill>
void Ensemble::mean(View<float> result, const Fill& fill) {
  fill(*members_.front(), result);
  one_.resize(size_t(result.size()));
  const View<float> one(one_.data(), result.shape());
  for (size_t k = 1; k < members_.size(); ++k) {
    fill(*members_[k], one);
    for (size_t i = 0; i < one_.size(); ++i) result.data[i] += one_[i];
  }
  if (members_.size() > 1)
    for (int64_t i = 0; i < result.size(); ++i) result.data[i] /= float(members_.size());
}

void Ensemble::predict(View<const float> inputs, View<float> predictions) {
  mean(predictions, [&](Trainer& member, View<float> values) { member.predict(inputs, values); });
}

void Ensemble::input_gradient(View<const float> inputs, View<const float> weights, View<float> gradient) {
  mean(gradient, [&](Trainer& member, View<float> values) { member.input_gradient(inputs, weights, values); });
}

void Ensemble::release_memory() {
  for (const auto& member : members_) member->release_memory();
  one_ = {}, sums_ = {};
}

void Ensemble::predict(Images images, const Patches& patches, int at_once, const Trainer::Visit& each) {
  if (members_.size() == 1) return members_.front()->predict(std::move(images), patches, at_once, each);
  const size_t patch = size_t(patches.rows) * size_t(patches.columns);
  sums_.assign(patches.crops.size() * patch, 0.0f);
  for (const auto& member : members_)
    member->predict(images, patches, at_once, [&](size_t first, View<const float> predictions) {
      for (int64_t i = 0; i < predictions.size(); ++i) sums_[first * patch + size_t(i)] += predictions.data[i];
    });
  for (float& v : sums_) v /= float(members_.size());
  for (size_t first = 0; first < patches.crops.size(); first += size_t(at_once)) {
    const int count = int(std::min(size_t(at_once), patches.crops.size() - first));
    each(first, {sums_.data() + first * patch, count, patches.rows, patches.columns, 1});
  }
}

}  // namespace unetsr::nn
