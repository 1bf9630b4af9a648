#pragma once
#include <memory>
#include <vector>

#include "nn/trainer.hpp"

namespace unetsr::nn {

// Networks of one kind that were trained apart from each other, as one: its predictions are the mean of theirs, and so
// are its gradients (Lakshminarayanan et al. 2017). Of a single network they are that network's own, bit for bit.
class Ensemble {
 public:
  // At least one.
  explicit Ensemble(std::vector<std::shared_ptr<Trainer>> members);

  const std::vector<std::shared_ptr<Trainer>>& members() const { return members_; }

  // As of a Trainer.
  void predict(View<const float> inputs, View<float> predictions);
  void predict(Images, const Patches&, int at_once, const Trainer::Visit& each);
  void input_gradient(View<const float> inputs, View<const float> weights, View<float> gradient);
  void release_memory();

 private:
  template <class Fill>
  void mean(View<float> result, const Fill&);

  std::vector<std::shared_ptr<Trainer>> members_;
  std::vector<float> one_, sums_;
};

}  // namespace unetsr::nn
