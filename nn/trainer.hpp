#pragma once
#include <functional>
#include <memory>
#include <utility>

#include "autograd/ops.hpp"
#include "kernels/adam.hpp"
#include "kernels/masked_loss.hpp"
#include "nn/batch_feed.hpp"
#include "nn/checkpoint.hpp"
#include "nn/execution.hpp"
#include "nn/image_stack.hpp"
#include "nn/network.hpp"
#include "nn/replay.hpp"
#include "nn/shards.hpp"

namespace unetsr::nn {

// A network with its optimiser: training steps and predictions. All arrays that it is given are the host's.
class Trainer {
 public:
  // Initialised from the seed. `adam`'s learning rate is not used: every step brings its own.
  Trainer(const ModelSpec&, uint64_t seed, Execution, kernels::Loss = {}, kernels::Adam = {});
  // Any network.
  Trainer(std::unique_ptr<Network<float>>, uint64_t seed, Execution, kernels::Loss = {}, kernels::Adam = {});

  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;

  // Forward, loss, backward, update. Cells with a NaN target do not count. After the first step of a shape it
  // allocates nothing. On a GPU it returns before the step is done.
  void step(View<const float> inputs, View<const float> targets, float learning_rate);
  // The same with one target a footprint, for the prediction's mean over it. targets: (footprints, 1, 1, 1).
  void step(View<const float> inputs, const kernels::Footprints&, View<const float> targets, float learning_rate);

  // Sets the images that patches are cut from, as ImageStack::place does.
  void set_images(Images images) { images_.place(std::move(images)); }
  // The same steps on patches of these images; nothing but the crops goes to a GPU.
  void step(const Patches&, float learning_rate);
  void step(const Patches&, const kernels::Footprints&, View<const float> targets, float learning_rate);

  // The loss of all steps since the last call. Waits until they are done.
  kernels::LossSum<float> take_loss();

  // Without gradients. predictions: (N, H, W, 1).
  void predict(View<const float> inputs, View<float> predictions);
  // The same of patches of other images, `at_once` of them together: each(first, predictions) has those of the crops
  // from `first` on, (at most at_once, rows, columns, 1), until it returns.
  using Visit = std::function<void(size_t first, View<const float> predictions)>;
  void predict(Images, const Patches&, int at_once, const Visit& each);

  // The gradient, with respect to the inputs, of the sum of the predictions, each times its weight. weights: (N, H, W,
  // 1); gradient: (N, H, W, C). The training is not changed.
  void input_gradient(View<const float> inputs, View<const float> weights, View<float> gradient);

  // Gives back the memory that steps and predictions work in, and the images to predict, until the next of them.
  void release_memory();

  Checkpoint checkpoint() const;  // epoch and metadata are the caller's
  // Throws Error naming both models if they differ.
  void restore(const Checkpoint&);

  Network<float>& network() { return *network_; }
  int64_t steps() const { return step_; }
  size_t peak_bytes() const { return arena_.peak_bytes(); }
  int arena_allocations() const { return arena_.system_allocations() + tape_.allocations_on_host(); }

 private:
  void step(Batch, float learning_rate);
  void step_in_shards(const Batch&, int shards);
  void make_room(int shards);
  void exchange(int shards);
  void gather(kernels::Memory&, int shards, size_t bytes);
  void compute_gradients(const Batch&, kernels::LossSum<float>* loss, Into);
  void update(const kernels::AdamFactors*);
  View<const float> cut(autograd::Tape<float>&, View<const float> images, const Patches&);
  template <class Work>
  void run(Replay&, const BatchFeed::Placed&, const ImageStack&, const Work&);
  View<const float> forward(const Batch&);
  View<const float> on_host(View<const float>);
  void clear();

  Execution execution_;
  Queue queue_;
  std::unique_ptr<Network<float>> network_;
  autograd::Arena arena_;
  kernels::Loss loss_;
  kernels::Adam adam_;
  kernels::Memory m_, v_, loss_sum_;
  int64_t step_ = 0;
  autograd::Tape<float> tape_, inference_, attribution_;

  static constexpr int batches_at_once = 2;
  ImageStack images_, shown_;  // to train on, to predict
  BatchFeed batches_, inputs_;
  Replay steps_[batches_at_once], forward_, gradients_;
  Shard shard_;
  kernels::Memory shard_gradients_, shard_losses_, exchanged_;  // the last on the host
  std::vector<Replay> shard_steps_;                             // by the place of the batch, and by shard
  View<const float> predicted_;                                 // by forward_
  View<const float> input_gradient_;                            // by gradients_
  kernels::Memory downloaded_;                                  // on the host
};

}  // namespace unetsr::nn
