#include "kernels/adam.hpp"

#include "by_hand.hpp"
#include "kernels/error.hpp"

using namespace unetsr;
using namespace unetsr::kernels;
using namespace unetsr::test;

namespace {

struct State {
  std::vector<float> m = {0, 0}, v = {0, 0}, w = {1, -2};

  void step(Queue& queue, const Adam& adam, int64_t count, const std::vector<float>& gradient) {
    const AdamFactors factors = adam_factors(adam, count);
    adam_step<float>(queue, &factors, 2, gradient.data(), m.data(), v.data(), w.data());
  }
};

}  // namespace

TEST_CASE("three steps of Adam") {
  on_both_devices([](Queue& queue) {
    State s;
    const Adam adam{.learning_rate = 0.1f};
    s.step(queue, adam, 1, {0.5f, -3});
    check_values(s.m, {0.05f, -0.3f}, 1e-7);
    check_values(s.v, {0.00025f, 0.009f}, 1e-6);
    check_values(s.w, {0.9f, -1.9f}, 1e-6);  // the first step is the learning rate, whatever the gradient's size
    s.step(queue, adam, 2, {-0.25f, 0});
    // m = 0.02, v = 0.00031225: 0.1 (0.02 / 0.19) / sqrt(0.00031225 / 0.001999) = 0.0266337
    // m = -0.27, v = 0.008991: 0.1 (-0.27 / 0.19) / sqrt(0.008991 / 0.001999) = -0.0670055
    check_values(s.w, {0.8733663f, -1.8329945f}, 2e-6);
    s.step(queue, adam, 3, {0, 0});
    // m = 0.018, v = 0.00031193775: 0.1 (0.018 / 0.271) / sqrt(0.00031193775 / 0.002997001) = 0.0205879
    CHECK(s.w[0] == doctest::Approx(0.8733663 - 0.0205879).epsilon(3e-6));
  });
}

TEST_CASE("weight decay joins the gradient of Adam, and shrinks the weights of AdamW") {
  on_both_devices([](Queue& queue) {
    State coupled, decoupled;
    coupled.step(queue, {.learning_rate = 0.1f, .weight_decay = 0.1f}, 1, {0.5f, 0});
    check_values(coupled.m, {0.06f, -0.02f}, 1e-7);
    check_values(coupled.w, {0.9f, -1.9f}, 1e-6);
    decoupled.step(queue, {.learning_rate = 0.1f, .weight_decay = 0.1f, .decoupled = true}, 1, {0.5f, 0});
    check_values(decoupled.m, {0.05f, 0}, 1e-7);
    check_values(decoupled.w, {0.99f - 0.1f, -1.98f}, 1e-6);
  });
}

TEST_CASE("a large epsilon shortens the step") {
  on_both_devices([](Queue& queue) {
    State s;
    s.step(queue, {.learning_rate = 0.1f, .epsilon = 0.5f}, 1, {0.5f, 0});
    check_values(s.w, {1 - 0.05f, -2}, 1e-6);
  });
}

TEST_CASE("steps count from 1") {
  Queue queue(Device::cpu);
  State s;
  CHECK_THROWS_WITH_AS(s.step(queue, {}, 0, {0, 0}), "adam_step: steps count from 1, got 0", ShapeError);
}
