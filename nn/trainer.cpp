#include "nn/trainer.hpp"

#include "kernels/copy.hpp"
#include "kernels/error.hpp"

namespace unetsr::nn {

Trainer::Trainer(const ModelSpec& spec, uint64_t seed, Device device, kernels::Loss loss, kernels::Adam adam)
    : Trainer(make_network<float>(spec), seed, device, loss, adam) {}

Trainer::Trainer(std::unique_ptr<Network<float>> network, uint64_t seed, Device device, kernels::Loss loss,
                 kernels::Adam adam)
    : queue_(device),
      network_(std::move(network)),
      arena_(queue_),
      loss_(loss),
      adam_(adam),
      m_(size_t(network_->parameters().size())),
      v_(m_.size()),
      tape_(queue_, arena_, true),
      inference_(queue_, arena_, false) {
  network_->parameters().initialise(seed);
}

kernels::LossSum<float> Trainer::step(View<const float> inputs, View<const float> targets, float learning_rate) {
  return step(inputs, nullptr, targets, learning_rate);
}

kernels::LossSum<float> Trainer::step(View<const float> inputs, const kernels::Footprints& footprints,
                                      View<const float> targets, float learning_rate) {
  return step(inputs, &footprints, targets, learning_rate);
}

kernels::LossSum<float> Trainer::step(View<const float> inputs, const kernels::Footprints* footprints,
                                      View<const float> targets, float learning_rate) {
  arena_.reset();
  tape_.clear();
  network_->parameters().clear_gradients();
  autograd::Tensor<float> prediction = network_->forward(tape_, tape_.tensor(inputs));
  if (footprints) prediction = autograd::footprint_mean<float>(tape_, *footprints, prediction);
  kernels::LossSum<float> loss;
  autograd::masked_loss<float>(tape_, loss_, prediction, targets, &loss);
  tape_.backward();
  adam_.learning_rate = learning_rate;
  Parameters<float>& p = network_->parameters();
  const kernels::AdamFactors factors = kernels::adam_factors(adam_, ++step_);
  kernels::adam_step<float>(queue_, &factors, p.size(), p.gradients().data(), m_.data(), v_.data(), p.values().data());
  return loss;
}

void Trainer::predict(View<const float> inputs, View<float> predictions) {
  arena_.reset();
  inference_.clear();
  const autograd::Tensor<float> y = network_->forward(inference_, inference_.tensor(inputs));
  kernels::copy<float>(queue_, y.value, predictions);
}

Checkpoint Trainer::checkpoint() const {
  Checkpoint c;
  c.model = to_string(network_->spec());
  c.step = step_;
  c.parameters = network_->parameters().values();
  c.m = m_, c.v = v_;
  return c;
}

void Trainer::restore(const Checkpoint& c) {
  const std::string own = to_string(network_->spec());
  if (c.model != own) throw Error("the checkpoint holds " + c.model + ", not " + own);
  if (c.parameters.size() != m_.size())
    throw Error("the checkpoint has " + std::to_string(c.parameters.size()) + " parameters, " + own + " has " +
                std::to_string(m_.size()));
  network_->parameters().values() = c.parameters;
  m_ = c.m, v_ = c.v;
  step_ = c.step;
}

}  // namespace unetsr::nn
