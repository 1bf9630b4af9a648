#pragma once
#include <cstdint>

#include "kernels/masked_loss.hpp"
#include "kernels/queue.hpp"

// The gradient of a batch from those of its shards, each of which is the gradient of the mean loss over that shard.
//
//   gradients   (shards, count)   one after the other
//   values      (shards)          the loss of each, and the number of its cells that have a target
//   mean        (count)           the gradient of the mean loss over the batch
//   value                         the loss of all steps
//
//   mean(i) = sum over shards s of number(s) / (sum of all numbers) gradients(s, i)     (writes; 0 where there are
//   none) value  += sum over shards s of values(s)
//
// Sums go in the order of the shards: the same bits whoever made which shard. All arrays are in the queue's memory.
// Throws ShapeError.
namespace unetsr::kernels {

template <class T>
void shard_mean(Queue&, int shards, int64_t count, const T* gradients, const LossSum<T>* values, T* mean,
                LossSum<T>* value);

}  // namespace unetsr::kernels
