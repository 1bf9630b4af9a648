#include "kernels/masked_loss.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "arrays.hpp"
#include "kernels/memory.hpp"

// The sums, which stay on the GPU until somebody asks.
using namespace unetsr;
using namespace unetsr::kernels;
using namespace unetsr::test;

namespace {

struct Cells {
  std::vector<float> prediction, target;

  explicit Cells(int count) {
    Random random(3);
    for (int i = 0; i < count; ++i) {
      prediction.push_back(float(random.normal()));
      target.push_back(float(random_value(random, Values::target, false)));
    }
  }
};

LossSum<float> loss_of(Queue queue, const std::vector<Cells>& batches) {
  const Memory value(queue, sizeof(LossSum<float>));
  Into into = Into::write;
  for (const Cells& cells : batches) {
    const Shape shape = {1, 1, int(cells.target.size()), 1};
    const size_t bytes = cells.target.size() * sizeof(float);
    const Memory prediction(queue, bytes), target(queue, bytes), gradient(queue, bytes);
    upload(queue, cells.prediction.data(), prediction.data(), bytes);
    upload(queue, cells.target.data(), target.data(), bytes);
    masked_loss<float>(queue, {LossKind::huber, 0.5}, View<const float>(prediction.as<float>(), shape),
                       View<const float>(target.as<float>(), shape), value.as<LossSum<float>>(),
                       View<float>(gradient.as<float>(), shape), into);
    into = Into::add;
  }
  LossSum<float> got;
  download(queue, value.data(), &got, sizeof got);
  queue.synchronise();
  return got;
}

}  // namespace

TEST_CASE("sums of several calls gather in double") {
  const std::vector<Cells> batches = {Cells(1), Cells(5000), Cells(300001)};
  const LossSum<float> expected = loss_of(Queue(Device::reference), batches),
                       got = loss_of(Queue(Device::cuda), batches);
  CHECK(got.count == expected.count);
  CHECK(got.sum == doctest::Approx(expected.sum).epsilon(1e-12));
}

TEST_CASE("cells without a target that follow the others do not change the bits of the sum") {
  Cells cells(3001);
  const LossSum<float> own = loss_of(Queue(Device::cuda), {cells});
  cells.prediction.resize(70000);
  cells.target.resize(70000, float(missing));
  const LossSum<float> with_others = loss_of(Queue(Device::cuda), {cells});
  CHECK(with_others.count == own.count);
  CHECK(with_others.sum == own.sum);
}
