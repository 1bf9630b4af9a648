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
      tape_(queue_, arena_, true),
      inference_(queue_, arena_, false) {
  Parameters<float>& p = network_->parameters();
  p.place(queue_);
  p.initialise(seed);
  m_ = p.zeros(), v_ = p.zeros();
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
  kernels::adam_step<float>(queue_, &factors, p.extent(), p.all_gradients(), m_.as<float>(), v_.as<float>(),
                            p.all_values());
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
  const Parameters<float>& p = network_->parameters();
  c.parameters = p.values();
  c.m = p.read(m_), c.v = p.read(v_);
  return c;
}

void Trainer::restore(const Checkpoint& c) {
  Parameters<float>& p = network_->parameters();
  const std::string own = to_string(network_->spec());
  if (c.model != own) throw Error("the checkpoint holds " + c.model + ", not " + own);
  if (int64_t(c.parameters.size()) != p.size())
    throw Error("the checkpoint has " + std::to_string(c.parameters.size()) + " parameters, " + own + " has " +
                std::to_string(p.size()));
  p.set_values(c.parameters);
  p.write(c.m, m_), p.write(c.v, v_);
  step_ = c.step;
}

}  // namespace unetsr::nn
