#include "nn/trainer.hpp"

#include <algorithm>

#include "kernels/copy.hpp"
#include "kernels/device_gather.hpp"
#include "kernels/error.hpp"
#include "kernels/excerpt.hpp"
#include "kernels/parallel.hpp"
#include "kernels/shape_check.hpp"
#include "kernels/shard_mean.hpp"

namespace unetsr::nn {
namespace {

void check(Shape images, const Patches& patches) {
  kernels::require(!patches.crops.empty(), "a batch without patches");
  kernels::check_crops(images, patches.crops, patches.rows, patches.columns);
}

}  // namespace

Trainer::Trainer(const ModelSpec& spec, uint64_t seed, Execution execution, kernels::Loss loss, kernels::Adam adam)
    : Trainer(make_network<float>(spec), seed, execution, loss, adam) {}

Trainer::Trainer(std::unique_ptr<Network<float>> network, uint64_t seed, Execution execution, kernels::Loss loss,
                 kernels::Adam adam)
    : execution_(execution),
      queue_(execution.queue()),
      network_(std::move(network)),
      arena_(queue_),
      loss_(loss),
      adam_(adam),
      loss_sum_(queue_, sizeof(kernels::LossSum<float>)),
      tape_(queue_, arena_, true),
      inference_(queue_, arena_, false),
      attribution_(queue_, arena_, true, false),
      images_(queue_),
      shown_(queue_),
      batches_(queue_, batches_at_once),
      inputs_(queue_, 1) {
  Parameters<float>& p = network_->parameters();
  p.place(queue_);
  p.initialise(seed);
  m_ = p.zeros(), v_ = p.zeros();
  kernels::clear(queue_, loss_sum_.data(), loss_sum_.bytes());
}

void Trainer::step(View<const float> inputs, View<const float> targets, float learning_rate) {
  step({inputs, targets, {}, {}, {}}, learning_rate);
}

void Trainer::step(View<const float> inputs, const kernels::Footprints& footprints, View<const float> targets,
                   float learning_rate) {
  step({inputs, targets, {}, footprints, {}}, learning_rate);
}

void Trainer::step(const Patches& patches, float learning_rate) {
  check(images_.inputs().shape(), patches);
  kernels::require(images_.targets().data, "step: the images have no targets");
  step({{}, {}, patches, {}, {}}, learning_rate);
}

void Trainer::step(const Patches& patches, const kernels::Footprints& footprints, View<const float> targets,
                   float learning_rate) {
  check(images_.inputs().shape(), patches);
  step({{}, targets, patches, footprints, {}}, learning_rate);
}

void Trainer::step(Batch batch, float learning_rate) {
  // Before a GPU gets more footprints than there are.
  if (batch.footprints)
    kernels::require_shape("step: targets", batch.targets, {int(batch.footprints->by_footprint.rows()), 1, 1, 1});
  adam_.learning_rate = learning_rate;
  const kernels::AdamFactors factors = kernels::adam_factors(adam_, step_ + 1);
  batch.factors = &factors;
  const int shards = std::min(execution_.shards, images_of(batch));
  if (shards > 1) {
    step_in_shards(batch, shards);
  } else {
    const BatchFeed::Placed placed = batches_.bring(batch);
    run(steps_[placed.place], placed, images_, [&] {
      compute_gradients(placed.batch, loss_sum_.as<kernels::LossSum<float>>(), Into::add);
      update(placed.batch.factors);
    });
    batches_.release(placed);
  }
  ++step_;
  clear();
}

void Trainer::step_in_shards(const Batch& batch, int shards) {
  Parameters<float>& p = network_->parameters();
  const Exchange* const others = execution_.exchange;
  const int first = others ? others->first_of(others->rank(), shards) : 0,
            end = others ? others->first_of(others->rank() + 1, shards) : shards;
  make_room(shards);
  std::optional<BatchFeed::Placed> last;
  for (int s = first; s < end; ++s) {
    if (last) batches_.release(*last);
    last = batches_.bring(shard_.of(batch, s, shards));
    p.place_gradients(shard_gradients_.as<float>() + s * p.extent());
    run(shard_steps_[size_t(s * batches_at_once + last->place)], *last, images_,
        [&] { compute_gradients(last->batch, shard_losses_.as<kernels::LossSum<float>>() + s, Into::write); });
  }
  p.place_gradients(nullptr);
  if (!last) last = batches_.bring({{}, {}, {}, {}, batch.factors});
  if (others) exchange(shards);
  kernels::shard_mean<float>(queue_, shards, p.extent(), shard_gradients_.as<float>(),
                             shard_losses_.as<kernels::LossSum<float>>(), p.all_gradients(),
                             loss_sum_.as<kernels::LossSum<float>>());
  update(last->batch.factors);
  batches_.release(*last);
}

void Trainer::make_room(int shards) {
  const size_t bytes = size_t(shards) * size_t(network_->parameters().extent()) * sizeof(float);
  if (shard_gradients_.bytes() >= bytes) return;
  shard_gradients_ = kernels::Memory(queue_, bytes);
  shard_losses_ = kernels::Memory(queue_, size_t(shards) * sizeof(kernels::LossSum<float>));
  shard_steps_.clear();
  shard_steps_.resize(size_t(shards * batches_at_once));
}

void Trainer::exchange(int shards) {
  gather(shard_gradients_, shards, size_t(network_->parameters().extent()) * sizeof(float));
  gather(shard_losses_, shards, sizeof(kernels::LossSum<float>));
}

void Trainer::gather(kernels::Memory& memory, int shards, size_t bytes) {
  const Exchange& others = *execution_.exchange;
  if (execution_.device != Device::cuda) return others.gather(memory.data(), bytes, shards);
  if (execution_.between_gpus) {
    std::vector<int> firsts;
    for (int process = 0; process <= others.size(); ++process) firsts.push_back(others.first_of(process, shards));
    return execution_.between_gpus->gather(queue_, memory.data(), bytes, firsts);
  }
  const size_t all = size_t(shards) * bytes;
  if (exchanged_.bytes() < all) exchanged_ = kernels::Memory::on_host(queue_, all);
  kernels::download(queue_, memory.data(), exchanged_.data(), all);
  queue_.synchronise();
  others.gather(exchanged_.data(), bytes, shards);
  kernels::upload(queue_, exchanged_.data(), memory.data(), all);
  queue_.synchronise();
}

void Trainer::compute_gradients(const Batch& batch, kernels::LossSum<float>* loss, Into into) {
  Parameters<float>& p = network_->parameters();
  p.begin_gradients();
  View<const float> inputs = batch.inputs, targets = batch.targets;
  if (!batch.patches.crops.empty()) {
    inputs = cut(tape_, images_.inputs(), batch.patches);
    if (!batch.footprints) targets = cut(tape_, images_.targets(), batch.patches);
  }
  autograd::Tensor<float> prediction = network_->forward(tape_, tape_.tensor(inputs));
  if (batch.footprints) prediction = autograd::footprint_mean<float>(tape_, *batch.footprints, prediction);
  autograd::masked_loss<float>(tape_, loss_, prediction, targets, loss, into);
  tape_.backward();
  p.end_gradients();
}

void Trainer::update(const kernels::AdamFactors* factors) {
  Parameters<float>& p = network_->parameters();
  kernels::adam_step<float>(queue_, factors, p.extent(), p.all_gradients(), m_.as<float>(), v_.as<float>(),
                            p.all_values());
}

View<const float> Trainer::cut(autograd::Tape<float>& tape, View<const float> images, const Patches& p) {
  const View<float> patches = tape.memory({int(p.crops.size()), p.rows, p.columns, images.c});
  kernels::crop(queue_, images, p.crops, patches);
  return patches;
}

template <class Work>
void Trainer::run(Replay& replay, const BatchFeed::Placed& placed, const ImageStack& images, const Work& work) {
  const ThreadScope threads(execution_.threads);
  clear();
  if (execution_.device == Device::cuda && execution_.as_graph)
    replay.run(queue_, {placed.layout, images.layout(), arena_.system_allocations()}, work);
  else
    work();
}

// At the end of a step, so that the next one finds the arena in one piece; and before it, after a step that threw.
void Trainer::clear() {
  tape_.clear(), inference_.clear(), attribution_.clear();
  arena_.reset();
}

void Trainer::release_memory() {
  queue_.synchronise();
  clear();
  arena_.release_memory();
  shown_.drop();
  downloaded_ = {};
}

kernels::LossSum<float> Trainer::take_loss() {
  kernels::LossSum<float> sum;
  kernels::download(queue_, loss_sum_.data(), &sum, sizeof sum);
  kernels::clear(queue_, loss_sum_.data(), sizeof sum);
  queue_.synchronise();
  return sum;
}

void Trainer::predict(View<const float> inputs, View<float> predictions) {
  Queue host(Device::cpu);
  kernels::copy<float>(host, forward({inputs, {}, {}, {}, {}}), predictions);
  clear();
}

void Trainer::predict(Images images, const Patches& patches, int at_once, const Visit& each) {
  check(images.shape, patches);
  shown_.place(std::move(images));
  for (size_t first = 0; first < patches.crops.size(); first += size_t(at_once)) {
    const auto some = patches.crops.subspan(first, std::min(size_t(at_once), patches.crops.size() - first));
    each(first, forward({{}, {}, {some, patches.rows, patches.columns}, {}, {}}));
  }
  clear();
}

// Predictions on the host, until the next call.
View<const float> Trainer::forward(const Batch& batch) {
  const BatchFeed::Placed placed = inputs_.bring(batch);
  run(forward_, placed, shown_, [&] {
    const Batch& there = placed.batch;
    const View<const float> inputs =
        there.patches.crops.empty() ? there.inputs : cut(inference_, shown_.inputs(), there.patches);
    predicted_ = network_->forward(inference_, inference_.tensor(inputs)).value;
  });
  inputs_.release(placed);
  return on_host(predicted_);
}

// Values of the queue on the host, until the next call.
View<const float> Trainer::on_host(View<const float> values) {
  if (execution_.device != Device::cuda) return values;
  kernels::require(values.contiguous(), "values to download have gaps");
  const size_t bytes = size_t(values.size()) * sizeof(float);
  if (downloaded_.bytes() < bytes) downloaded_ = kernels::Memory::on_host(queue_, bytes);
  kernels::download(queue_, values.data, downloaded_.data(), bytes);
  queue_.synchronise();
  return {downloaded_.as<float>(), values.shape()};
}

void Trainer::input_gradient(View<const float> inputs, View<const float> weights, View<float> gradient) {
  kernels::require_shape("input_gradient: weights", weights, {inputs.n, inputs.h, inputs.w, 1});
  kernels::require_shape("input_gradient: gradient", gradient, inputs.shape());
  const BatchFeed::Placed placed = inputs_.bring({inputs, weights, {}, {}, {}});
  run(gradients_, placed, shown_, [&] {
    const autograd::Tensor<float> x = attribution_.tensor(placed.batch.inputs, true),
                                  y = network_->forward(attribution_, x);
    autograd::seed_gradient<float>(attribution_, y, placed.batch.targets);
    attribution_.backward();
    input_gradient_ = x.gradient->view;
  });
  inputs_.release(placed);
  Queue host(Device::cpu);
  kernels::copy<float>(host, on_host(input_gradient_), gradient);
  clear();
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
  if (c.model != own) throw Error("the checkpoint holds " + excerpt(c.model) + ", not " + own);
  if (int64_t(c.parameters.size()) != p.size())
    throw Error("the checkpoint has " + std::to_string(c.parameters.size()) + " parameters, " + own + " has " +
                std::to_string(p.size()));
  p.set_values(c.parameters);
  p.write(c.m, m_), p.write(c.v, v_);
  step_ = c.step;
}

}  // namespace unetsr::nn
