#include "kernels/lbp.hpp"

#include "by_hand.hpp"
#include "kernels/error.hpp"

using namespace unetsr;
using namespace unetsr::kernels;
using namespace unetsr::test;

namespace {

constexpr float na = missing_value;

// The codes of one image of one channel.
std::vector<float> codes(Queue& queue, const Lbp& options, std::vector<float> image, int h, int w) {
  std::vector<float> y(image.size(), -7);
  lbp(queue, options, View<const float>(image.data(), 1, h, w, 1), View<float>(y.data(), 1, h, w, 1));
  return y;
}

float centre_code(Queue& queue, LbpVariant variant, std::vector<float> image) {
  return codes(queue, {8, 1, variant}, std::move(image), 3, 3)[4];
}

const std::vector<float> ramp = {1, 2, 3,  //
                                 4, 5, 6,  //
                                 7, 8, 9};
const std::vector<float> cross = {0, 9, 0,  //
                                  9, 5, 9,  //
                                  0, 9, 0};
const std::vector<float> corner = {0, 9, 0,  //
                                   0, 5, 9,  //
                                   0, 0, 0};
const std::vector<float> flat(9, 0.1f);
const std::vector<float> peak = {0, 0, 0, 0, 1, 0, 0, 0, 0};

}  // namespace

TEST_CASE("standard codes: east is bit 0, then counter-clockwise; equal counts as one") {
  on_both_devices([](Queue& queue) {
    // ramp: east, south-west, south and south-east are larger: bits 0, 5, 6, 7
    CHECK(centre_code(queue, LbpVariant::standard, ramp) == 1 + 32 + 64 + 128);
    CHECK(centre_code(queue, LbpVariant::standard, cross) == 1 + 4 + 16 + 64);
    CHECK(centre_code(queue, LbpVariant::standard, corner) == 1 + 4);
    CHECK(centre_code(queue, LbpVariant::standard, flat) == 255);
    CHECK(centre_code(queue, LbpVariant::standard, peak) == 0);
    for (int p = 0; p < 8; ++p) {  // one large neighbour at a time
      const int cell[8] = {5, 2, 1, 0, 3, 6, 7, 8};
      std::vector<float> image = peak;
      image[size_t(cell[p])] = 2;
      CHECK(centre_code(queue, LbpVariant::standard, image) == float(1 << p));
    }
  });
}

TEST_CASE("rotation invariant codes: the smallest rotation") {
  on_both_devices([](Queue& queue) {
    CHECK(centre_code(queue, LbpVariant::rotation_invariant, ramp) == 15);   // 11100001 -> 00001111
    CHECK(centre_code(queue, LbpVariant::rotation_invariant, cross) == 85);  // 01010101 stays
    CHECK(centre_code(queue, LbpVariant::rotation_invariant, flat) == 255);
    CHECK(centre_code(queue, LbpVariant::rotation_invariant, peak) == 0);
  });
}

TEST_CASE("uniform codes: their rank, and one number for the rest") {
  on_both_devices([](Queue& queue) {
    // Below 225 lie 0, all arcs of 1, 2 and 3 ones (24), and of 4 to 7 ones 6, 5, 4 and 3: 43.
    CHECK(centre_code(queue, LbpVariant::uniform, ramp) == 43);
    CHECK(centre_code(queue, LbpVariant::uniform, cross) == 58);
    CHECK(centre_code(queue, LbpVariant::uniform, corner) == 58);  // 00000101: four changes
    CHECK(centre_code(queue, LbpVariant::uniform, flat) == 57);
    CHECK(centre_code(queue, LbpVariant::uniform, peak) == 0);
  });
}

TEST_CASE("rotation invariant uniform codes: the number of ones, or points + 1") {
  on_both_devices([](Queue& queue) {
    CHECK(centre_code(queue, LbpVariant::rotation_invariant_uniform, ramp) == 4);
    CHECK(centre_code(queue, LbpVariant::rotation_invariant_uniform, cross) == 9);
    CHECK(centre_code(queue, LbpVariant::rotation_invariant_uniform, corner) == 9);
    CHECK(centre_code(queue, LbpVariant::rotation_invariant_uniform, flat) == 8);
    CHECK(centre_code(queue, LbpVariant::rotation_invariant_uniform, peak) == 0);
  });
}

TEST_CASE("borders and missing values are NaN, and only what needs them") {
  on_both_devices([](Queue& queue) {
    check_values(codes(queue, {}, ramp, 3, 3), {na, na, na, na, 225, na, na, na, na});
    check_values(codes(queue, {}, {5}, 1, 1), {na});
    std::vector<float> image(5 * 6, 1);
    image[1 * 6 + 1] = na;
    check_values(codes(queue, {}, image, 5, 6), {na, na,  na,  na,  na,  na,  //
                                                 na, na,  na,  255, 255, na,  //
                                                 na, na,  na,  255, 255, na,  //
                                                 na, 255, 255, 255, 255, na,  //
                                                 na, na,  na,  na,  na,  na});
    // Four neighbours do not read the corners.
    check_values(codes(queue, {4, 1}, {na, 9, na, 0, 5, 5, na, 5, na}, 3, 3),
                 {na, na, na, na, 1 + 2 + 8, na, na, na, na});
  });
}

TEST_CASE("radius 2: diagonal neighbours are interpolated between four cells") {
  // A diagonal point lies 1.4142 cells away: weights 0.343 (one cell away), 0.243 twice, 0.172 (the corner).
  const std::vector<float> image = {0.5f, -1, 1,       1,  0,   //
                                    -1,   1,  na,      -1, 1,   //
                                    0,    na, 0,       na, -1,  //
                                    -1,   1,  na,      0,  0,   //
                                    1,    -1, -0.001f, 0,  0};
  on_both_devices([&](Queue& queue) {
    const std::vector<float> y = codes(queue, {8, 2}, image, 5, 5);
    // east -1: 0; north-east -0.343 + 2 x 0.243 > 0: 1; north 1: 1; north-west 0.343 - 2 x 0.243 + 0.086 < 0: 0;
    // west 0: 1; south-west 0.343 - 2 x 0.243 + 0.172 > 0: 1; south -0.001: 0; south-east 0: 1
    std::vector<float> expected(25, na);
    expected[12] = 2 + 4 + 16 + 32 + 128;
    check_values(y, expected);
  });
}

TEST_CASE("interpolated neighbours of equal cells count as equal") {
  on_both_devices([](Queue& queue) {
    const std::vector<float> y = codes(queue, {12, 1.7}, std::vector<float>(49, 0.1f), 7, 7);
    CHECK(y[3 * 7 + 3] == 4095);
    CHECK(y[2 * 7 + 2] == 4095);
    CHECK(y[1 * 7 + 1] != y[1 * 7 + 1]);
    // A plane x + y through the centre: the points at 135 and 315 degrees lie at the centre's height.
    std::vector<float> plane;
    for (int i = 0; i < 5; ++i)
      for (int j = 0; j < 5; ++j) plane.push_back(float(j - i));
    CHECK(codes(queue, {8, 2, LbpVariant::standard}, plane, 5, 5)[12] == 1 + 2 + 4 + 8 + 128);
  });
}

TEST_CASE("the paper's codes: strictly greater, clockwise in memory from the east, nothing outside") {
  const Lbp paper{8, 1, LbpVariant::paper};
  on_both_devices([&](Queue& queue) {
    check_values(codes(queue, paper, ramp, 3, 3), {7, 15, 12, 7, 15, 12, 1, 1, 0});
    for (int p = 0; p < 8; ++p) {
      const int cell[8] = {5, 8, 7, 6, 3, 0, 1, 2};
      std::vector<float> image(9, 1);
      image[size_t(cell[p])] = 2;
      CHECK(centre_code(queue, LbpVariant::paper, image) == float(1 << p));
    }
    check_values(codes(queue, paper, flat, 3, 3), std::vector<float>(9, 0));
  });
}

TEST_CASE("the paper's codes compare what is left after stretching to 0..255 and truncating") {
  const Lbp paper{8, 1, LbpVariant::paper};
  on_both_devices([&](Queue& queue) {
    check_values(codes(queue, paper, {0, 0.001f, 1}, 1, 3), {0, 1, 0});    // 0, 0.255 -> 0, 255
    check_values(codes(queue, paper, {0, 0.0035f, 1}, 1, 3), {0, 1, 0});   // 0, 0.89 -> 0, 255
    check_values(codes(queue, paper, {0, 0.004f, 1}, 1, 3), {1, 1, 0});    // 0, 1.02 -> 1, 255
    check_values(codes(queue, paper, {10, 10.01f, 20}, 1, 3), {0, 1, 0});  // scaled first
    check_values(codes(queue, paper, {0, na, 1, 0.5f}, 1, 4), {na, na, na, 16});
    check_values(codes(queue, paper, {na, na}, 1, 2), {na, na});
  });
}

TEST_CASE("each channel of each image on its own, at any pitch") {
  std::vector<float> x(2 * 9 * 3, na), y(2 * 9 * 4, -7);
  for (size_t i = 0; i < 9; ++i) {
    x[i * 3] = ramp[i], x[i * 3 + 1] = cross[i];
    x[27 + i * 3] = flat[i], x[27 + i * 3 + 1] = peak[i];
  }
  on_both_devices([&](Queue& queue) {
    lbp(queue, {}, View<const float>(x.data(), 2, 3, 3, 2, 3), View<float>(y.data(), 2, 3, 3, 2, 4));
    CHECK(y[4 * 4] == 225);
    CHECK(y[4 * 4 + 1] == 85);
    CHECK(y[4 * 4 + 2] == -7);
    CHECK(y[36 + 4 * 4] == 255);
    CHECK(y[36 + 4 * 4 + 1] == 0);
  });
}

TEST_CASE("what cannot be is refused") {
  Queue queue(Device::cpu);
  std::vector<float> x(9), y(9);
  const View<const float> in(x.data(), 1, 3, 3, 1);
  const View<float> out(y.data(), 1, 3, 3, 1);
  CHECK_THROWS_AS(lbp(queue, {0, 1}, in, out), ShapeError);
  CHECK_THROWS_AS(lbp(queue, {25, 1}, in, out), ShapeError);
  CHECK_THROWS_AS(lbp(queue, {8, 0}, in, out), ShapeError);
  CHECK_THROWS_AS(lbp(queue, {12, 1, LbpVariant::paper}, in, out), ShapeError);
  CHECK_THROWS_WITH_AS(lbp(queue, {}, in, View<float>(y.data(), 1, 1, 9, 1)),
                       "lbp: y has shape (1, 1, 9, 1), expected (1, 3, 3, 1)", ShapeError);
}
