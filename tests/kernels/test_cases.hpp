#pragma once
#include "op_table.hpp"

// The shapes at which every op is tested: odd sizes, one pixel, one channel, pitches wider than C, and some that are
// large enough to be spread over threads.
namespace unetsr::test {

inline std::vector<OpCase> layer_cases() {
  return {conv2d_case({1, 1, 1, 1}, {1, 1}, 1),
          conv2d_case({1, 1, 1, 1}, {3, 3}, 1),
          conv2d_case({2, 5, 7, 6}, {3, 3}, 17, {3, 5}),
          conv2d_case({1, 4, 3, 1}, {3, 3}, 16),
          conv2d_case({2, 6, 5, 16}, {3, 3}, 32, {16, 0}),
          conv2d_case({1, 7, 9, 17}, {5, 5}, 6, {1, 2}),
          conv2d_case({1, 3, 8, 32}, {1, 3}, 16, {0, 16}),
          conv2d_case({2, 4, 5, 64}, {1, 1}, 1),
          conv2d_case({1, 5, 6, 64}, {3, 3}, 96, {32, 0}),
          conv2d_case({1, 4, 4, 96}, {3, 3}, 64, {0, 64}),
          conv2d_case({1, 1, 9, 6}, {3, 3}, 17),
          conv2d_case({1, 9, 1, 16}, {5, 5}, 16),
          conv2d_case({3, 20, 20, 6}, {3, 3}, 16),
          conv2d_case({1, 2, 2, 128}, {3, 3}, 64, {}, false, false),
          conv2d_case({2, 5, 7, 6}, {3, 3}, 16, {2, 16}, true),
          conv2d_case({2, 3, 5, 17}, {1, 1}, 33, {}, true, false),
          conv_transpose2x2_case({1, 1, 1, 1}, 1),
          conv_transpose2x2_case({2, 3, 4, 6}, 17, {2, 3}),
          conv_transpose2x2_case({1, 3, 2, 17}, 16, {0, 16}),
          conv_transpose2x2_case({2, 5, 5, 32}, 16, {4, 16}, true),
          conv_transpose2x2_case({1, 2, 2, 96}, 64, {}, false, false),
          conv_transpose2x2_case({2, 10, 11, 16}, 6),
          dense_case({1, 1, 1, 1}, {1, 1, 1, 1}),
          dense_case({3, 2, 4, 5}, {3, 1, 1, 7}),
          dense_case({16, 1, 1, 100}, {16, 4, 5, 1}, true),
          dense_case({5, 3, 1, 17}, {5, 1, 1, 96}, false, false)};
}

inline std::vector<OpCase> small_cases() {
  using namespace kernels;
  std::vector<OpCase> cases = {copy_case({1, 1, 1, 1}),
                               copy_case({2, 3, 5, 7}, {4, 1}),
                               copy_case({3, 41, 40, 17}),
                               copy_case({2, 40, 41, 16}, {0, 16}),
                               multiply_case({1, 1, 1, 1}, 1),
                               multiply_case({2, 3, 5, 7}, 7, {4, 1}),
                               multiply_case({2, 3, 5, 7}, 1, {1, 3}),
                               multiply_case({2, 5, 3, 8}, 1, {8, 4}),
                               multiply_case({3, 41, 40, 17}, 17),
                               multiply_case({2, 40, 41, 16}, 16, {0, 16}),
                               multiply_case({3, 41, 40, 17}, 1),
                               multiply_case({2, 40, 41, 16}, 1),
                               max_pool2d_case({2, 8, 8, 16}),
                               max_pool2d_case({1, 5, 7, 3}),
                               max_pool2d_case({1, 1, 1, 1}),
                               max_pool2d_case({2, 1, 5, 4}),
                               max_pool2d_case({1, 4, 1, 9}, {1, 2}),
                               max_pool2d_case({2, 6, 7, 32}, {32, 5}),
                               max_pool2d_case({3, 41, 40, 17}),
                               resize_bilinear_case({1, 2, 2, 3}, 4, 4),
                               resize_bilinear_case({2, 4, 4, 16}, 5, 5, {3, 16}),
                               resize_bilinear_case({1, 5, 5, 7}, 3, 2),
                               resize_bilinear_case({1, 1, 1, 2}, 3, 4),
                               resize_bilinear_case({1, 4, 4, 8}, 4, 4, {0, 8}),
                               resize_bilinear_case({3, 32, 32, 17}, 64, 64),
                               footprint_mean_case({1, 1, 1, 1}, 2),
                               footprint_mean_case({2, 7, 9, 1}, 30, {2, 3}),
                               footprint_mean_case({2, 64, 65, 1}, 3000),
                               lbp_case({}, {2, 5, 6, 3}, {1, 2}),
                               lbp_case({}, {1, 1, 1, 1}),
                               lbp_case({}, {1, 130, 70, 1}),
                               lbp_case({12, 1.5, LbpVariant::rotation_invariant_uniform}, {1, 9, 8, 2}),
                               crop_case({2, 9, 8, 3}, {{0, 0, 0, 0}, {1, 4, 3, 5}, {0, 2, 1, 7}}, 5, 5, {2, 1}),
                               crop_case({2, 9, 7, 4},
                                         {{0, 0, 0, 0},
                                          {1, 1, 2, 1},
                                          {0, 2, 1, 2},
                                          {1, 3, 0, 3},
                                          {0, 4, 2, 4},
                                          {1, 0, 1, 5},
                                          {0, 1, 0, 6},
                                          {1, 2, 2, 7}},
                                         5, 5, {4, 0}),
                               crop_case({1, 6, 7, 4}, {{0, 2, 3, 1}, {0, 0, 0, 2}}, 3, 4),
                               crop_case({1, 4, 4, 16}, {{0, 0, 0, 0}}, 4, 4),
                               crop_case({1, 5, 4, 3}, {{0, 1, 1, 0}}, 3, 3, {0, 2}),
                               scale_case({1, 1, 1, 1}, false),
                               scale_case({2, 5, 3, 7}, true, {1, 2}),
                               scale_case({3, 41, 70, 6}, true),
                               scale_case({2, 3, 130, 5}, false),
                               scale_case({2, 4, 3, 5}, true, {1, 2}, true),
                               scale_case({2, 3, 67, 4}, false, {}, true)};
  for (Activation kind : {Activation::none, Activation::relu, Activation::softplus, Activation::sigmoid}) {
    cases.push_back(activation_case(kind, {1, 1, 1, 1}));
    cases.push_back(activation_case(kind, {2, 3, 5, 7}, {2, 3}));
    cases.push_back(activation_case(kind, {3, 41, 40, 17}));
  }
  for (LossKind kind : {LossKind::mse, LossKind::mae, LossKind::huber}) {
    cases.push_back(masked_loss_case({kind, 0.5}, {2, 5, 3, 1}));
    cases.push_back(masked_loss_case({kind, 0.5}, {1, 4, 3, 6}, {2, 3}));
    cases.push_back(masked_loss_case({kind, 0.5}, {3, 64, 65, 1}));
  }
  for (bool decoupled : {false, true})
    for (int count : {1, 70001}) cases.push_back(adam_case({.weight_decay = 0.1f, .decoupled = decoupled}, count, 3));
  cases.push_back(shard_mean_case({3}, 1));
  cases.push_back(shard_mean_case({5, 0, 2, 9}, 70001));
  cases.push_back(shard_mean_case({0, 0}, 7));
  for (LbpVariant variant :
       {LbpVariant::rotation_invariant, LbpVariant::uniform, LbpVariant::rotation_invariant_uniform, LbpVariant::paper})
    cases.push_back(lbp_case({8, 1, variant}, {1, 7, 9, 2}));
  for (LbpVariant variant : {LbpVariant::standard, LbpVariant::rotation_invariant, LbpVariant::uniform})
    cases.push_back(lbp_case({8, 2, variant}, {1, 11, 9, 1}));
  cases.push_back(lbp_case({16, 2, LbpVariant::uniform}, {2, 70, 67, 2}, {1, 0}));
  cases.push_back(lbp_case({8, 1, LbpVariant::paper}, {2, 67, 41, 2}, {0, 1}));
  cases.push_back(lbp_case({24, 3, LbpVariant::rotation_invariant_uniform}, {1, 33, 30, 1}));
  cases.push_back(lbp_case({1, 1}, {1, 3, 4, 1}));
  cases.push_back(lbp_case({4, 2.5}, {1, 40, 5, 1}));
  return cases;
}

inline std::vector<OpCase> test_cases() {
  std::vector<OpCase> cases = layer_cases(), more = small_cases();
  cases.insert(cases.end(), more.begin(), more.end());
  return cases;
}

}  // namespace unetsr::test
